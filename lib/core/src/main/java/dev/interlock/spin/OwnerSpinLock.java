package dev.interlock.spin;

import dev.interlock.memory.Lookout;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.OwnerDiedException;
import java.util.Objects;

/** What the locks of one word that names the owner have in common: all but when to try. */
abstract class OwnerSpinLock extends SpinLock {
    /* Implementation notes
     * State   [0:2][owner died:1][owner:29], all of the state:
     *
     *         owner  owner died
     *         0      0           free
     *         p      0           held by p
     *         p      1           p has taken it over from a dead owner, and is repairing
     *         0      1           free, and left unrepaired
     *
     * Edge H  unlock() releases the word -> tryLock() acquires it by CAS.
     * Safety  only the holder writes a held word, so unlock() needs no CAS; but for whoever finds the holder dead.
     * Death   of the owner, also of one that repairs: a waiter that looks takes the word over by CAS.
     */
    private static final int OWNER = (1 << Memory.PARTY_BITS) - 1;
    private static final int DIED = 1 << 29;

    private final Word word;
    private volatile Runnable repair;

    OwnerSpinLock(Memory memory, WaitStrategy waiting) {
        super(memory, waiting);
        word = memory.word(0);
    }

    /** Whether an attempt is worth its price. */
    abstract boolean maySucceed(Word owner);

    /**
     * Locks if the lock is free. Never blocks; a dead owner is not looked for.
     *
     * @return whether the caller holds the lock now
     * @throws IllegalMonitorStateException if the caller held the lock before
     * @throws OwnerDiedException if an owner died and nobody has repaired what the lock protects
     */
    @Override
    public final boolean tryLock() {
        int self = memory.self();
        if (maySucceed(word) && word.compareAndSet(0, self)) { // H (acquire)
            return true;
        }
        int state = word.getOpaque(); // opaque: if it is the caller's, the caller wrote it; else only a reason to try
        refuseOwner(state, self);
        return state == DIED && word.compareAndSet(DIED, DIED | self) && inherit(self); // H (acquire)
    }

    /**
     * Unlocks. Never blocks.
     *
     * @throws IllegalMonitorStateException if the caller does not hold the lock
     */
    @Override
    public final void unlock() {
        int self = memory.self();
        if (word.getPlain() != self) { // plain: if it is the caller's, the caller wrote it
            throw new IllegalMonitorStateException("party " + self + " unlocks, but does not hold: " + this);
        }
        word.setRelease(0); // H (release): publishes the critical section
    }

    /**
     * Says how to repair what this lock protects when an owner has died inside. Only for callers through this object:
     * each process gives its own.
     *
     * @param repair run under the lock by the next party that locks; null to withdraw it
     */
    public final void onOwnerDeath(Runnable repair) {
        this.repair = repair;
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
    public final boolean repair(Runnable repair) {
        Objects.requireNonNull(repair, "repair");
        int self = memory.self();
        for (int step = 0; !seize(self, Lookout.isDueAt(memory, waiting, step)); step++) {
            pause(step);
        }
        boolean died = (word.getPlain() & DIED) != 0; // plain: the caller wrote it
        if (died) {
            repairUnderLock(repair, self);
        }
        word.setRelease(0); // H (release): publishes the repair
        return died;
    }

    /**
     * Whether some party holds the lock: out of date when it returns, for monitoring.
     *
     * @return whether it is held
     */
    public final boolean isLocked() {
        return (word.getOpaque() & OWNER) != 0;
    }

    /** The state, for people. */
    @Override
    public final String toString() {
        int state = word.getOpaque();
        int party = state & OWNER;
        return getClass().getSimpleName()
                + "["
                + (party == 0 ? "free" : "held by party " + party)
                + ((state & DIED) == 0 ? "]" : ", an owner died]");
    }

    @Override
    final boolean tryRecover() {
        int self = memory.self();
        return seize(self, true) && inherit(self);
    }

    private void refuseOwner(int state, int self) {
        if ((state & OWNER) == self) {
            throw new IllegalMonitorStateException("locked again by its owner: " + this);
        }
    }

    /** Takes a word that is free, repaired or not, or that a dead party holds. */
    private boolean seize(int self, boolean looksForDeath) {
        int state = word.getVolatile();
        int owner = state & OWNER;
        refuseOwner(state, self);
        if (owner == 0) {
            return word.compareAndSet(state, state | self); // H (acquire)
        }
        return looksForDeath
                && !memory.isAlive(owner)
                && word.compareAndSet(state, DIED | self); // H: what the dead owner wrote before
    }

    /** The caller has taken the word: makes the owner's death, if any, its own business. */
    private boolean inherit(int self) {
        if ((word.getPlain() & DIED) != 0) { // plain: the caller wrote it
            repairUnderLock(repair, self);
        }
        return true;
    }

    private void repairUnderLock(Runnable hook, int self) {
        boolean repaired = false;
        try {
            if (hook == null) {
                throw new OwnerDiedException(
                        "the owner of this lock died, and nobody has repaired what it protects: " + this);
            }
            hook.run();
            word.setOpaque(self);
            repaired = true;
        } finally {
            if (!repaired) {
                word.setRelease(DIED); // H (release): publishes what the hook did
            }
        }
    }
}
