package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.locks.Lock;

/**
 * Mutual exclusion of a fixed number of parties with reads and writes alone, {@link PetersonLock} for many: threads, or
 * threads of processes that share memory.
 *
 * <p>Each party takes its own view, {@code party(0)} to {@code party(n - 1)}, and locks that. On its way in it passes
 * n - 1 levels, at each of which at least one of those that compete there is held back.
 *
 * <p><b>Blocking.</b> A waiter looks again and again; after a bounded number of looks it offers its CPU to others at each
 * further look. An entry takes some n * n reads even when nobody competes.
 *
 * <p><b>Fairness.</b> Nobody starves, but a waiter can be passed any number of times. {@code tryLock} does not wait its
 * turn, and may fail when another party tries, or gives up, at the same moment. With more
 * parties than CPUs each level waits for a party that may not be running: as with a FIFO lock an operation then costs several
 * context switches.
 *
 * <p><b>Ownership.</b> A view is held by the party that locked it. Locking a view that is in use, by whomever, and
 * unlocking one that the caller has not locked throw {@link IllegalMonitorStateException}; only two threads that lock one
 * view at the same instant may both get through.
 *
 * <p><b>Memory effects.</b> {@code unlock} of one view happens-before the next successful {@code lock} or {@code tryLock}
 * of any.
 *
 * <p><b>Owner death.</b> Across processes, as {@link dev.interlock.mutex.Mutex}: a waiter finds out within a second, and runs the
 * repair given to {@link #onOwnerDeath}, or throws {@link dev.interlock.mutex.OwnerDiedException}, as does each later {@code
 * lock} until {@link #repair} succeeds. A party that dies while it waits is forgotten. The view of a dead party can be taken
 * over by another.
 *
 * <p>Timed and interruptible forms as in {@link Lock}: a waiter may withdraw. For
 * learning; {@link BakeryLock} is FIFO with the same means, and {@link TtasLock} is faster.
 *
 * <pre>{@code
 * FilterLock lock = new FilterLock(3);
 * Lock mine = lock.party(2);
 * mine.lock();
 * try {
 *     count++;
 * } finally {
 *     mine.unlock();
 * }
 * }</pre>
 *
 * <p>G. L. Peterson, Myths about the mutual exclusion problem, Information Processing Letters 12(3), 1981; the name is
 * from M. Herlihy, N. Shavit, The Art of Multiprocessor Programming, section 2.4.
 */
public final class FilterLock {
    /* Implementation notes
     * State   level[i]: 0, or the level at which party i competes. last[l]: the view that came to level l last, which
     *         waits there while another competes at l or above. users[i]: who uses view i, and died: see PartyLock.
     * Safety  of those that compete at a level, the last to come waits while there are others: at most n - l pass it.
     * Edge F  level[me] is written, then last[l], then the others' levels are read: the order must be one and the same
     *         for all, so all are volatile.
     * Edge H  unlock() writes level[me], volatile -> whoever enters has read all levels after that: also one that a later
     *         arrival lets in, so the levels are read after last.
     */
    private final Word[] users;
    private final Word[] level;
    private final Word[] last;
    private final PartyLock.Shared shared;

    /**
     * A lock for threads of this JVM.
     *
     * @param parties how many, at least 1
     * @throws IllegalArgumentException if {@code parties} is less than 1
     */
    public FilterLock(int parties) {
        this(Memory.heap(), parties);
    }

    /**
     * A lock in the given memory. Draws three words for each party, and one more.
     *
     * @param memory where it lives
     * @param parties how many, at least 1
     * @throws IllegalArgumentException if {@code parties} is less than 1
     */
    public FilterLock(Memory memory, int parties) {
        this(memory, parties, WaitStrategy.YIELD);
    }

    /**
     * A lock in the given memory, whose waiters wait as told. Draws three words for each party, and one more.
     *
     * @param memory where it lives
     * @param parties how many, at least 1
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps, or {@code parties} is less than 1
     */
    public FilterLock(Memory memory, int parties, WaitStrategy waiting) {
        users = new Word[SpinLock.positive("parties", parties)];
        level = new Word[parties];
        last = new Word[parties];
        shared = new PartyLock.Shared(memory, parties, true);
        for (int i = 0; i < parties; i++) {
            Memory line = memory.newLine();
            users[i] = line.word(0);
            level[i] = line.word(0);
            last[i] = memory.newLine().word(0);
            shared.views[i] = new View(waiting, i);
        }
    }

    /**
     * The view of one of the parties.
     *
     * @param index from 0 to one less than there are parties
     * @return its lock, the same object at each call
     * @throws IndexOutOfBoundsException if the index is another
     */
    public Lock party(int index) {
        return shared.views[Objects.checkIndex(index, shared.views.length)];
    }

    /**
     * Says how to repair what this lock protects when an owner has died inside. Only for callers through this object:
     * each process gives its own.
     *
     * @param repair run under the lock by the next party that locks; null to withdraw it
     */
    public void onOwnerDeath(Runnable repair) {
        shared.repair = repair;
    }

    /**
     * Locks a view whatever the state, repairs what the lock protects if an owner died, and unlocks.
     *
     * @param index the view, from 0 to one less than there are parties
     * @param repair run under the lock, only if an owner died and nobody has repaired since; if it throws, the lock
     *     remains to be repaired
     * @return whether {@code repair} was run
     * @throws IndexOutOfBoundsException if the index is another
     * @throws IllegalMonitorStateException if the view is in use
     */
    public boolean repair(int index, Runnable repair) {
        Objects.requireNonNull(repair, "repair");
        return shared.views[Objects.checkIndex(index, shared.views.length)].repair(repair);
    }

    /**
     * How many parties there are.
     *
     * @return the number given when it was made
     */
    public int parties() {
        return shared.views.length;
    }

    /** The state, for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("FilterLock[levels:");
        for (Word each : level) {
            text.append(' ').append(each);
        }
        return text.append(']').toString();
    }

    private final class View extends PartyLock {
        private final int me;
        private int reached; // touched by the user of the view only; U publishes it to the next one

        View(WaitStrategy waiting, int me) {
            super(shared, waiting, users[me]);
            this.me = me;
        }

        @Override
        void announce(int self) {
            user.setOpaque(self);
            enterLevel(1);
        }

        @Override
        boolean advance() {
            while (reached < level.length) {
                boolean cameLast = last[reached].getVolatile() == me; // F
                if (othersReach(reached) && cameLast) {
                    return false;
                }
                enterLevel(reached + 1);
            }
            return true;
        }

        @Override
        void retract() {
            level[me].setVolatile(0); // H (release): publishes the critical section
        }

        @Override
        String describe() {
            return FilterLock.this.toString();
        }

        private void enterLevel(int next) {
            reached = next;
            level[me].setVolatile(next); // F
            if (next < level.length) {
                last[next].setVolatile(me); // F
            }
        }

        /** Reads all levels, whatever it finds. */
        private boolean othersReach(int wanted) {
            boolean found = false;
            for (int i = 0; i < level.length; i++) {
                found |= i != me && level[i].getVolatile() >= wanted; // F, H (acquire)
            }
            return found;
        }
    }
}
