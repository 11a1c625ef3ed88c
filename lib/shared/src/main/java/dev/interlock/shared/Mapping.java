package dev.interlock.shared;

import dev.interlock.memory.ThreadNumbers;
import dev.interlock.posix.Futex;
import dev.interlock.posix.PosixException;
import dev.interlock.posix.SharedMemory;
import java.nio.ByteBuffer;

/** A segment's bytes in this process, with what words need: who calls, who lives, and what went wrong. */
final class Mapping {
    /* Implementation notes
     * All words of a segment access it through one buffer object, so setting that buffer's limit to 0 closes them all:
     * their bounds checks, which are paid anyway, then fail. The memory stays mapped until the last buffer, word or
     * payload slice is unreachable, so whoever comes late meets an exception and never a hole.
     * Memory that was truncated by another process: the JVM turns the bus error into an InternalError.
     */
    private static final ThreadNumbers THREADS = new ThreadNumbers(Format.THREAD_BITS);

    private final SharedMemory memory;
    private final ByteBuffer root;
    private final ByteBuffer buffer;
    private int slot;

    Mapping(SharedMemory memory, ByteBuffer root) {
        this.memory = memory;
        this.root = root;
        this.buffer = root.duplicate().order(root.order());
    }

    /** Names the slot that this process holds: once, before any word is used. */
    void occupy(int slot) {
        this.slot = slot << Format.THREAD_BITS;
    }

    String name() {
        return memory.name();
    }

    ByteBuffer buffer() {
        return buffer;
    }

    Futex futex(int offset) {
        return Futex.at(root, offset);
    }

    int self() {
        return slot | THREADS.current();
    }

    boolean isAlive(int party) {
        if ((party ^ slot) >>> Format.THREAD_BITS == 0) {
            return true;
        }
        int other = party >>> Format.THREAD_BITS;
        try {
            return other != Format.DIRECTORY_BYTE && memory.fileLock().isLockedByOther(other, 1);
        } catch (IllegalStateException e) {
            throw failure(e);
        }
    }

    /** Makes every later access through {@link #buffer()} fail. */
    void close() {
        buffer.limit(0);
    }

    /** What to throw instead of the failure of an access: the failure itself if the segment is not to blame. */
    RuntimeException failure(Throwable cause) {
        if (buffer.limit() == 0 && !(cause instanceof SegmentException)) {
            return new SegmentException(name(), SegmentException.Reason.CLOSED, "closed", cause);
        }
        return failure(memory, cause);
    }

    /** The same, before there is a mapping. */
    static RuntimeException failure(SharedMemory memory, Throwable cause) {
        if (cause instanceof InternalError || cause instanceof PosixException) {
            // The JVM's answer to a bus error, and the kernel's: what was mapped is there no more.
            return new SegmentException(
                    memory.name(),
                    SegmentException.Reason.TRUNCATED,
                    "truncated to " + memory.size() + " bytes while in use",
                    cause);
        }
        if (cause instanceof RuntimeException unchecked) {
            return unchecked;
        }
        throw (Error) cause;
    }
}
