package dev.interlock.mailbox;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.TimeUnit;

/**
 * A mailbox over words whose senders never wait, for any number of parties: threads, or threads of processes that share
 * memory. It is unbounded within the room that it has drawn from its memory.
 *
 * <p><b>Blocking.</b> {@code send} waits for nothing but the short critical section of others; when all room is taken it
 * throws {@link MailboxFullException}, and {@code trySend} says so, with and without a timeout. {@code receive} waits while
 * the mailbox is empty: it spins for a while, then sleeps.
 *
 * <p><b>Order.</b> FIFO; those who wait for a message barge. {@link #receiveFrom} takes the first message of one sender,
 * wherever it stands.
 *
 * <p><b>Owner death.</b> A message whose sender died before it was in the mailbox never appears. What a receiver had taken
 * with {@link #accept} when it died, and had not closed, is delivered again; {@code receive} releases a message as soon as it
 * has been decoded, so a receiver that dies later has received it. What is to be delivered again comes before all that was sent after it, once it is found: at an object's first
 * receive, so that a lone receiver that is restarted sees all in order, ten times a second while somebody waits, and before
 * a closed mailbox is said to be empty. Nobody who is slow is robbed; but whoever is stopped inside the critical section
 * holds up all, until it goes on or dies.
 *
 * <p><b>Memory effects, closing.</b> As in {@link Mailbox}.
 *
 * <p><b>Limits.</b> Room for 1 to 2^20 messages. A message longer than the limit is refused with {@link
 * IllegalArgumentException} before anything is written. Timeouts of zero or less try once. Virtual threads park without
 * pinning their carrier.
 *
 * <p>Where senders may wait, a {@link RingMailbox} is faster; of references, an {@link ObjectMailbox} needs no room of its
 * own.
 *
 * <pre>{@code
 * Mailbox<String> log = new UnboundedMailbox<>(Memory.heap(), Codec.utf8(), 10_000, 200);
 * log.send("begun");                  // never waits
 * System.out.println(log.receive());  // in another thread
 * }</pre>
 *
 * <p>The mailbox is that of A. S. Tanenbaum, H. Bos, Modern Operating Systems, 4th edition, section 2.3.8; that of unbounded
 * capacity is described in A. Silberschatz, P. Galvin, G. Gagne, Operating System Concepts, 10th edition, section 3.6.
 *
 * @param <M> the messages; null is not one
 */
public final class UnboundedMailbox<M> extends PostMailbox<M> {
    /**
     * An empty mailbox. Draws 14 words and a payload area and, for each message that it has room for, eight words and
     * two payload areas.
     *
     * @param memory where it lives
     * @param codec how messages become bytes; all parties must agree on it
     * @param room how many messages there is room for, from 1 to 2^20
     * @param maxLength how many bytes a message may have, not negative
     * @throws IllegalArgumentException if {@code room} or {@code maxLength} is out of range
     */
    public UnboundedMailbox(Memory memory, Codec<M> codec, int room, int maxLength) {
        this(memory, codec, room, maxLength, WaitStrategy.ADAPTIVE);
    }

    /**
     * An empty mailbox, whose callers wait as told. Draws as the other constructor does.
     *
     * @param memory where it lives
     * @param codec how messages become bytes; all parties must agree on it
     * @param room how many messages there is room for, from 1 to 2^20
     * @param maxLength how many bytes a message may have, not negative
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if {@code room} or {@code maxLength} is out of range
     */
    public UnboundedMailbox(Memory memory, Codec<M> codec, int room, int maxLength, WaitStrategy waiting) {
        this(new Post(memory, Post.UNBOUNDED, room, maxLength, waiting), codec, maxLength);
    }

    private UnboundedMailbox(Post post, Codec<M> codec, int maxLength) {
        super(post, post.onlyBox(), codec, maxLength);
    }

    /**
     * Sends a message. Never waits for a receiver.
     *
     * @param message what to send
     * @throws MailboxFullException if there is no room left; nothing is sent then
     * @throws MailboxClosedException if the mailbox is closed; nothing is sent then
     */
    @Override
    public void send(M message) {
        if (!trySend(message)) {
            throw new MailboxFullException("no room left: " + post());
        }
    }

    /**
     * Sends a message if there is room. Never waits for a receiver.
     *
     * @param message what to send
     * @param timeout not waited for
     * @param unit the unit of {@code timeout}
     * @return whether it was sent
     * @throws MailboxClosedException if the mailbox is closed
     */
    @Override
    public boolean trySend(M message, long timeout, TimeUnit unit) {
        return trySend(message);
    }

    /**
     * How many messages it holds before senders wait: they never do.
     *
     * @return {@link ObjectMailbox#UNBOUNDED}
     */
    @Override
    public int capacity() {
        return super.capacity();
    }

    /**
     * How many messages there is room for.
     *
     * @return the room
     */
    public int room() {
        return post().letters();
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "UnboundedMailbox[" + post() + (isClosed() ? ", closed]" : "]");
    }
}
