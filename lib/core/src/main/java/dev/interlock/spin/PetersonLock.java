package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * Mutual exclusion of two parties with reads and writes alone: threads, or threads of processes that share memory.
 *
 * <p>Each of the two takes its own view, {@code party(0)} or {@code party(1)}, and locks that.
 *
 * <p><b>Blocking.</b> A waiter looks again and again; after a bounded number of looks it offers its CPU to others at each
 * further look.
 *
 * <p><b>Fairness.</b> A waiter is passed at most once: nobody starves. {@code tryLock} does not wait its turn.
 *
 * <p><b>Ownership.</b> A view is held by the thread that locked it; locking a view that is in use, by whomever, and
 * unlocking one that the caller has not locked, throws {@link IllegalMonitorStateException} where it is noticed: two
 * threads that lock one view at the same instant may both get through.
 *
 * <p><b>Memory effects.</b> {@code unlock} of one view happens-before the next successful {@code lock} or {@code tryLock}
 * of either.
 *
 * <p>Timed and interruptible forms as in {@link Lock}: a waiter may withdraw. If the owner dies the lock stays locked.
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
     * State   interested[i]: 0, or the party that wants to be, or is, inside through view i. turn: the view that waits if
     *         both are interested.
     * lock    interested[me] = self; turn = me; wait while interested[other] != 0 and turn = me.
     * Safety  whoever writes turn last waits; the other one's interest was written before.
     * Edge P  interested[me] is written, then turn, then interested[other] is read: the order of all six accesses of the
     *         two parties must be one and the same for both, so all are volatile. PetersonPlainWeakened fails without.
     * Edge H  unlock() releases interested[me] -> the other's lock() acquires it in its wait.
     */
    private final Memory memory;
    private final WaitStrategy waiting;
    private final Word[] interested = new Word[2];
    private final Word turn;
    private final Lock[] views = {new View(0), new View(1)};

    /** A lock for two threads of this JVM. */
    public PetersonLock() {
        this(Memory.heap());
    }

    /**
     * A lock in the given memory. Draws three words.
     *
     * @param memory where it lives
     */
    public PetersonLock(Memory memory) {
        this(memory, WaitStrategy.YIELD);
    }

    /**
     * A lock in the given memory, whose waiters wait as told. Draws three words.
     *
     * @param memory where it lives
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps
     */
    public PetersonLock(Memory memory, WaitStrategy waiting) {
        this.waiting = SpinLock.awake(waiting);
        this.memory = memory;
        interested[0] = memory.newLine().word(0);
        interested[1] = memory.newLine().word(0);
        turn = memory.newLine().word(0);
    }

    /**
     * The view of one of the two parties.
     *
     * @param index 0 or 1
     * @return its lock, the same object at each call
     * @throws IndexOutOfBoundsException if the index is another
     */
    public Lock party(int index) {
        return views[Objects.checkIndex(index, 2)];
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "PetersonLock[interested: " + interested[0] + ", " + interested[1] + "; turn: " + turn + "]";
    }

    private final class View implements Lock {
        private final int me;
        private final int other;

        View(int me) {
            this.me = me;
            this.other = 1 - me;
        }

        @Override
        public void lock() {
            announce();
            for (int step = 0; !mayEnter(); step++) {
                waiting.busyWait(memory, step, 0);
            }
        }

        @Override
        public void lockInterruptibly() throws InterruptedException {
            lock(Memory.NO_DEADLINE);
        }

        @Override
        public boolean tryLock() {
            announce();
            return mayEnter() || withdraw();
        }

        @Override
        public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
            return lock(memory.deadlineAfter(timeout, unit));
        }

        @Override
        public void unlock() {
            int self = memory.self();
            if (interested[me].getPlain() != self) { // plain: if it is the caller's, the caller wrote it
                throw new IllegalMonitorStateException(
                        "party " + self + " unlocks view " + me + ", but does not hold it: " + PetersonLock.this);
            }
            interested[me].setRelease(0); // H (release): publishes the critical section
        }

        @Override
        public Condition newCondition() {
            throw new UnsupportedOperationException("PetersonLock has no conditions");
        }

        @Override
        public String toString() {
            return PetersonLock.this + ".party(" + me + ")";
        }

        private boolean lock(long deadlineNanos) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            announce();
            boolean entered = false;
            try {
                for (int step = 0; !(entered = mayEnter()); step++) {
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

        private void announce() {
            if (interested[me].getOpaque() != 0) { // opaque: a race between two users of one view is not always seen
                throw new IllegalMonitorStateException("view " + me + " is in use: " + PetersonLock.this);
            }
            interested[me].setVolatile(memory.self()); // P
            turn.setVolatile(me); // P
        }

        private boolean mayEnter() {
            return interested[other].getVolatile() == 0 || turn.getVolatile() != me; // P, H (acquire)
        }

        private boolean withdraw() {
            interested[me].setRelease(0);
            return false;
        }
    }
}
