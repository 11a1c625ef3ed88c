package dev.interlock.shared;

/** Thrown when a segment cannot be used, or cannot give what is asked of it. The message names the segment. */
public final class SegmentException extends IllegalStateException {
    /** Why. */
    public enum Reason {
        /** The segment was closed by this process. */
        CLOSED,
        /** There is a segment of that name, and none was wanted. */
        EXISTS,
        /** Its creator died half-way, or has only just begun; {@link Segment#open(String)} finishes the creation. */
        UNFINISHED,
        /** The shared memory object holds something else. */
        NOT_A_SEGMENT,
        /** The segment has another version of the format, or another byte order. */
        OTHER_FORMAT,
        /** Values in the segment contradict the format. */
        CORRUPTED,
        /** The shared memory object is smaller than the segment says: somebody has truncated it. */
        TRUNCATED,
        /** There is no room for another object, or no entry left in the directory. */
        FULL,
        /** The object was removed by {@link Segment#remove}. */
        REMOVED,
        /** As many processes as the format allows have attached. */
        NO_SLOT,
        /** The object of that name is of another kind, or was made with other parameters. */
        OTHER_KIND,
        /** The object is of a kind that cannot recover from the death of a party, and that was not agreed to. */
        UNRECOVERABLE
    }

    private static final long serialVersionUID = 1;

    private final String segment;
    private final Reason reason;

    SegmentException(String segment, Reason reason, String detail) {
        this(segment, reason, detail, null);
    }

    SegmentException(String segment, Reason reason, String detail, Throwable cause) {
        super("segment " + segment + ": " + detail, cause);
        this.segment = segment;
        this.reason = reason;
    }

    /**
     * The segment's name.
     *
     * @return the name
     */
    public String segment() {
        return segment;
    }

    /**
     * Why this was thrown.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
