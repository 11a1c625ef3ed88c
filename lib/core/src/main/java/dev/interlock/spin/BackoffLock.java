package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;

/**
 * The test-and-test-and-set lock with exponential backoff: one word, any number of parties; threads, or threads of
 * processes that share memory.
 *
 * <p><b>Blocking.</b> A waiter whose attempt failed stays away from the word for a random time, up to twice as long after
 * each failure, to a limit; from there on it offers its CPU to others at each attempt. So the waiters do not all try when
 * the owner unlocks, and the lock may be free for a moment while parties wait.
 *
 * <p><b>Fairness.</b> None: whoever has waited long tries seldom, and newcomers pass it.
 *
 * <p><b>Ownership.</b> The party that locks must unlock. Not reentrant: locking again by the owner, and unlocking by
 * anybody else, throws {@link IllegalMonitorStateException}.
 *
 * <p><b>Memory effects.</b> {@code unlock} happens-before the next successful {@code lock} or {@code tryLock}.
 *
 * <p><b>Owner death.</b> Across processes, as {@link dev.interlock.mutex.Mutex}: a waiter finds out within a second, and runs the
 * repair given to {@link #onOwnerDeath}, or throws {@link dev.interlock.mutex.OwnerDiedException}, as does each later {@code
 * lock} until {@link #repair} succeeds.
 *
 * <p>Timed and interruptible forms as in {@link java.util.concurrent.locks.Lock}. Where waits may be long, use {@code Mutex}. Where nobody may
 * starve, {@link TicketLock} is the simplest.
 *
 * <pre>{@code
 * BackoffLock lock = new BackoffLock();
 * lock.lock();
 * try {
 *     count++;
 * } finally {
 *     lock.unlock();
 * }
 * }</pre>
 *
 * <p>T. E. Anderson, The performance of spin lock alternatives for shared-memory multiprocessors, IEEE TPDS 1(1), 1990.
 * Here the random time is a hash of the party and the attempt, so that a run can be repeated.
 */
public final class BackoffLock extends OwnerSpinLock {
    /* Implementation notes
     * State, edge H, safety: as in OwnerSpinLock.
     * The n-th wait of an attempt takes 1 to 2^(n + 2) pauses, at most 2^8: some ten microseconds.
     */
    private static final int LOG_FIRST = 2;
    private static final int LOG_MAX = 8;
    private static final int STEPS_BEFORE_YIELD = 64;

    /** A lock for the threads of this JVM. */
    public BackoffLock() {
        this(Memory.heap());
    }

    /**
     * A lock in the given memory. Draws one word.
     *
     * @param memory where it lives
     */
    public BackoffLock(Memory memory) {
        this(memory, WaitStrategy.YIELD);
    }

    /**
     * A lock in the given memory, whose waiters wait as told. Draws one word.
     *
     * @param memory where it lives
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps
     */
    public BackoffLock(Memory memory, WaitStrategy waiting) {
        super(memory, waiting);
    }

    @Override
    boolean maySucceed(Word owner) {
        return owner.getOpaque() == 0;
    }

    @Override
    void pause(int step) {
        boolean atLimit = Integer.compareUnsigned(step, LOG_MAX - LOG_FIRST) >= 0; // step may wrap around
        int mask = (1 << (atLimit ? LOG_MAX : LOG_FIRST + step)) - 1;
        memory.pause(hash(memory.self(), step) & mask);
        waiting.busyWait(memory, atLimit ? step + STEPS_BEFORE_YIELD : 0, 0);
    }

    /** Spreads the bits of both (the finalizer of MurmurHash3). */
    private static int hash(int party, int step) {
        int bits = party * 0x9E3779B9 + step;
        bits = (bits ^ bits >>> 16) * 0x85EBCA6B;
        bits = (bits ^ bits >>> 13) * 0xC2B2AE35;
        return bits ^ bits >>> 16;
    }
}
