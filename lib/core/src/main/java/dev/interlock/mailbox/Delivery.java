package dev.interlock.mailbox;

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
    private final int sender;
    private final String from;
    private final boolean redelivered;
    private final Runnable release;

    Delivery(M message, int sender, String from, boolean redelivered, Runnable release) {
        this.message = message;
        this.sender = sender;
        this.from = from;
        this.redelivered = redelivered;
        this.release = release;
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
        return sender;
    }

    /**
     * As whom the sender sent it.
     *
     * @return the name of a {@link PostOffice.Correspondent}, or null if none sent it
     */
    public String from() {
        return from;
    }

    /**
     * Whether another receiver has taken the message before, and died before it closed its delivery.
     *
     * @return false if this is the first delivery
     */
    public boolean redelivered() {
        return redelivered;
    }

    /** Says that the message has been handled. Never blocks; closing again does nothing. */
    @Override
    public void close() {
        release.run();
    }
}
