package dev.interlock.shared;

import dev.interlock.memory.ThreadNumbers;
import dev.interlock.posix.Futex;
import dev.interlock.posix.PosixException;
import dev.interlock.posix.SharedMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A segment's bytes in this process, with what words need: who calls, who lives, and what went wrong. */
final class Mapping {
    /* Implementation notes
     * All words of a segment access it through one buffer object, so setting that buffer's limit to 0 closes them all:
     * their bounds checks, which are paid anyway, then fail. The memory stays mapped until the last buffer, word or
     * payload slice is unreachable, so whoever comes late meets an exception and never a hole.
     * Memory that was truncated by another process: an access raises a bus error, which the JVM turns into an
     * InternalError that it may deliver later, when the thread next enters native code; a loop that does not could go
     * round on garbage for ever. So a daemon looks at the size of each open segment from time to time, and closes the
     * buffer of one that shrank; the next access then fails, and whatever the JVM has pending is taken in with it.
     */
    private static final ThreadNumbers THREADS = new ThreadNumbers(Format.THREAD_BITS);
    private static final long WATCH_MILLIS = 20;
    private static final ScheduledThreadPoolExecutor WATCH = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "interlock segment watch");
        thread.setDaemon(true);
        return thread;
    });

    static {
        WATCH.setRemoveOnCancelPolicy(true);
    }

    private final SharedMemory memory;
    private final ByteBuffer root;
    private final ByteBuffer buffer;
    private final int firstParty;
    private volatile boolean truncated;

    Mapping(SharedMemory memory, ByteBuffer root, int slot) {
        this.memory = memory;
        this.root = root;
        this.buffer = root.duplicate().order(root.order());
        this.firstParty = slot << Format.THREAD_BITS;
    }

    /** Begins to look for truncation, until the future is cancelled. */
    Future<?> watch() {
        return WATCH.scheduleWithFixedDelay(this::closeIfTruncated, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    int slot() {
        return firstParty >>> Format.THREAD_BITS;
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
        return firstParty | THREADS.current();
    }

    boolean isAlive(int party) {
        int other = party >>> Format.THREAD_BITS;
        if (other == slot()) {
            return true;
        }
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
        if (truncated || buffer.limit() != 0) {
            return failure(memory, truncated ? new InternalError("bus error", cause) : cause);
        }
        return cause instanceof SegmentException known
                ? known
                : new SegmentException(name(), SegmentException.Reason.CLOSED, "closed", cause);
    }

    /** The same, before there is a mapping. */
    static RuntimeException failure(SharedMemory memory, Throwable cause) {
        if (cause instanceof InternalError || cause instanceof PosixException) {
            // The JVM's answer to a bus error, and the kernel's: what was mapped is there no more.
            return new SegmentException(
                    memory.name(),
                    SegmentException.Reason.TRUNCATED,
                    "truncated to " + sizeWhateverIsPending(memory, cause) + " bytes while in use",
                    cause);
        }
        if (cause instanceof RuntimeException unchecked) {
            return unchecked;
        }
        throw (Error) cause;
    }

    private void closeIfTruncated() {
        if (!truncated && memory.size() < root.capacity()) {
            truncated = true;
            buffer.limit(0);
        }
    }

    /** The size, from a native call: if the JVM has bus errors of this thread to deliver, it does so here. */
    private static long sizeWhateverIsPending(SharedMemory memory, Throwable cause) {
        for (; ; ) {
            try {
                return memory.size();
            } catch (InternalError e) {
                cause.addSuppressed(e);
            }
        }
    }
}
