package dev.interlock.spin;

import dev.interlock.memory.Lookout;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.OwnerDiedException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * The view that one of a fixed number of parties locks, in an algorithm in which a waiter announces itself, looks until
 * it may enter, and can withdraw.
 */
abstract class PartyLock implements Lock {
    /* Implementation notes
     * State   user, [0:1][burial:1][inside:1][party:29]:
     *
     *         party  inside  burial
     *         0      0       0       the view is not in use
     *         p      0       0       p is on its way in or out
     *         p      1       0       p is inside
     *         p      1       1       its user died inside; p is about to say so in died
     *         p      0       1       its user died, perhaps inside, and that is said; p takes back what it had announced
     *
     *         Written by the user of the view, and when that has died, by whoever has replaced it by CAS.
     * Edge U  withdraw() releases user, last -> tryStart() acquires it, so that the next user of the view finds what the one
     *         before left.
     * Death   of a user: one that waits, or that wants the view for itself, looks and buries it. What the dead one had
     *         announced keeps others out until died is set; so died is set under the lock, as it were, and the next to
     *         enter reads it. Of one that buries: the same again, from where it stopped.
     */
    private static final int PARTY = (1 << Memory.PARTY_BITS) - 1;
    private static final int INSIDE = 1 << 29;
    private static final int BURIAL = 1 << 30;

    /** What the views of one lock have in common. */
    static final class Shared {
        final Memory memory;
        final PartyLock[] views;
        final Word died; // 0, or 1: an owner died inside, and nobody has repaired since; null if that is past repair
        volatile Runnable repair;

        /** Draws a word, if the lock recovers. */
        Shared(Memory memory, int parties, boolean recovers) {
            this.memory = memory;
            this.views = new PartyLock[parties];
            this.died = recovers ? memory.newLine().word(0) : null;
        }
    }

    /** Its value says who uses this view. */
    final Word user;

    private final Shared shared;
    private final Memory memory;
    private final WaitStrategy waiting;

    PartyLock(Shared shared, WaitStrategy waiting, Word user) {
        this.waiting = SpinLock.awake(waiting);
        this.shared = shared;
        this.memory = shared.memory;
        this.user = user;
    }

    /** Says that the caller wants to enter: afterwards {@link #user} names it. */
    abstract void announce(int self);

    /** Advances as far as possible without waiting, and says whether the caller is inside. */
    abstract boolean advance();

    /**
     * Takes the announcement back, from inside or from any place of the way there, but for what {@link #user} says. Also
     * called for a user that has died: it goes by words alone.
     */
    abstract void retract();

    /** The whole lock, for people. */
    abstract String describe();

    @Override
    public final void lock() {
        awaitTurn();
        enter();
    }

    @Override
    public final void lockInterruptibly() throws InterruptedException {
        lock(Memory.NO_DEADLINE);
    }

    @Override
    public final boolean tryLock() {
        return tryStart() && enterOrWithdraw(advance());
    }

    @Override
    public final boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
        return lock(memory.deadlineAfter(timeout, unit));
    }

    @Override
    public final void unlock() {
        int self = memory.self();
        if (user.getPlain() != (self | INSIDE)) { // plain: if it is the caller's, the caller wrote it
            throw new IllegalMonitorStateException("party " + self + " unlocks, but does not hold " + this);
        }
        withdraw();
    }

    @Override
    public final Condition newCondition() {
        throw new UnsupportedOperationException("no conditions in " + this);
    }

    /** Locks whatever the state, repairs if an owner died, and unlocks. Says whether it did. */
    final boolean repair(Runnable repair) {
        awaitTurn();
        user.setVolatile(memory.self() | INSIDE);
        boolean died = shared.died.getVolatile() != 0;
        try {
            if (died) {
                repair.run();
                shared.died.setVolatile(0);
            }
        } finally {
            withdraw();
        }
        return died;
    }

    @Override
    public final String toString() {
        int party = user.getOpaque() & PARTY;
        return "view " + (party == 0 ? "not in use" : "used by party " + party) + " of " + describe();
    }

    private void awaitTurn() {
        for (int step = 0; !tryStart(); step++) {
            waiting.busyWait(memory, step, 0);
        }
        for (int step = 0; !advance(); step++) {
            waiting.busyWait(memory, step, 0);
            if (Lookout.isDueAt(memory, waiting, step)) {
                buryTheDead();
            }
        }
    }

    private boolean lock(long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        for (int step = 0; !tryStart(); step++) {
            waiting.busyWait(memory, step, 0);
            if (waiting.giveUp(memory, deadlineNanos)) {
                return false;
            }
        }
        boolean entered = false;
        try {
            for (int step = 0; !(entered = advance()); step++) {
                waiting.busyWait(memory, step, 0);
                if (waiting.giveUp(memory, deadlineNanos)) {
                    buryTheDead();
                    entered = advance();
                    break;
                }
                if (Lookout.isDueAt(memory, waiting, step)) {
                    buryTheDead();
                }
            }
        } finally {
            enterOrWithdraw(entered);
        }
        return entered;
    }

    /** Says that the caller uses the view, unless another party is burying the one that did. */
    private boolean tryStart() {
        int state = user.getAcquire(); // U; two who come at the same instant both pass
        while (state != 0) {
            if (shared.died == null || !bury(state)) {
                if ((state & BURIAL) == 0) {
                    throw new IllegalMonitorStateException("locked while in use: " + this);
                }
                return false;
            }
            state = user.getAcquire(); // U
        }
        announce(memory.self());
        return true;
    }

    private boolean enterOrWithdraw(boolean entered) {
        if (entered) {
            enter();
        } else {
            withdraw();
        }
        return entered;
    }

    /** The caller is inside: makes the death of an owner before it, if any, its own business. */
    private void enter() {
        if (shared.died == null) {
            user.setOpaque(memory.self() | INSIDE);
            return;
        }
        user.setVolatile(memory.self() | INSIDE); // before whatever the caller does inside
        if (shared.died.getVolatile() != 0) {
            boolean repaired = false;
            try {
                Runnable hook = shared.repair;
                if (hook == null) {
                    throw new OwnerDiedException(
                            "an owner of this lock died, and nobody has repaired what it protects: " + this);
                }
                hook.run();
                shared.died.setVolatile(0);
                repaired = true;
            } finally {
                if (!repaired) {
                    withdraw();
                }
            }
        }
    }

    private void withdraw() {
        if (shared.died != null) {
            user.setRelease(
                    user.getPlain() & ~INSIDE); // after what the caller did inside; plain: only the caller writes it
        }
        retract();
        user.setRelease(0); // U
    }

    private void buryTheDead() {
        if (shared.died != null) {
            for (PartyLock view : shared.views) {
                view.bury(view.user.getVolatile());
            }
        }
    }

    /** If the user of this view is dead, takes back what it had announced; says whether it did. */
    private boolean bury(int state) {
        int party = state & PARTY;
        if (party == 0 || memory.isAlive(party)) {
            return false;
        }
        int self = memory.self();
        if (user.compareAndSet(state, self | state & INSIDE | BURIAL)) {
            if ((state & INSIDE) != 0) {
                shared.died.setVolatile(1);
                user.setVolatile(self | BURIAL);
            }
            retract();
            user.setRelease(0); // U
        }
        return true;
    }
}
