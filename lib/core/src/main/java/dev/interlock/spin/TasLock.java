package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;

/**
 * The test-and-set lock: one word, any number of parties; threads, or threads of processes that share memory.
 *
 * <p><b>Blocking.</b> A waiter tries again without pause; after a bounded number of tries it offers its CPU to others at
 * each further try. Every try takes the word's cache line away from the owner, so under contention it is the slowest
 * lock of this package, and the simplest.
 *
 * <p><b>Fairness.</b> None: a waiter may starve.
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
 * <p>Timed and interruptible forms as in {@link java.util.concurrent.locks.Lock}. Where waits may be long, use {@code Mutex}.
 *
 * <pre>{@code
 * TasLock lock = new TasLock();
 * lock.lock();
 * try {
 *     count++;
 * } finally {
 *     lock.unlock();
 * }
 * }</pre>
 *
 * <p>M. Herlihy, N. Shavit, The Art of Multiprocessor Programming, 2nd edition, section 7.2. There the word is a
 * boolean; here it names the owner, so the set is a compare-and-set.
 */
public final class TasLock extends OwnerSpinLock {
    /* Implementation notes
     * State, edge H, safety: as in OwnerSpinLock. Each try is a CAS.
     */

    /** A lock for the threads of this JVM. */
    public TasLock() {
        this(Memory.heap());
    }

    /**
     * A lock in the given memory. Draws one word.
     *
     * @param memory where it lives
     */
    public TasLock(Memory memory) {
        this(memory, WaitStrategy.YIELD);
    }

    /**
     * A lock in the given memory, whose waiters wait as told. Draws one word.
     *
     * @param memory where it lives
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps
     */
    public TasLock(Memory memory, WaitStrategy waiting) {
        super(memory, waiting);
    }

    @Override
    boolean maySucceed(Word owner) {
        return true;
    }
}
