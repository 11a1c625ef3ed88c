package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;

/**
 * The naive lock, broken on purpose: a variable that is read, found 0, and then set. Two parties can both read 0 before
 * either sets it, and then both are inside.
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
