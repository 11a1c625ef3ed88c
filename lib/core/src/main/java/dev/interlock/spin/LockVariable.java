package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.concurrent.TimeUnit;

/**
 * The naive lock, broken on purpose: a variable that is read, found 0, and then set. Two parties can both read 0 before
 * either sets it, and then both are inside.
 *
 * <p><b>Blocking.</b> A waiter looks again and again; after a bounded number of looks it offers its CPU to others at each
 * further look. The wait ends when the variable is seen to be 0.
 *
 * <p><b>Fairness.</b> None: whoever looks first after an {@code unlock}, and all who look before the first has set it.
 *
 * <p><b>Ownership.</b> None: whoever locks it again waits for itself, and {@code unlock} sets the variable to 0, whoever
 * calls it. Neither is refused.
 *
 * <p><b>Memory effects.</b> {@code unlock} happens-before the next {@code lock} or successful {@code tryLock} that saw it.
 * That does not help two who are inside together.
 *
 * <p>Timed and interruptible forms as in {@link java.util.concurrent.locks.Lock}. If a party dies inside, the others wait
 * for ever: this cannot be recovered, and a segment hosts it only if told so.
 *
 * <p>It exists to be seen to fail: by students, by the stress tests and by the explorer. Never use it to protect
 * anything; {@link TasLock} is the same with the gap closed.
 *
 * <p>A. S. Tanenbaum, H. Bos, Modern Operating Systems, 4th edition, section 2.3.3, "Lock variables".
 */
public final class LockVariable extends SpinLock {
    private final Word owner;

    /** A lock variable for the threads of this JVM. */
    public LockVariable() {
        this(Memory.heap());
    }

    /**
     * A lock variable in the given memory. Draws one word.
     *
     * @param memory where it lives
     */
    public LockVariable(Memory memory) {
        super(memory, WaitStrategy.YIELD);
        memory.requireImmortalParties(LockVariable.class);
        owner = memory.word(0);
    }

    /** Locks, waiting as long as it takes, also if it is the caller that has locked. Interruption stays with the thread. */
    @Override
    public void lock() {
        super.lock();
    }

    /**
     * Locks, waiting as long as it takes unless interrupted, also if it is the caller that has locked.
     *
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
        super.lockInterruptibly();
    }

    /**
     * Locks, waiting at most the given time, also if it is the caller that has locked.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return whether the caller believes that it holds the lock
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     */
    @Override
    public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
        return super.tryLock(timeout, unit);
    }

    /**
     * Sets the variable if it was 0 a moment ago: the race.
     *
     * @return whether the caller believes that it holds the lock
     */
    @Override
    public boolean tryLock() {
        if (owner.getVolatile() != 0) {
            return false;
        }
        owner.setVolatile(memory.self());
        return true;
    }

    /** Sets the variable to 0, whoever holds the lock. */
    @Override
    public void unlock() {
        owner.setVolatile(0);
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "LockVariable[" + owner + "]";
    }
}
