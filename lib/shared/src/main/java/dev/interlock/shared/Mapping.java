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
     * Memory that was truncated by another process: an access raises a bus error, which the JVM turns into an
     * InternalError that it may deliver later, when the thread next enters native code; a loop that does not could go
     * round on garbage for ever. So a daemon looks at the size of each open segment from time to time, and revokes the
     * views of one that shrank; the next access then fails, and whatever the JVM has pending is taken in with it. It revokes
     * those of objects that other processes have removed, too.
     */
    private static final ThreadNumbers THREADS = new ThreadNumbers(Format.THREAD_BITS - 1);
    private static final long WATCH_MILLIS = 200;
    private static final ScheduledThreadPoolExecutor WATCH = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "interlock segment watch");
        thread.setDaemon(true);
        return thread;
    });

    static {
        WATCH.setRemoveOnCancelPolicy(true);
    }

    private final SharedMemory memory;
    private final Runnable step;
    private final ByteBuffer root;
    private final View segment;
    private final Slots slots;
    private final Uses uses;
    private final int slot;
    private final int firstParty;
    private final int base;
    private volatile int lastThread; // numbers up to this one are known to the slot
    private volatile boolean truncated;

    /** The mapping of an opening that holds the slot, or of none if that is 0. */
    Mapping(SharedMemory memory, ByteBuffer root, int slot, Runnable step) {
        this.step = step;
        this.memory = memory;
        this.root = root;
        this.segment = new View(this, root.duplicate().order(root.order()), null);
        this.slots = new Slots(memory, segment);
        this.uses = new Uses(segment, slot);
        this.slot = slot;
        this.base = slot == 0 ? 0 : slots.base(slot);
        this.firstParty = (slot << Format.THREAD_BITS) + base;
    }

    /** Begins to look for truncation and removal, until the future is cancelled. */
    Future<?> watch() {
        Future<?>[] watch = new Future<?>[1];
        BusErrors.surely(() ->
                watch[0] = WATCH.scheduleWithFixedDelay(this::look, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS));
        return watch[0];
    }

    int slot() {
        return slot;
    }

    String name() {
        return memory.name();
    }

    /** Something of the segment is about to be changed that is no object's own. */
    void step() {
        step.run();
    }

    /** The view of the segment's own fields. */
    View segment() {
        return segment;
    }

    Slots slots() {
        return slots;
    }

    Uses uses() {
        return uses;
    }

    /** A view for the words of one object. */
    View view(String object) {
        return new View(this, root.duplicate().order(root.order()), object);
    }

    Futex futex(int offset) {
        return Futex.at(root, offset);
    }

    int self() {
        int thread = THREADS.current();
        if (thread > lastThread) {
            name(thread);
        }
        return firstParty + thread;
    }

    boolean isAlive(int party) {
        int other = Slots.slotOf(party);
        if (other == slot) {
            return Slots.numberOf(party) > base;
        }
        try {
            return slots.isLockedByOther(other) && Slots.numberOf(party) > slots.base(other); // in this order
        } catch (IllegalStateException e) {
            throw failure(e);
        }
    }

    /** Makes every later access fail. */
    void close() {
        segment.revoke();
        uses.revokeAll();
    }

    boolean isOpen() {
        return segment.buffer().limit() != 0;
    }

    /** What to throw instead of the failure of an access: the failure itself if the segment is not to blame. */
    RuntimeException failure(Throwable cause) {
        if (truncated || isOpen()) {
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
                    "truncated to " + sizeOf(memory) + " bytes while in use",
                    cause);
        }
        if (cause instanceof RuntimeException unchecked) {
            return unchecked;
        }
        throw (Error) cause;
    }

    private synchronized void name(int thread) {
        if (thread > lastThread) {
            slots.use(slot, base + thread);
            lastThread = thread;
        }
    }

    /** A late InternalError must not meet the thread in the queue that all segments of this process share. */
    private void look() {
        try {
            if (!truncated && memory.size() < root.capacity()) {
                truncated = true;
                close();
            }
            if (isOpen()) {
                uses.refresh();
            }
            BusErrors.deliver();
        } catch (InternalError e) {
            // truncated at this moment: the next look finds that
        }
    }

    private static long sizeOf(SharedMemory memory) {
        long[] size = new long[1];
        BusErrors.surely(() -> size[0] = memory.size());
        return size[0];
    }
}
