package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;

/** What the locks of one word that names the owner have in common: all but when to try. */
abstract class OwnerSpinLock extends SpinLock {
    /* Implementation notes
     * State   owner: 0 free, otherwise the party inside.
     * Edge H  unlock() releases owner -> tryLock() acquires it by CAS.
     * Safety  only the holder writes a held word, so unlock() needs no CAS.
     */
    private final Word owner;

    OwnerSpinLock(Memory memory, WaitStrategy waiting) {
        super(memory, waiting);
        owner = memory.word(0);
    }

    /** Whether an attempt is worth its price. */
    abstract boolean maySucceed(Word owner);

    @Override
    public final boolean tryLock() {
        int self = memory.self();
        if (maySucceed(owner) && owner.compareAndSet(0, self)) { // H (acquire)
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
    public final void unlock() {
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
    public final boolean isLocked() {
        return owner.getOpaque() != 0;
    }

    /** The state, for people. */
    @Override
    public final String toString() {
        int party = owner.getOpaque();
        return getClass().getSimpleName() + "[" + (party == 0 ? "free" : "held by party " + party) + "]";
    }
}
