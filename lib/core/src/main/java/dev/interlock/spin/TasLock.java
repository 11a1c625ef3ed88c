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
 * <p>Timed and interruptible forms as in {@link java.util.concurrent.locks.Lock}. If the owner dies the lock stays
 * locked: use {@link dev.interlock.mutex.Mutex} where processes may die, or where waits may be long.
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
public final class TasLock extends SpinLock {
    /* Implementation notes
     * State   owner: 0 free, otherwise the party inside.
     * Edge H  unlock() releases owner -> tryLock() acquires it by CAS.
     * Safety  only the holder writes a held word, so unlock() needs no CAS.
     */
    private final Word owner;

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
        owner = memory.word(0);
    }

    @Override
    public boolean tryLock() {
        int self = memory.self();
        if (owner.compareAndSet(0, self)) { // H (acquire)
            return true;
        }
        if (owner.getPlain() == self) { // plain: if it is the caller's, the caller wrote it
            throw new IllegalMonitorStateException("locked again by its owner: " + this);
        }
        return false;
    }

    /**
     * Unlocks. Never blocks.
     *
     * @throws IllegalMonitorStateException if the caller does not hold the lock
     */
    @Override
    public void unlock() {
        int self = memory.self();
        if (owner.getPlain() != self) { // plain: if it is the caller's, the caller wrote it
            throw new IllegalMonitorStateException("party " + self + " unlocks, but does not hold: " + this);
        }
        owner.setRelease(0); // H (release): publishes the critical section
    }

    /**
     * Whether some party holds the lock: out of date when it returns, for monitoring.
     *
     * @return whether it is held
     */
    public boolean isLocked() {
        return owner.getOpaque() != 0;
    }

    /** The state, for people. */
    @Override
    public String toString() {
        int party = owner.getOpaque();
        return "TasLock[" + (party == 0 ? "free" : "held by party " + party) + "]";
    }
}
