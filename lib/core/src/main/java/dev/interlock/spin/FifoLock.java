package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** What the locks have in common whose waiters stand in a line: who is inside, and what is refused. */
abstract class FifoLock implements Lock {
    /* Implementation notes
     * State   owner: 0, or the party inside. Written inside only, so a party that reads its own name there wrote it.
     */
    final Memory memory;
    final WaitStrategy waiting;
    private Word owner;

    FifoLock(Memory memory, WaitStrategy waiting) {
        this.waiting = SpinLock.awake(waiting);
        this.memory = memory;
        memory.requireImmortalParties(getClass());
    }

    /** To be called once, by the constructor, when it has drawn the words that others wait on. */
    final void drawOwner(Memory from) {
        owner = from.word(0);
    }

    /** Takes a place in the line, and waits until it is at the front. */
    abstract void enter();

    /** Enters if the line is empty. */
    abstract boolean tryEnter();

    /** Lets the next one in. */
    abstract void leave();

    /**
     * Locks, waiting in line as long as it takes. Interruption does not end the wait; it stays with the thread.
     *
     * @throws IllegalMonitorStateException if the caller holds the lock
     */
    @Override
    public final void lock() {
        int self = refuseOwner();
        enter();
        owner.setOpaque(self);
    }

    /**
     * Locks if the lock is free and nobody waits. Never blocks.
     *
     * @return whether the caller holds the lock now
     * @throws IllegalMonitorStateException if the caller held the lock before
     */
    @Override
    public final boolean tryLock() {
        int self = refuseOwner();
        boolean entered = tryEnter();
        if (entered) {
            owner.setOpaque(self);
        }
        return entered;
    }

    /**
     * Not supported: a waiter cannot leave its place in the line.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
        throw cannotLeave();
    }

    /**
     * Not supported: a waiter cannot leave its place in the line.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
        throw cannotLeave();
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
        owner.setOpaque(0);
        leave();
    }

    /**
     * Not supported: a spin lock's waiters do not sleep.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public final Condition newCondition() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no conditions");
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

    /** The caller, which must not hold the lock. */
    final int refuseOwner() {
        int self = memory.self();
        if (owner.getPlain() == self) { // plain: if it is the caller's, the caller wrote it
            throw new IllegalMonitorStateException("locked again by its owner: " + this);
        }
        return self;
    }

    /** The caller is inside. */
    final void setOwner(int self) {
        owner.setOpaque(self);
    }

    private UnsupportedOperationException cannotLeave() {
        return new UnsupportedOperationException(
                getClass().getSimpleName() + ": a waiter cannot leave its place in the line");
    }
}
