package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * The view that one of a fixed number of parties locks, in an algorithm in which a waiter announces itself, looks until
 * it may enter, and can withdraw.
 */
abstract class PartyLock implements Lock {
    /*
     * Edge U  withdraw() releases user, last -> start() acquires it, so that the next user of the view finds what the one
     *         before left.
     */

    /** Its value is 0, or the party that uses this view. Written by the user of the view only. */
    final Word user;

    final Memory memory;
    private final WaitStrategy waiting;

    PartyLock(Memory memory, WaitStrategy waiting, Word user) {
        this.waiting = SpinLock.awake(waiting);
        this.memory = memory;
        this.user = user;
    }

    /** Says that the caller wants to enter: afterwards {@link #user} names it. */
    abstract void announce(int self);

    /** Advances as far as possible without waiting, and says whether the caller is inside. */
    abstract boolean advance();

    /** Takes the announcement back, from inside or from any place of the way there; {@link #user} is 0 afterwards, by a release. */
    abstract void withdraw();

    /** The whole lock, for people. */
    abstract String describe();

    @Override
    public final void lock() {
        start();
        for (int step = 0; !advance(); step++) {
            waiting.busyWait(memory, step, 0);
        }
    }

    @Override
    public final void lockInterruptibly() throws InterruptedException {
        lock(Memory.NO_DEADLINE);
    }

    @Override
    public final boolean tryLock() {
        start();
        boolean entered = advance();
        if (!entered) {
            withdraw();
        }
        return entered;
    }

    @Override
    public final boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
        return lock(memory.deadlineAfter(timeout, unit));
    }

    @Override
    public final void unlock() {
        int self = memory.self();
        if (user.getPlain() != self) { // plain: if it is the caller's, the caller wrote it
            throw new IllegalMonitorStateException("party " + self + " unlocks, but does not hold " + this);
        }
        withdraw();
    }

    @Override
    public final Condition newCondition() {
        throw new UnsupportedOperationException("no conditions in " + this);
    }

    @Override
    public final String toString() {
        int party = user.getOpaque();
        return "view " + (party == 0 ? "not in use" : "used by party " + party) + " of " + describe();
    }

    private boolean lock(long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        start();
        boolean entered = false;
        try {
            for (int step = 0; !(entered = advance()); step++) {
                waiting.busyWait(memory, step, 0);
                if (waiting.giveUp(memory, deadlineNanos)) {
                    break;
                }
            }
        } finally {
            if (!entered) {
                withdraw();
            }
        }
        return entered;
    }

    private void start() {
        if (user.getAcquire() != 0) { // U; two who come at the same instant both pass
            throw new IllegalMonitorStateException("locked while in use: " + this);
        }
        announce(memory.self());
    }
}
