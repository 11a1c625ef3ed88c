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
 * <p><b>Fairness.</b> Barging, or FIFO if it is made with a line. Barging: whoever finds enough permits takes them, and a
 * party that wants several may wait for ever while others take them one by one. FIFO: only the one at the front of the line
 * takes permits, and waits there until there are enough for it; {@code tryAcquire} without a timeout passes the line all the
 * same. If more wait than the line is long, those who find no place compete for one.
 *
 * <p><b>Ownership.</b> None: any party may release. So the permits of a party that dies are lost: where that matters, take a
 * {@link PermitPool}. One that dies while it waits, or while it releases, keeps nobody else waiting.
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
     * FIFO    line: where those stand who found too few, or others in line before them; the other two are not drawn then.
     * Waking  (barging) one sleeper is woken for a release, and passes on what is left: enough, while each wants one permit. A
     *         sleeper that wants more may be woken for too few, and swallow what another could use; so if there is one,
     *         all are woken. many is read after the one was woken: a sleeper that wants many has counted itself before.
     *         One that gives up passes on what it may have been woken for.
     * Edge V  release() changes permits by CAS -> acquire takes them by CAS.
     * Death   of a party that wants many, while it waits: many stays too high, and releases wake more than they need to. Of
     *         one that was woken, or of one that releases before it wakes: the others wake by themselves within 100 ms.
     */
    private static final int SPINS = 0; // a waiter that looks all the time slows those down who pass

    private static final int LINE = 64;
    private static final int MAX_LINE = 1 << 12;

    private final Memory memory;
    private final Word permits;
    private final Word many; // null if FIFO
    private final EventCount released; // null if FIFO
    private final Line line; // null if barging
    private final WaitStrategy waiting;

    /**
     * A semaphore for the threads of this JVM.
     *
     * @param permits how many there are at first, not negative
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public CountingSemaphore(int permits) {
        this(Memory.heap(), permits);
    }

    /**
     * A semaphore for the threads of this JVM.
     *
     * @param permits how many there are at first, not negative
     * @param fair whether it is FIFO, with a line for 64 parties
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public CountingSemaphore(int permits, boolean fair) {
        this(Memory.heap(), permits, fair ? LINE : 0, WaitStrategy.ADAPTIVE);
    }

    /**
     * A semaphore in the given memory. Draws three words.
     *
     * @param memory where it lives
     * @param permits how many there are at first, not negative
     * @throws IllegalArgumentException if {@code permits} is negative
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
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public CountingSemaphore(Memory memory, int permits, WaitStrategy waiting) {
        this(memory, permits, 0, waiting);
    }

    /**
     * A semaphore in the given memory, barging or FIFO, whose waiters wait as told. Draws three words, or four and three
     * for each place in its line.
     *
     * @param memory where it lives
     * @param permits how many there are at first, not negative
     * @param line how many can stand in line, up to 4096; 0 to be barging
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if {@code permits} is negative, or {@code line} is out of range
     */
    public CountingSemaphore(Memory memory, int permits, int line, WaitStrategy waiting) {
        if (line < 0 || line > MAX_LINE) {
            throw new IllegalArgumentException("line: " + line + " is not within 0 to " + MAX_LINE);
        }
        this.memory = memory;
        this.waiting = Objects.requireNonNull(waiting, "waiting");
        this.permits = memory.word(checked(permits));
        boolean barging = line == 0;
        this.many = barging ? memory.word(0) : null;
        this.released = barging ? new EventCount(memory) : null;
        this.line = barging ? null : new Line(memory, line, waiting);
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
     * @throws IllegalArgumentException if the number is negative
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
     * @throws IllegalArgumentException if the number is negative
     */
    public void acquireUninterruptibly(int wanted) {
        boolean interrupted = false;
        boolean acquired = tryInTurn(wanted);
        while (!acquired) {
            interrupted |= Thread.interrupted();
            try {
                acquired = acquireSlow(wanted, Memory.NO_DEADLINE);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes one permit if there is one, also while others wait in line. Never blocks.
     *
     * @return whether it was taken
     */
    public boolean tryAcquire() {
        return tryAcquire(1);
    }

    /**
     * Takes permits, all at once, if there are enough, also while others wait in line. Never blocks.
     *
     * @param wanted how many, not negative
     * @return whether they were taken
     * @throws IllegalArgumentException if the number is negative
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
     * @throws IllegalArgumentException if the number is negative
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; it has no permit then
     */
    public boolean tryAcquire(int wanted, long timeout, TimeUnit unit) throws InterruptedException {
        return acquire(wanted, memory.deadlineAfter(timeout, unit));
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
     * @throws IllegalArgumentException if the number is negative
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
        return "CountingSemaphore[permits: " + permits + (line == null ? "]" : "; FIFO]");
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
        return tryInTurn(wanted) || acquireSlow(wanted, deadlineNanos);
    }

    private boolean tryInTurn(int wanted) {
        return (line == null || line.isEmpty()) && tryAcquire(wanted);
    }

    private boolean acquireSlow(int wanted, long deadlineNanos) throws InterruptedException {
        checked(wanted);
        if (line != null) {
            return line.await(() -> tryAcquire(wanted), () -> permits.getVolatile() != 0, deadlineNanos);
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
        if (line != null) {
            line.call();
            return;
        }
        released.signal();
        if (many.getVolatile() != 0) {
            released.signalAll();
        }
    }
}
