package dev.interlock.mailbox;

import dev.interlock.buffer.MessageRing;

/**
 * A message with its circumstances, which counts as received when this is closed: if the receiver dies before, the message
 * is delivered again to another.
 *
 * <pre>{@code
 * try (Delivery<String> delivery = jobs.accept()) {
 *     if (!delivery.redelivered() || !isDone(delivery.message())) {
 *         work(delivery.message());
 *     }
 * }
 * }</pre>
 *
 * @param <M> the messages
 */
public final class Delivery<M> implements AutoCloseable {
    private final M message;
    private final MessageRing.Message slot;

    Delivery(M message, MessageRing.Message slot) {
        this.message = message;
        this.slot = slot;
    }

    /**
     * The message.
     *
     * @return what was sent, good for use after closing too
     */
    public M message() {
        return message;
    }

    /**
     * Who sent it.
     *
     * @return the party
     */
    public int sender() {
        return slot.sender();
    }

    /**
     * Whether another receiver has taken the message before, and died before it closed its delivery.
     *
     * @return false if this is the first delivery
     */
    public boolean redelivered() {
        return slot.redelivered();
    }

    /** Says that the message has been handled. Never blocks; closing again does nothing. */
    @Override
    public void close() {
        slot.close();
    }
}
