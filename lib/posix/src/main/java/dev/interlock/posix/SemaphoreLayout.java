package dev.interlock.posix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;

/**
 * Proves, once in a process, that the C library's sem_t is the word that {@link PosixSemaphore} takes it for: value in
 * the lower 32 bits, number of waiters in the upper. Any doubt counts as no.
 *
 * <p>The proof runs on a semaphore of its own. Every operation of the C library must change exactly the bits that it
 * should, what is written to the word must be the truth for the C library, a waiter of the C library must be counted
 * and be woken by the futex call of the fast path, and one counted by the fast path must be woken by sem_post.
 */
final class SemaphoreLayout {
    private static final String BY_CALLS = "calls";
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONE_WAITER = 1L << 32;

    /**
     * How long a step of the proof with a second thread may take; on a machine busier than that, there is no fast path.
     */
    private static final long PATIENCE_NANOS = 1_000_000_000;

    /** Time for the second thread to fall asleep; if it does not, the step proves less, but nothing wrong. */
    private static final long TIME_TO_SLEEP_NANOS = 2_000_000;

    private final ByteBuffer cell =
            ByteBuffer.allocateDirect(UnnamedSemaphore.BYTES + 8).alignedSlice(8);
    private final long address = LibC.address(cell);

    private SemaphoreLayout() {}

    /** Computed at the first use. */
    private static final class Holder {
        static final boolean KNOWN =
                !BY_CALLS.equals(System.getProperty("dev.interlock.posix.semaphore")) && new SemaphoreLayout().prove();
    }

    static boolean isKnown() {
        return Holder.KNOWN;
    }

    private boolean prove() {
        return LibC.MonotonicWait.PRESENT
                && values()
                && isWaiterOfTheLibraryCountedAndWoken()
                && isWaiterCountedHereWokenByTheLibrary()
                && LibC.sem_destroy(address) == 0;
    }

    private long word() {
        return (long) WORD.getVolatile(cell, 0);
    }

    private boolean values() {
        Scratch scratch = Scratch.current();
        return LibC.sem_init(address, 1, PosixSemaphore.MAX_PERMITS - 1) == 0
                && word() == PosixSemaphore.MAX_PERMITS - 1
                && LibC.sem_post(address) == 0
                && word() == PosixSemaphore.MAX_PERMITS
                && LibC.sem_post(address) == -1
                && LibC.errno() == Errno.EOVERFLOW
                && LibC.sem_init(address, 1, 1) == 0
                && LibC.sem_trywait(address) == 0
                && word() == 0
                && LibC.sem_trywait(address) == -1
                && LibC.errno() == Errno.EAGAIN
                && WORD.compareAndSet(cell, 0, 0L, 7L)
                && LibC.sem_getvalue(address, scratch.address) == 0
                && scratch.memory.getInt(0) == 7
                && LibC.sem_init(address, 1, 0) == 0
                && word() == 0;
    }

    /** A thread in sem_clockwait raises the upper half by one; CAS and futex wake on the lower half set it free. */
    private boolean isWaiterOfTheLibraryCountedAndWoken() {
        long[] result = {-1};
        Thread waiter = daemon(() -> {
            Scratch scratch = Scratch.current();
            LibC.clock_gettime(LibC.CLOCK_MONOTONIC, scratch.address);
            long deadline = scratch.timespec(Scratch.getTimespec(scratch.memory, 0) + PATIENCE_NANOS);
            result[0] = LibC.MonotonicWait.sem_clockwait(address, LibC.CLOCK_MONOTONIC, deadline);
        });
        boolean counted = await(ONE_WAITER);
        if (counted) {
            counted = WORD.compareAndSet(cell, 0, ONE_WAITER, ONE_WAITER + 1);
            // Asleep or about to fall asleep: a sleeper that comes late finds the value changed.
            LibC.futexWake(address, 1);
        }
        return join(waiter) && counted && result[0] == 0 && word() == 0;
    }

    /** A thread counted in the upper half and asleep on the lower is woken by sem_post. */
    private boolean isWaiterCountedHereWokenByTheLibrary() {
        boolean[] woken = {false};
        long counted = (long) WORD.getAndAdd(cell, 0, ONE_WAITER);
        Thread waiter = daemon(() -> {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while ((int) word() == 0 && System.nanoTime() - deadline < 0) {
                if (Futex.await(address, 0, PATIENCE_NANOS, "proof") == Futex.Outcome.TIMED_OUT) {
                    return;
                }
            }
            woken[0] = true;
        });
        LockSupport.parkNanos(TIME_TO_SLEEP_NANOS);
        boolean posted = counted == 0 && LibC.sem_post(address) == 0;
        boolean joined = join(waiter);
        return posted && joined && woken[0] && WORD.compareAndSet(cell, 0, ONE_WAITER + 1, 0L);
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body, "interlock-posix-semaphore-proof");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private boolean await(long expected) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (word() != expected) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.onSpinWait();
            Thread.yield();
        }
        return true;
    }

    /** The thread ends by itself, within the patience. */
    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
