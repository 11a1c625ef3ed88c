package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;

/**
 * The test-and-test-and-set lock: one word, any number of parties; threads, or threads of processes that share memory.
 *
 * <p><b>Blocking.</b> A waiter looks at the word, which costs the owner nothing while it does not change, and tries only
 * when it sees it free; after a bounded number of looks it offers its CPU to others at each further look. When the owner
 * unlocks, all waiters try at once: with many, {@link BackoffLock} or a queue lock is better.
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
 * TtasLock lock = new TtasLock();
 * lock.lock();
 * try {
 *     count++;
 * } finally {
 *     lock.unlock();
 * }
 * }</pre>
 *
 * <p>L. Rudolph, Z. Segall, Dynamic decentralized cache schemes for MIMD parallel processors, ISCA 1984. There the word is
 * a boolean; here it names the owner.
 */
public final class TtasLock extends OwnerSpinLock {
    /* Implementation notes
     * State, edge H, safety: as in OwnerSpinLock.
     * A waiter reads in opaque mode: what it reads decides only whether to try, and the try is a CAS.
     */

    /** A lock for the threads of this JVM. */
    public TtasLock() {
        this(Memory.heap());
    }

    /**
     * A lock in the given memory. Draws one word.
     *
     * @param memory where it lives
     */
    public TtasLock(Memory memory) {
        this(memory, WaitStrategy.YIELD);
    }

    /**
     * A lock in the given memory, whose waiters wait as told. Draws one word.
     *
     * @param memory where it lives
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps
     */
    public TtasLock(Memory memory, WaitStrategy waiting) {
        super(memory, waiting);
    }

    @Override
    boolean maySucceed(Word owner) {
        return owner.getOpaque() == 0;
    }
}
