package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.locks.Lock;

/**
 * Mutual exclusion of two parties with reads and writes alone: threads, or threads of processes that share memory.
 *
 * <p>Each of the two takes its own view, {@code party(0)} or {@code party(1)}, and locks that.
 *
 * <p><b>Blocking.</b> A waiter looks again and again; after a bounded number of looks it offers its CPU to others at each
 * further look.
 *
 * <p><b>Fairness.</b> A waiter is passed at most once: nobody starves. {@code tryLock} does not wait its turn, and may fail
 * when the other party tries, or gives up, at the same moment.
 *
 * <p><b>Ownership.</b> A view is held by the party that locked it. Locking a view that is in use, by whomever, and
 * unlocking one that the caller has not locked throw {@link IllegalMonitorStateException}; only two threads that lock one
 * view at the same instant may both get through.
 *
 * <p><b>Memory effects.</b> {@code unlock} of one view happens-before the next successful {@code lock} or {@code tryLock}
 * of either.
 *
 * <p><b>Owner death.</b> Across processes, as {@link dev.interlock.mutex.Mutex}: a waiter finds out within a second, and runs the
 * repair given to {@link #onOwnerDeath}, or throws {@link dev.interlock.mutex.OwnerDiedException}, as does each later {@code
 * lock} until {@link #repair} succeeds. A party that dies while it waits is forgotten. The view of a dead party can be taken
 * over by another.
 *
 * <p>Timed and interruptible forms as in {@link Lock}: a waiter may withdraw.
 * For learning, and where there is no atomic read-modify-write; otherwise {@link TasLock} is faster.
 *
 * <pre>{@code
 * PetersonLock lock = new PetersonLock();
 * Lock mine = lock.party(0);
 * mine.lock();
 * try {
 *     count++;
 * } finally {
 *     mine.unlock();
 * }
 * }</pre>
 *
 * <p>G. L. Peterson, Myths about the mutual exclusion problem, Information Processing Letters 12(3), 1981. There the
 * flags are booleans; here they name the thread that uses the view.
 */
public final class PetersonLock {
    /* Implementation notes
     * State   interested[i]: 0, or the party that wants to be, or is, inside through view i, as user in PartyLock; died: there. turn: the view that waits if
     *         both are interested.
     * lock    interested[me] = self; turn = me; wait while interested[other] != 0 and turn = me.
     * Safety  whoever writes turn last waits; the other one's interest was written before.
     * Edge P  interested[me] is written, then turn, then interested[other] is read: the order of all six accesses of the
     *         two parties must be one and the same for both, so all are volatile. PetersonPlainWeakened fails without.
     * Edge H  unlock() releases interested[me] -> the other's lock() acquires it in its wait.
     */
    private final Word[] interested = new Word[2];
    private final Word turn;
    private final PartyLock.Shared shared;

    /** A lock for two threads of this JVM. */
    public PetersonLock() {
        this(Memory.heap());
    }

    /**
     * A lock in the given memory. Draws four words.
     *
     * @param memory where it lives
     */
    public PetersonLock(Memory memory) {
        this(memory, WaitStrategy.YIELD);
    }

    /**
     * A lock in the given memory, whose waiters wait as told. Draws four words.
     *
     * @param memory where it lives
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps
     */
    public PetersonLock(Memory memory, WaitStrategy waiting) {
        interested[0] = memory.newLine().word(0);
        interested[1] = memory.newLine().word(0);
        turn = memory.newLine().word(0);
        shared = new PartyLock.Shared(memory, 2, true);
        for (int i = 0; i < 2; i++) {
            shared.views[i] = new View(waiting, i);
        }
    }

    /**
     * The view of one of the two parties.
     *
     * @param index 0 or 1
     * @return its lock, the same object at each call
     * @throws IndexOutOfBoundsException if the index is another
     */
    public Lock party(int index) {
        return shared.views[Objects.checkIndex(index, 2)];
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
     * @param index the view: 0 or 1
     * @param repair run under the lock, only if an owner died and nobody has repaired since; if it throws, the lock
     *     remains to be repaired
     * @return whether {@code repair} was run
     * @throws IndexOutOfBoundsException if the index is another
     * @throws IllegalMonitorStateException if the view is in use
     */
    public boolean repair(int index, Runnable repair) {
        Objects.requireNonNull(repair, "repair");
        return shared.views[Objects.checkIndex(index, 2)].repair(repair);
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "PetersonLock[interested: " + interested[0] + ", " + interested[1] + "; turn: " + turn + "]";
    }

    private final class View extends PartyLock {
        private final int me;
        private final int other;

        View(WaitStrategy waiting, int me) {
            super(shared, waiting, interested[me]);
            this.me = me;
            this.other = 1 - me;
        }

        @Override
        void announce(int self) {
            interested[me].setVolatile(self); // P
            turn.setVolatile(me); // P
        }

        @Override
        boolean advance() {
            return interested[other].getVolatile() == 0 || turn.getVolatile() != me; // P, H (acquire)
        }

        @Override
        void retract() {
            // Nobody is interested any more when user, which is interested[me], is 0: H, U (release).
        }

        @Override
        String describe() {
            return PetersonLock.this.toString();
        }
    }
}
