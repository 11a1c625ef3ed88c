package dev.interlock.mutex;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A {@link Mutex} that its owner may lock again, for any number of parties: threads, or threads of processes that share
 * memory.
 *
 * <p><b>Blocking.</b> {@code lock} by the owner never blocks; by another it spins for a few steps, then sleeps until the
 * owner has unlocked as often as it has locked. {@code tryLock()} never blocks.
 *
 * <p><b>Fairness.</b> Barging, as {@code Mutex}.
 *
 * <p><b>Ownership.</b> The party that locks must unlock; unlocking by anybody else throws {@link
 * IllegalMonitorStateException}. Reentrant: it is free when every {@code lock} has been undone.
 *
 * <p><b>Memory effects.</b> The {@code unlock} that frees it happens-before the next successful {@code lock} or {@code
 * tryLock} by another party.
 *
 * <p><b>Limits.</b> {@link Integer#MAX_VALUE} holds; one more is an {@link Error}. A party is a thread: two virtual threads
 * are two parties. Timeouts of zero or less try once.
 *
 * <p><b>Owner death.</b> As {@code Mutex}; the holds of the dead are forgotten.
 *
 * <p>Timed and interruptible forms as in {@link Lock}, and {@linkplain MutexCondition conditions}. Needing a lock again
 * inside a lock often means that nobody knows who holds what: {@code Mutex}, which refuses, is faster and finds such
 * mistakes.
 *
 * <pre>{@code
 * ReentrantMutex mutex = new ReentrantMutex();
 * mutex.lock();
 * try {
 *     callThatLocksToo();
 * } finally {
 *     mutex.unlock();
 * }
 * }</pre>
 */
public final class ReentrantMutex implements Lock {
    /* Implementation notes
     * State   mutex: who holds it. holds: how often, if somebody does; touched by the owner only, so all accesses are plain:
     *         the mutex publishes them.
     * Death   of the owner leaves its holds; whoever takes the mutex sets them to one, before a repair runs.
     */
    private final Memory memory;
    private final Mutex mutex;
    private final Word holds;

    /** A mutex for the threads of this JVM. */
    public ReentrantMutex() {
        this(Memory.heap());
    }

    /**
     * A mutex in the given memory. Draws two words.
     *
     * @param memory where it lives
     */
    public ReentrantMutex(Memory memory) {
        this(memory, WaitStrategy.ADAPTIVE);
    }

    /**
     * A mutex in the given memory, whose waiters wait as told. Draws two words.
     *
     * @param memory where it lives
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     */
    public ReentrantMutex(Memory memory, WaitStrategy waiting) {
        this.memory = memory;
        this.mutex = new Mutex(memory, waiting);
        this.holds = memory.word(0);
    }

    /**
     * Locks, waiting as long as it takes. Interruption does not end the wait; it stays with the thread.
     *
     * @throws OwnerDiedException if the owner died and nobody has repaired what it protects
     */
    @Override
    public void lock() {
        if (!lockedAgain()) {
            mutex.lock();
            holds.setPlain(1);
        }
    }

    /**
     * Locks, waiting as long as it takes unless interrupted.
     *
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws OwnerDiedException if the owner died and nobody has repaired what it protects
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (!lockedAgain()) {
            mutex.lockInterruptibly();
            holds.setPlain(1);
        }
    }

    /**
     * Locks if the lock is free, or the caller's. Never blocks; a dead owner is not looked for.
     *
     * @return whether the caller has locked
     * @throws OwnerDiedException if the owner died and nobody has repaired what it protects
     */
    @Override
    public boolean tryLock() {
        return lockedAgain() || first(mutex.tryLock());
    }

    /**
     * Locks, waiting at most the given time.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return whether the caller has locked
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws OwnerDiedException if the owner died and nobody has repaired what it protects
     */
    @Override
    public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
        Objects.requireNonNull(unit, "unit");
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return lockedAgain() || first(mutex.tryLock(timeout, unit));
    }

    /**
     * Undoes one lock, and if it was the last, frees the mutex and wakes a party that waits. Never blocks.
     *
     * @throws IllegalMonitorStateException if the caller does not hold the lock
     */
    @Override
    public void unlock() {
        int held = getHoldCount();
        if (held > 1) {
            holds.setPlain(held - 1);
        } else {
            mutex.unlock();
        }
    }

    /**
     * A condition of this mutex. Draws one word from its memory: where memory has a fixed layout, make it in a constructor,
     * as {@link MutexCondition#MutexCondition(Memory, ReentrantMutex)} does.
     *
     * @return the condition
     */
    @Override
    public Condition newCondition() {
        return new MutexCondition(memory, this);
    }

    /**
     * Says how to repair what this lock protects when an owner has died inside. Only for callers through this object:
     * each process gives its own.
     *
     * @param repair run under the lock by the next party that locks; null to withdraw it
     */
    public void onOwnerDeath(Runnable repair) {
        mutex.onOwnerDeath(repair == null ? null : held(repair));
    }

    /**
     * Locks whatever the state, repairs what the lock protects if its owner died, and unlocks. Waits as {@link #lock}
     * does.
     *
     * @param repair run under the lock, only if an owner died and nobody has repaired since; if it throws, the lock
     *     remains to be repaired
     * @return whether {@code repair} was run
     * @throws IllegalMonitorStateException if the caller holds the lock
     */
    public boolean repair(Runnable repair) {
        return mutex.repair(held(Objects.requireNonNull(repair, "repair")));
    }

    /**
     * Whether some party holds the lock: out of date when it returns, for monitoring.
     *
     * @return whether it is held
     */
    public boolean isLocked() {
        return mutex.isLocked();
    }

    /**
     * Whether the calling party holds the lock.
     *
     * @return whether it does
     */
    public boolean isHeldByCurrentParty() {
        return mutex.isHeldByCurrentParty();
    }

    /**
     * How often the calling party has locked without unlocking.
     *
     * @return 0 if it does not hold the lock
     */
    public int getHoldCount() {
        return mutex.isHeldByCurrentParty() ? holds.getPlain() : 0;
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "Reentrant" + mutex + (mutex.isLocked() ? " " + holds + " times" : "");
    }

    Mutex mutex() {
        return mutex;
    }

    Word holdsWord() {
        return holds;
    }

    private boolean lockedAgain() {
        if (!mutex.isHeldByCurrentParty()) {
            return false;
        }
        int held = holds.getPlain();
        if (held == Integer.MAX_VALUE) {
            throw new Error("locked " + held + " times by its owner");
        }
        holds.setPlain(held + 1);
        return true;
    }

    private boolean first(boolean locked) {
        if (locked) {
            holds.setPlain(1);
        }
        return locked;
    }

    private Runnable held(Runnable repair) {
        return () -> {
            holds.setPlain(1);
            repair.run();
        };
    }
}
