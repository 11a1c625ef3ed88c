package dev.interlock.buffer;

/** Thrown to a party that would claim room in a ring that was closed, or read from one that was closed and is drained. */
public final class RingClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** For rings. */
    public RingClosedException() {
        super("the ring is closed");
    }
}
