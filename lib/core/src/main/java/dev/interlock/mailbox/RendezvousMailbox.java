package dev.interlock.mailbox;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;

/**
 * A mailbox over words that holds nothing, for any number of parties: threads, or threads of processes that share memory.
 * Whoever sends waits until a receiver has the message, whoever receives until a sender has one.
 *
 * <p><b>Blocking.</b> Both spin for a while, then sleep. {@code trySend} without a timeout succeeds if a receiver waits,
 * {@code tryReceive} if a sender does; they wait for nothing but the short critical section of others.
 *
 * <p><b>Order.</b> FIFO, of senders and of receivers; those who find that all places to wait at are taken barge. {@link
 * #receiveFrom} takes the message of one sender that waits; {@code trySend} does not see those who wait in it.
 *
 * <p><b>Owner death.</b> A message whose sender dies while it waits is withdrawn, or has been taken. One that was handed to
 * a receiver which then died, before its {@code receive} had decoded it or before it closed what {@link #accept} gave it, is
 * delivered to another and marked as redelivered. Its sender's call has succeeded or succeeds: it is not sent twice. Nobody
 * who is slow is robbed; but whoever is stopped inside the critical section holds up all, until it goes on or dies.
 *
 * <p><b>Memory effects, closing.</b> As in {@link Mailbox}; a sender that waits has not sent, and gets {@link
 * MailboxClosedException}.
 *
 * <p><b>Limits.</b> 1 to 2^20 places to wait at; a message that was accepted and is not released has one, too. A message
 * longer than the limit is refused with {@link IllegalArgumentException} before anything is written. Timeouts of zero or
 * less try once. A message wakes all who wait: not for crowds. Virtual threads park without
 * pinning their carrier.
 *
 * <p>Where senders need not wait for receivers, a {@link RingMailbox} is faster.
 *
 * <pre>{@code
 * Mailbox<String> handOver = new RendezvousMailbox<>(Memory.heap(), Codec.utf8(), 8, 200);
 * handOver.send("yours");             // returns when the other has it
 * String mine = handOver.receive();   // in another thread
 * }</pre>
 *
 * <p>The rendezvous is that of C. A. R. Hoare, Communicating sequential processes, CACM 21(8), 1978, and, in mailboxes, of
 * A. S. Tanenbaum, H. Bos, Modern Operating Systems, 4th edition, section 2.3.8. That those who wait are in one queue,
 * whichever side they are on, is from W. N. Scherer, D. Lea, M. L. Scott, Scalable synchronous queues, CACM 52(5), 2009.
 *
 * @param <M> the messages; null is not one
 */
public final class RendezvousMailbox<M> extends PostMailbox<M> {
    /**
     * A mailbox at which nobody waits. Draws 14 words and a payload area and, for each place, eight words and two payload
     * areas.
     *
     * @param memory where it lives
     * @param codec how messages become bytes; all parties must agree on it
     * @param places how many parties can wait in line, from 1 to 2^20
     * @param maxLength how many bytes a message may have, not negative
     * @throws IllegalArgumentException if {@code places} or {@code maxLength} is out of range
     */
    public RendezvousMailbox(Memory memory, Codec<M> codec, int places, int maxLength) {
        this(memory, codec, places, maxLength, WaitStrategy.ADAPTIVE);
    }

    /**
     * A mailbox at which nobody waits, and whose callers wait as told. Draws as the other constructor does.
     *
     * @param memory where it lives
     * @param codec how messages become bytes; all parties must agree on it
     * @param places how many parties can wait in line, from 1 to 2^20
     * @param maxLength how many bytes a message may have, not negative
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if {@code places} or {@code maxLength} is out of range
     */
    public RendezvousMailbox(Memory memory, Codec<M> codec, int places, int maxLength, WaitStrategy waiting) {
        this(new Post(memory, 0, places, maxLength, waiting), codec, maxLength);
    }

    private RendezvousMailbox(Post post, Codec<M> codec, int maxLength) {
        super(post, post.onlyBox(), codec, maxLength);
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "RendezvousMailbox[" + post() + (isClosed() ? ", closed]" : "]");
    }
}
