package dev.interlock.spin;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.locks.Lock;

/**
 * Mutual exclusion of a fixed number of parties, first come first served, with reads and writes alone: threads, or threads
 * of processes that share memory.
 *
 * <p>Each party takes its own view, {@code party(0)} to {@code party(n - 1)}, and locks that. As in a bakery it draws a
 * number larger than those it sees, and is served when nobody has a smaller one.
 *
 * <p><b>Blocking.</b> A waiter looks again and again; after a bounded number of looks it offers its CPU to others at each
 * further look. An entry takes some 3 n reads even when nobody competes.
 *
 * <p><b>Fairness.</b> FIFO: a party that has drawn its number before another one begins to draw is served first. {@code
 * tryLock} does not wait its turn, and may fail when another party tries, or gives up, at the same moment. With more parties
 * than CPUs the one whose turn it is may not be running, and all wait for the scheduler: as with every FIFO lock an operation
 * then costs several context switches.
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
 * <p>Timed and interruptible forms as in {@link Lock}: a waiter may withdraw. For learning, and where there is no atomic
 * read-modify-write; otherwise {@link TicketLock} is FIFO and faster.
 *
 * <pre>{@code
 * BakeryLock lock = new BakeryLock(3);
 * Lock mine = lock.party(2);
 * mine.lock();
 * try {
 *     count++;
 * } finally {
 *     mine.unlock();
 * }
 * }</pre>
 *
 * <p>L. Lamport, A new solution of Dijkstra's concurrent programming problem, CACM 17(8), 1974. Here the numbers have 64
 * bits, and may wrap.
 */
public final class BakeryLock {
    /* Implementation notes
     * State   number[i]: 0, or the number that party i has drawn. choosing[i]: 1 while it draws. users[i]: who
     *         uses view i, and died: see PartyLock.
     * Order   by the difference of numbers, which may wrap; of two who drew the same, the lower index first.
     * Safety  whoever has drawn looks at each other party: waits until it does not draw, then until it has no number or a
     *         larger one. A party that begins to draw after that draws a larger number.
     * Edge B  choosing[me], the numbers read, number[me], choosing[me], the others' choosing, their numbers: the order
     *         must be one and the same for all, so all are volatile.
     * Edge H  unlock() writes number[me] -> whoever enters has read it after that, or a later one.
     */
    private final Word[] users;
    private final Word[] choosing;
    private final LongWord[] number;
    private final PartyLock.Shared shared;

    /**
     * A lock for threads of this JVM.
     *
     * @param parties how many, at least 1
     * @throws IllegalArgumentException if {@code parties} is less than 1
     */
    public BakeryLock(int parties) {
        this(Memory.heap(), parties);
    }

    /**
     * A lock in the given memory. Draws two words and a long word for each party, and one more.
     *
     * @param memory where it lives
     * @param parties how many, at least 1
     * @throws IllegalArgumentException if {@code parties} is less than 1
     */
    public BakeryLock(Memory memory, int parties) {
        this(memory, parties, WaitStrategy.YIELD);
    }

    /**
     * A lock in the given memory, whose waiters wait as told. Draws two words and a long word for each party, and one more.
     *
     * @param memory where it lives
     * @param parties how many, at least 1
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps, or {@code parties} is less than 1
     */
    public BakeryLock(Memory memory, int parties, WaitStrategy waiting) {
        users = new Word[SpinLock.positive("parties", parties)];
        choosing = new Word[parties];
        number = new LongWord[parties];
        shared = new PartyLock.Shared(memory, parties, true);
        for (int i = 0; i < parties; i++) {
            Memory line = memory.newLine();
            users[i] = line.word(0);
            choosing[i] = line.word(0);
            number[i] = line.longWord(0);
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
        StringBuilder text = new StringBuilder("BakeryLock[numbers:");
        for (LongWord each : number) {
            text.append(' ').append(each);
        }
        return text.append(']').toString();
    }

    private final class View extends PartyLock {
        private final int me;
        private long mine; // touched by the user of the view only; U publishes it to the next one
        private int next; // the first party not yet looked at; likewise

        View(WaitStrategy waiting, int me) {
            super(shared, waiting, users[me]);
            this.me = me;
        }

        @Override
        void announce(int self) {
            user.setOpaque(self);
            choosing[me].setVolatile(1); // B
            long largest = 0;
            for (LongWord each : number) {
                long other = each.getVolatile(); // B
                if (other != 0 && (largest == 0 || other - largest > 0)) {
                    largest = other;
                }
            }
            mine = largest == -1 ? 1 : largest + 1; // 0 means none
            number[me].setVolatile(mine); // B
            choosing[me].setVolatile(0); // B
            next = 0;
        }

        @Override
        boolean advance() {
            while (next < number.length) {
                if (next != me && (choosing[next].getVolatile() != 0 || precedesMe(next))) { // B
                    return false;
                }
                next++;
            }
            return true;
        }

        @Override
        void retract() {
            number[me].setVolatile(0); // H (release): publishes the critical section
            if (choosing[me].getPlain() != 0) { // plain: only of one that died is it 1 here, and that has been seen
                choosing[me].setVolatile(0);
            }
        }

        @Override
        String describe() {
            return BakeryLock.this.toString();
        }

        private boolean precedesMe(int party) {
            long other = number[party].getVolatile(); // B, H (acquire)
            return other != 0 && (other - mine < 0 || other == mine && party < me);
        }
    }
}
