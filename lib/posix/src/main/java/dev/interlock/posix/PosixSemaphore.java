package dev.interlock.posix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * A POSIX counting semaphore, between any processes in any language: sem_overview(7). Dijkstra's P is
 * {@link #acquire()}, sem_wait; V is {@link #release()}, sem_post.
 *
 * <p>Acquiring waits, asleep, while there is no permit. The wait ends when a permit is released, on an interrupt and
 * when this object is closed. Not fair: who comes while another is being woken may overtake. Nobody owns a permit: any
 * thread may release, and the permit of a process that dies is lost. A release <em>happens-before</em> what follows the
 * acquire that took its permit, in whatever process.
 *
 * <p>Where a check at the first use proves that the C library keeps the value and the number of waiters in one word as
 * glibc does, a permit is taken and given by one atomic instruction on that word, and the kernel is called only to
 * sleep and to wake; the C library's own users notice no difference. Else, and always with the system property
 * {@code dev.interlock.posix.semaphore=calls}, every operation is a call: a waiter sleeps in sem_clockwait and sees an
 * interrupt or a close within 10 ms. A C library without that function (musl, glibc before 2.30) offers nothing to
 * sleep on but the wall clock: there a waiter tries every 10 ms, and is as late for a permit. Timeouts are measured on
 * the monotonic clock in each case: a step of the wall clock changes nothing.
 *
 * <p>For threads of one JVM alone, {@link java.util.concurrent.Semaphore} is better.
 */
public abstract sealed class PosixSemaphore implements AutoCloseable permits NamedSemaphore, UnnamedSemaphore {
    /* Implementation notes: the fast path
     * State   the first 64 bits of glibc's sem_t, since 2.21: value in the lower half, number of waiters in the upper.
     * Post    CAS value + 1; if there were waiters, wake one on the lower half.
     * Wait    CAS value - 1 if positive; else waiters + 1, sleep on the lower half while it is 0, CAS value - 1 and waiters - 1.
     * Edge S  the CAS of a post releases -> the CAS of a wait acquires; here volatile mode on both sides, as in glibc at least
     *         release and acquire, so the edge holds between Java and C in both directions.
     * Safety  a sleeper registers as a waiter before it looks at the value, a poster raises the value before it looks at the
     *         waiters, both in one word: whichever CAS is second sees the first. A woken sleeper that is interrupted at the same
     *         time is told of the wake-up and takes the permit (see Futex), so none sleeps beside a permit.
     * Death   a waiter that is killed stays counted: later posts wake nobody at times, which costs a system call and no more;
     *         the same as in C.
     * Proof   see SemaphoreLayout. */

    /** How permits are moved. */
    enum Way {
        /** By atomic instructions on the semaphore's word. */
        WORD,
        /** By calls; a waiter sleeps in sem_clockwait. */
        CALLS,
        /** By calls of a C library without sem_clockwait; a waiter tries again and again. */
        TRIES;

        /** The best that is proven to work with this C library. */
        static Way best() {
            if (SemaphoreLayout.isKnown()) {
                return WORD;
            }
            return LibC.MonotonicWait.PRESENT ? CALLS : TRIES;
        }
    }

    /** The greatest number of permits. */
    public static final int MAX_PERMITS = Integer.MAX_VALUE;

    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder())
            .withInvokeExactBehavior();

    private static final long ONE_WAITER = 1L << 32;

    private static final long SLICE_NANOS = 10_000_000;

    /** The sem_t, at index 0; keeps the memory mapped. */
    final ByteBuffer cell;

    private final long address;
    private final String name;
    private final boolean fast;
    private final boolean sleeps;
    private final Sleepers sleepers = new Sleepers(this::isClosed);
    private volatile boolean closed;

    PosixSemaphore(String name, ByteBuffer cell, Way way) {
        this.name = name;
        this.cell = cell;
        this.address = LibC.address(cell);
        this.fast = way == Way.WORD;
        this.sleeps = way != Way.TRIES;
    }

    /**
     * The name of the semaphore.
     *
     * @return the name with its slash, or a description of where it is
     */
    public final String name() {
        return name;
    }

    /**
     * Whether permits are taken and given without calling the C library.
     *
     * @return true if the layout of its semaphores was proven
     */
    public final boolean isFast() {
        return fast;
    }

    private boolean isClosed() {
        return closed;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("\"" + name + "\" is closed");
        }
    }

    /**
     * Takes a permit, waiting until there is one: sem_wait(3). Ended by an interrupt and by {@link #close()}.
     *
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public final void acquire() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        boolean acquired = tryAcquire();
        while (!acquired) {
            acquired = acquireSlow(Long.MAX_VALUE);
        }
    }

    /**
     * Takes a permit if there is one: sem_trywait(3). Does not block.
     *
     * @return whether it was taken
     * @throws IllegalStateException if this is closed
     */
    public final boolean tryAcquire() {
        checkOpen();
        if (!fast) {
            return tryAcquireByCall();
        }
        long word = (long) WORD.getVolatile(cell, 0);
        while ((int) word > 0) {
            if (WORD.compareAndSet(cell, 0, word, word - 1)) { // S (acquire): what the releasing thread did is seen
                return true;
            }
            word = (long) WORD.getVolatile(cell, 0);
        }
        return false;
    }

    /**
     * Takes a permit, waiting up to a time until there is one: sem_clockwait(3). Ended by an interrupt and by {@link
     * #close()}.
     *
     * @param timeout the longest wait, on the monotonic clock; zero or less tries once
     * @param unit of the timeout
     * @return whether it was taken; false when the time was over
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public final boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return tryAcquire() || acquireSlow(unit.toNanos(timeout));
    }

    /**
     * Gives a permit, and wakes a waiter if there is one: sem_post(3). Does not block.
     *
     * @throws PosixException.Overflow EOVERFLOW if there are {@link #MAX_PERMITS} already
     * @throws IllegalStateException if this is closed
     */
    public final void release() {
        checkOpen();
        if (!fast) {
            if (LibC.sem_post(address) == -1) {
                throw PosixException.last("sem_post", name);
            }
            Reference.reachabilityFence(cell);
            return;
        }
        long word;
        do {
            word = (long) WORD.getVolatile(cell, 0);
            if ((int) word == MAX_PERMITS) {
                throw PosixException.of("sem_post", name, Errno.EOVERFLOW);
            }
        } while (!WORD.compareAndSet(cell, 0, word, word + 1)); // S (release): publishes what this thread did
        if (word >>> 32 != 0) {
            wakeOne();
        }
    }

    private void wakeOne() {
        if (LibC.futexWake(address, 1) == -1) {
            throw PosixException.last("futex_wake", name);
        }
        Reference.reachabilityFence(cell);
    }

    /**
     * How many permits there are: sem_getvalue(3). By the time the answer is read, that may have changed.
     *
     * @return the permits, 0 also while threads wait
     * @throws IllegalStateException if this is closed
     */
    public final int availablePermits() {
        checkOpen();
        Scratch scratch = Scratch.current();
        if (LibC.sem_getvalue(address, scratch.address) == -1) {
            throw PosixException.last("sem_getvalue", name);
        }
        Reference.reachabilityFence(cell);
        return scratch.memory.getInt(0);
    }

    private boolean acquireSlow(long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, timeoutNanos);
        if (timeoutNanos <= 0) {
            return false;
        }
        return fast ? acquireAsWaiter(deadline) : acquireByCalls(deadline);
    }

    private boolean acquireAsWaiter(long deadline) throws InterruptedException {
        Blocker blocker = Blocker.borrow();
        sleepers.enter(blocker);
        boolean acquired = false;
        long before = (long) WORD.getAndAdd(cell, 0, ONE_WAITER);
        try {
            for (long word = before + ONE_WAITER; ; word = (long) WORD.getVolatile(cell, 0)) {
                if ((int) word > 0) {
                    // S (acquire): what the releasing thread did is seen
                    if (WORD.compareAndSet(cell, 0, word, word - 1 - ONE_WAITER)) {
                        acquired = true;
                        return true;
                    }
                    continue;
                }
                checkOpen();
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long remaining = deadline - System.nanoTime();
                if (remaining <= 0) {
                    return false;
                }
                blocker.await(address, 0, remaining, this);
            }
        } finally {
            if (!acquired) {
                long ignored = (long) WORD.getAndAdd(cell, 0, -ONE_WAITER);
            }
            sleepers.leave(blocker);
            blocker.giveBack();
        }
    }

    private boolean tryAcquireByCall() {
        while (LibC.sem_trywait(address) == -1) {
            int errno = LibC.errno();
            if (errno == Errno.EAGAIN) {
                return false;
            }
            if (errno != Errno.EINTR) {
                throw PosixException.of("sem_trywait", name, errno);
            }
        }
        Reference.reachabilityFence(cell);
        return true;
    }

    private boolean acquireByCalls(long deadline) throws InterruptedException {
        for (; ; ) {
            checkOpen();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long remaining = deadline - System.nanoTime();
            if (remaining <= 0) {
                return false;
            }
            long slice = Math.min(remaining, SLICE_NANOS);
            if (sleeps) {
                if (waitByCall(slice)) {
                    return true;
                }
            } else {
                TimeUnit.NANOSECONDS.sleep(slice);
                if (tryAcquire()) {
                    return true;
                }
            }
        }
    }

    private boolean waitByCall(long nanos) {
        Scratch scratch = Scratch.current();
        LibC.clock_gettime(LibC.CLOCK_MONOTONIC, scratch.address);
        long deadline = scratch.timespec(Scratch.getTimespec(scratch.memory, 0) + nanos);
        if (LibC.MonotonicWait.sem_clockwait(address, LibC.CLOCK_MONOTONIC, deadline) == 0) {
            return true;
        }
        int errno = LibC.errno();
        if (errno != Errno.ETIMEDOUT && errno != Errno.EINTR) {
            throw PosixException.of("sem_clockwait", name, errno);
        }
        return false;
    }

    /**
     * Ends the waits of this process on this object, with exceptions, and forbids further use: sem_close(3). The
     * semaphore itself stays as it is; its memory is unmapped when no thread can be using it any more. Further calls do
     * nothing.
     */
    @Override
    public void close() {
        closed = true;
        sleepers.wake();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " " + name + (closed ? " (closed)" : "");
    }
}
