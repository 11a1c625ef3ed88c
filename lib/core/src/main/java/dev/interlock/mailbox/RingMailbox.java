package dev.interlock.mailbox;

import dev.interlock.buffer.MessageRing;
import dev.interlock.buffer.RingClosedException;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A bounded mailbox over a {@link MessageRing}: messages are encoded into its slots and decoded out of them, so it works
 * between the threads of one JVM and between processes that share memory.
 *
 * <p><b>Blocking.</b> {@code send} waits while the mailbox is full, {@code receive} while it is empty; they spin for a
 * while, then sleep. The {@code try} forms without a timeout never block. Waiters barge.
 *
 * <p><b>Owner death.</b> As in {@link MessageRing}. What a receiver had taken with {@link #accept} when it died, and had not
 * closed, is delivered again; {@code receive} releases a message as soon as it has been decoded, so a receiver that dies
 * later has received it.
 *
 * <p><b>Limits.</b> The capacity is rounded up to a power of two. A message longer than the limit is refused with {@link
 * IllegalArgumentException} before anything is written. Virtual threads park without pinning their carrier.
 *
 * <p>Where the copy matters use the {@link MessageRing} itself. To receive from one sender and leave the others, take a
 * box of a {@link PostOffice}, {@linkplain PostOffice#create(String, int) with a bound}: a ring is read in its order only.
 *
 * <pre>{@code
 * Mailbox<String> jobs = new RingMailbox<>(Memory.heap(), Codec.utf8(), 1024, 256);
 * jobs.send("grind coffee");
 * String job = jobs.receive();
 * }</pre>
 *
 * <p>The mailbox is that of A. S. Tanenbaum, H. Bos, Modern Operating Systems, 4th edition, section 2.3.8, "Message
 * passing".
 *
 * @param <M> the messages; null is not one
 */
public final class RingMailbox<M> implements Mailbox<M> {
    private final MessageRing ring;
    private final Codec<M> codec;

    /**
     * A mailbox in the given memory. Draws one {@link MessageRing}.
     *
     * @param memory where it lives
     * @param codec how messages become bytes; all parties must agree on it
     * @param capacity how many messages it holds, from 1; rounded up to a power of two
     * @param maxLength how many bytes a message may have, not negative
     * @throws IllegalArgumentException if {@code capacity} or {@code maxLength} is out of range
     */
    public RingMailbox(Memory memory, Codec<M> codec, int capacity, int maxLength) {
        this(memory, codec, capacity, maxLength, WaitStrategy.ADAPTIVE);
    }

    /**
     * A mailbox in the given memory, whose waiters wait as told. Draws one {@link MessageRing}.
     *
     * @param memory where it lives
     * @param codec how messages become bytes; all parties must agree on it
     * @param capacity how many messages it holds, from 1; rounded up to a power of two
     * @param maxLength how many bytes a message may have, not negative
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if {@code capacity} or {@code maxLength} is out of range
     */
    public RingMailbox(Memory memory, Codec<M> codec, int capacity, int maxLength, WaitStrategy waiting) {
        this.codec = Objects.requireNonNull(codec, "codec");
        this.ring = new MessageRing(memory, capacity, maxLength, waiting);
    }

    @Override
    public void send(M message) throws InterruptedException {
        try {
            post(ring.claim(length(message)), message);
        } catch (RingClosedException e) {
            throw new MailboxClosedException(e);
        }
    }

    @Override
    public boolean trySend(M message) {
        try {
            return post(ring.tryClaim(length(message)), message);
        } catch (RingClosedException e) {
            throw new MailboxClosedException(e);
        }
    }

    @Override
    public boolean trySend(M message, long timeout, TimeUnit unit) throws InterruptedException {
        try {
            return post(ring.tryClaim(length(message), timeout, unit), message);
        } catch (RingClosedException e) {
            throw new MailboxClosedException(e);
        }
    }

    @Override
    public M receive() throws InterruptedException {
        try {
            return open(ring.read());
        } catch (RingClosedException e) {
            throw new MailboxClosedException(e);
        }
    }

    @Override
    public M tryReceive() {
        try {
            return open(ring.tryRead());
        } catch (RingClosedException e) {
            throw new MailboxClosedException(e);
        }
    }

    @Override
    public M tryReceive(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            return open(ring.tryRead(timeout, unit));
        } catch (RingClosedException e) {
            throw new MailboxClosedException(e);
        }
    }

    /**
     * Receives the next message with its circumstances, waiting for it as long as it takes unless interrupted. It counts as
     * received when the delivery is closed.
     *
     * @return the delivery, to be closed by the calling thread when the message has been handled
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
     * @throws MailboxClosedException if the mailbox is closed and empty, or is while this waits
     */
    public Delivery<M> accept() throws InterruptedException {
        try {
            return deliver(ring.read());
        } catch (RingClosedException e) {
            throw new MailboxClosedException(e);
        }
    }

    /**
     * Receives the next message with its circumstances, waiting for it at most the given time.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return the delivery, to be closed by the calling thread when the message has been handled, or null if the time has
     *     passed
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
     * @throws MailboxClosedException if the mailbox is closed and empty, or is while this waits
     */
    public Delivery<M> tryAccept(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            return deliver(ring.tryRead(timeout, unit));
        } catch (RingClosedException e) {
            throw new MailboxClosedException(e);
        }
    }

    @Override
    public void close() {
        ring.close();
    }

    @Override
    public boolean isClosed() {
        return ring.isClosed();
    }

    @Override
    public int capacity() {
        return ring.capacity();
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "RingMailbox[" + ring + "]";
    }

    private int length(M message) {
        return codec.length(Objects.requireNonNull(message, "message"));
    }

    private boolean post(MessageRing.Claim claim, M message) {
        if (claim == null) {
            return false;
        }
        try (claim) {
            codec.encode(message, claim.buffer());
            if (claim.buffer().hasRemaining()) {
                throw new IllegalArgumentException(
                        codec + " wrote " + claim.buffer().remaining() + " bytes less than it said, of " + message);
            }
            claim.publish();
            return true;
        }
    }

    private M open(MessageRing.Message message) {
        if (message == null) {
            return null;
        }
        try (message) {
            return codec.decode(message.buffer());
        }
    }

    private Delivery<M> deliver(MessageRing.Message message) {
        if (message == null) {
            return null;
        }
        boolean decoded = false;
        try {
            Delivery<M> delivery = new Delivery<>(
                    codec.decode(message.buffer()), message.sender(), null, message.redelivered(), message::close);
            decoded = true;
            return delivery;
        } finally {
            if (!decoded) {
                message.close(); // else every receiver would fail over it
            }
        }
    }
}
