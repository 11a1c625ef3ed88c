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
 * tryLock} does not wait its turn, and may fail when another party tries, or gives up, at the same moment.
 *
 * <p><b>Ownership.</b> A view is held by the party that locked it. Locking a view that is in use, by whomever, and
 * unlocking one that the caller has not locked throw {@link IllegalMonitorStateException}; only two threads that lock one
 * view at the same instant may both get through.
 *
 * <p><b>Memory effects.</b> {@code unlock} of one view happens-before the next successful {@code lock} or {@code tryLock}
 * of any.
 *
 * <p>Timed and interruptible forms as in {@link Lock}: a waiter may withdraw. If a party dies inside or while it waits, the
 * lock stays locked. For learning, and where there is no atomic read-modify-write; otherwise {@link TicketLock} is FIFO
 * and faster.
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
 * bits, so that they do not run out.
 */
public final class BakeryLock {
    /* Implementation notes
     * State   number[i]: 0, or the number that party i has drawn. choosing[i]: 1 while it draws. users[i]: 0, or the party
     *         that uses view i.
     * Order   by number; of two who drew the same, the lower index first.
     * Safety  whoever has drawn looks at each other party: waits until it does not draw, then until it has no number or a
     *         larger one. A party that begins to draw after that draws a larger number.
     * Edge B  choosing[me], the numbers read, number[me], choosing[me], the others' choosing, their numbers: the order
     *         must be one and the same for all, so all are volatile.
     * Edge H  unlock() writes number[me] -> whoever enters has read it after that, or a later one.
     */
    private final Word[] users;
    private final Word[] choosing;
    private final LongWord[] number;
    private final Lock[] views;

    /**
     * A lock for threads of this JVM.
     *
     * @param parties how many, at least 1
     */
    public BakeryLock(int parties) {
        this(Memory.heap(), parties);
    }

    /**
     * A lock in the given memory. Draws two words and a long word for each party.
     *
     * @param memory where it lives
     * @param parties how many, at least 1
     */
    public BakeryLock(Memory memory, int parties) {
        this(memory, parties, WaitStrategy.YIELD);
    }

    /**
     * A lock in the given memory, whose waiters wait as told. Draws two words and a long word for each party.
     *
     * @param memory where it lives
     * @param parties how many, at least 1
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps, or {@code parties} is less than 1
     */
    public BakeryLock(Memory memory, int parties, WaitStrategy waiting) {
        memory.requireImmortalParties(BakeryLock.class);
        users = new Word[SpinLock.positive("parties", parties)];
        choosing = new Word[parties];
        number = new LongWord[parties];
        views = new Lock[parties];
        for (int i = 0; i < parties; i++) {
            Memory line = memory.newLine();
            users[i] = line.word(0);
            choosing[i] = line.word(0);
            number[i] = line.longWord(0);
            views[i] = new View(memory, waiting, i);
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
        return views[Objects.checkIndex(index, views.length)];
    }

    /**
     * How many parties there are.
     *
     * @return the number given when it was made
     */
    public int parties() {
        return views.length;
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

        View(Memory memory, WaitStrategy waiting, int me) {
            super(memory, waiting, users[me]);
            this.me = me;
        }

        @Override
        void announce(int self) {
            user.setOpaque(self);
            choosing[me].setVolatile(1); // B
            long largest = 0;
            for (LongWord each : number) {
                largest = Math.max(largest, each.getVolatile()); // B
            }
            mine = largest + 1;
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
        void withdraw() {
            number[me].setVolatile(0); // H (release): publishes the critical section
            user.setRelease(0); // U
        }

        @Override
        String describe() {
            return BakeryLock.this.toString();
        }

        private boolean precedesMe(int party) {
            long other = number[party].getVolatile(); // B, H (acquire)
            return other != 0 && (other < mine || other == mine && party < me);
        }
    }
}
