package dev.interlock.semaphore;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A counting semaphore for any number of parties: threads, or threads of processes that share memory. {@code acquire} is
 * Dijkstra's P, also called down or wait; {@code release} is his V, also called up or signal.
 *
 * <p><b>Blocking.</b> {@code acquire} spins for a few steps, then sleeps until there are enough permits. {@code
 * tryAcquire} without a timeout never blocks, nor does {@code release}.
 *
 * <p><b>Fairness.</b> Barging: whoever finds enough permits takes them. A party that wants several may wait for ever
 * while others take them one by one.
 *
 * <p><b>Ownership.</b> None: any party may release. So the permits of a party that dies are lost.
 *
 * <p><b>Memory effects.</b> {@code release} happens-before the acquire that takes a permit that it added.
 *
 * <p><b>Limits.</b> 0 to {@link Integer#MAX_VALUE} permits; one more is an {@link Error}, and the count stays as it was.
 * Timeouts of zero or less try once. Virtual threads park without pinning their carrier.
 *
 * <pre>{@code
 * CountingSemaphore connections = new CountingSemaphore(10);
 * connections.acquire();
 * try {
 *     serve();
 * } finally {
 *     connections.release();
 * }
 * }</pre>
 *
 * <p>E. W. Dijkstra, Over de sequentialiteit van procesbeschrijvingen (EWD 35), 1962. There a semaphore is one number,
 * and P and V are indivisible; here those who must wait sleep on an event count.
 */
public final class CountingSemaphore {
    /* Implementation notes
     * State   permits: how many are there. released: where the parties that found too few sleep. many: how many parties
     *         wait, or are about to, for more than one permit.
     * Waking  one sleeper is woken for a release, and passes on what is left: enough, while each wants one permit. A
     *         sleeper that wants more may be woken for too few, and swallow what another could use; so if there is one,
     *         all are woken. many is read after the one was woken: a sleeper that wants many has counted itself before.
     *         One that gives up passes on what it may have been woken for.
     * Edge V  release() changes permits by CAS -> acquire takes them by CAS.
     * Death   of a party that wants many, while it waits: many stays too high, and releases wake more than they need to.
     */
    private static final int SPINS = 4;

    private final Word permits;
    private final Word many;
    private final EventCount released;
    private final WaitStrategy waiting;

    /**
     * A semaphore for the threads of this JVM.
     *
     * @param permits how many there are at first, not negative
     */
    public CountingSemaphore(int permits) {
        this(Memory.heap(), permits);
    }

    /**
     * A semaphore in the given memory. Draws three words.
     *
     * @param memory where it lives
     * @param permits how many there are at first, not negative
     */
    public CountingSemaphore(Memory memory, int permits) {
        this(memory, permits, WaitStrategy.ADAPTIVE);
    }

    /**
     * A semaphore in the given memory, whose waiters wait as told. Draws three words.
     *
     * @param memory where it lives
     * @param permits how many there are at first, not negative
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     */
    public CountingSemaphore(Memory memory, int permits, WaitStrategy waiting) {
        this.permits = memory.word(checked(permits));
        this.many = memory.word(0);
        this.released = new EventCount(memory);
        this.waiting = Objects.requireNonNull(waiting, "waiting");
    }

    /**
     * Takes one permit, waiting as long as it takes unless interrupted.
     *
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; it has no permit then
     */
    public void acquire() throws InterruptedException {
        acquire(1);
    }

    /**
     * Takes permits, all at once, waiting as long as it takes unless interrupted.
     *
     * @param wanted how many, not negative
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; it has no permit then
     */
    public void acquire(int wanted) throws InterruptedException {
        acquire(wanted, Memory.NO_DEADLINE);
    }

    /** Takes one permit, waiting as long as it takes. Interruption does not end the wait; it stays with the thread. */
    public void acquireUninterruptibly() {
        acquireUninterruptibly(1);
    }

    /**
     * Takes permits, all at once, waiting as long as it takes. Interruption does not end the wait; it stays with the
     * thread.
     *
     * @param wanted how many, not negative
     */
    public void acquireUninterruptibly(int wanted) {
        if (!tryAcquire(wanted)) {
            announce(wanted, 1);
            try {
                released.awaitUninterruptibly(() -> tryAcquire(wanted), this::passOn, waiting, SPINS);
            } finally {
                announce(wanted, -1);
            }
        }
    }

    /**
     * Takes one permit if there is one. Never blocks.
     *
     * @return whether it was taken
     */
    public boolean tryAcquire() {
        return tryAcquire(1);
    }

    /**
     * Takes permits, all at once, if there are enough. Never blocks.
     *
     * @param wanted how many, not negative
     * @return whether they were taken
     */
    public boolean tryAcquire(int wanted) {
        checked(wanted);
        for (; ; ) {
            int available = permits.getVolatile();
            if (available < wanted) {
                return false;
            }
            if (permits.compareAndSet(available, available - wanted)) { // V (acquire)
                return true;
            }
        }
    }

    /**
     * Takes one permit, waiting at most the given time.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return whether it was taken
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; it has no permit then
     */
    public boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
        return tryAcquire(1, timeout, unit);
    }

    /**
     * Takes permits, all at once, waiting at most the given time.
     *
     * @param wanted how many, not negative
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return whether they were taken
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; it has no permit then
     */
    public boolean tryAcquire(int wanted, long timeout, TimeUnit unit) throws InterruptedException {
        return acquire(wanted, released.memory().deadlineAfter(timeout, unit));
    }

    /**
     * Takes all permits that there are. Never blocks.
     *
     * @return how many were taken
     */
    public int drainPermits() {
        for (; ; ) {
            int available = permits.getVolatile();
            if (available == 0 || permits.compareAndSet(available, 0)) { // V (acquire)
                return available;
            }
        }
    }

    /** Adds one permit, and wakes a party that waits. Never blocks. */
    public void release() {
        release(1);
    }

    /**
     * Adds permits, and wakes parties that wait. Never blocks.
     *
     * @param added how many, not negative
     * @throws Error if there would be more than {@link Integer#MAX_VALUE}; none is added then
     */
    public void release(int added) {
        checked(added);
        for (; ; ) {
            int available = permits.getVolatile();
            if (available + added < 0) {
                throw new Error("maximum permit count exceeded: " + available + " + " + added);
            }
            if (permits.compareAndSet(available, available + added)) { // V (release)
                wake();
                return;
            }
        }
    }

    /**
     * How many permits there are: out of date when it returns, for monitoring.
     *
     * @return the number of permits
     */
    public int availablePermits() {
        return permits.getOpaque();
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "CountingSemaphore[permits: " + permits + "]";
    }

    private static int checked(int permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("permits: " + permits + " is negative");
        }
        return permits;
    }

    private boolean acquire(int wanted, long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (tryAcquire(wanted)) {
            return true;
        }
        announce(wanted, 1);
        boolean acquired = false;
        try {
            acquired = released.await(() -> tryAcquire(wanted), this::passOn, waiting, SPINS, deadlineNanos);
            return acquired;
        } finally {
            announce(wanted, -1);
            if (!acquired && wanted > 1) {
                passOn();
            }
        }
    }

    private void announce(int wanted, int delta) {
        if (wanted > 1) {
            many.getAndAdd(delta);
        }
    }

    private void passOn() {
        if (permits.getVolatile() != 0) {
            wake();
        }
    }

    private void wake() {
        released.signal();
        if (many.getVolatile() != 0) {
            released.signalAll();
        }
    }
}
