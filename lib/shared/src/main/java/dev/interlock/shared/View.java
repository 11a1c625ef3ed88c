package dev.interlock.shared;

import dev.interlock.posix.Futex;
import java.nio.ByteBuffer;

/** A segment's bytes as one object sees them: can be taken from it, when the segment is closed or the object removed. */
final class View {
    /* Implementation notes
     * All words of an object access memory through its one buffer, so setting that buffer's limit to 0 closes them all:
     * their bounds checks, which are paid anyway, then fail. The memory stays mapped until the last buffer, word or payload
     * slice is unreachable, so whoever comes late meets an exception and never a hole.
     */
    private final Mapping mapping;
    private final ByteBuffer buffer;
    private final String object; // null: the segment itself

    View(Mapping mapping, ByteBuffer buffer, String object) {
        this.mapping = mapping;
        this.buffer = buffer;
        this.object = object;
    }

    Mapping mapping() {
        return mapping;
    }

    void step() {
        mapping.step();
    }

    ByteBuffer buffer() {
        return buffer;
    }

    Futex futex(int offset) {
        return mapping.futex(offset);
    }

    /** Makes every later access fail. */
    void revoke() {
        buffer.limit(0);
    }

    /** What to throw instead of the failure of an access. */
    RuntimeException failure(Throwable cause) {
        boolean removed = object != null && buffer.limit() == 0 && mapping.isOpen();
        return removed
                ? new SegmentException(mapping.name(), SegmentException.Reason.REMOVED, object + " was removed", cause)
                : mapping.failure(cause);
    }
}
