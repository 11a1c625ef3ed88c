package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.locks.Lock;

/**
 * Mutual exclusion of two parties that take turns, whether they want to or not: threads, or threads of processes that
 * share memory.
 *
 * <p>Each of the two takes its own view, {@code party(0)} or {@code party(1)}, and locks that. Party 0 is first; after it
 * has unlocked only party 1 can lock, and so on. It excludes, but it violates another condition: a party that is outside,
 * and does not want in, blocks the other. It is here to be compared with {@link PetersonLock}, which needs two words
 * more; or where turns are what is wanted.
 *
 * <p><b>Blocking.</b> A waiter looks again and again; after a bounded number of looks it offers its CPU to others at each
 * further look. The wait ends when the other party has been inside.
 *
 * <p><b>Fairness.</b> Exactly one entry each. {@code tryLock} succeeds if it is the caller's turn.
 *
 * <p><b>Ownership.</b> A view is held by the party that locked it. Locking a view that is in use, by whomever, and
 * unlocking one that the caller has not locked throw {@link IllegalMonitorStateException}; only two threads that lock one
 * view at the same instant may both get through.
 *
 * <p><b>Memory effects.</b> {@code unlock} of one view happens-before the next successful {@code lock} or {@code tryLock}
 * of the other.
 *
 * <p>Timed and interruptible forms as in {@link Lock}. If either party dies, also outside, the other one waits for ever:
 * this cannot be recovered, and a segment hosts it only if told so.
 *
 * <pre>{@code
 * StrictAlternation turns = new StrictAlternation();
 * Lock mine = turns.party(0);
 * mine.lock();
 * try {
 *     move();
 * } finally {
 *     mine.unlock();
 * }
 * }</pre>
 *
 * <p>A. S. Tanenbaum, H. Bos, Modern Operating Systems, 4th edition, section 2.3.3, "Strict alternation"; the first
 * attempt in E. W. Dijkstra, Cooperating sequential processes (EWD 123), 1965.
 */
public final class StrictAlternation {
    /* Implementation notes
     * State   turn: the view that may enter. users[i]: 0, or the party that uses view i.
     * Edge H  unlock() releases turn -> the other's lock() acquires it.
     * Safety  only the one whose turn it is changes turn, when it leaves.
     */
    private final Word turn;
    private final Word[] users = new Word[2];
    private final PartyLock.Shared shared;

    /** Turns of two threads of this JVM. */
    public StrictAlternation() {
        this(Memory.heap());
    }

    /**
     * Turns in the given memory. Draws three words.
     *
     * @param memory where they live
     */
    public StrictAlternation(Memory memory) {
        this(memory, WaitStrategy.YIELD);
    }

    /**
     * Turns in the given memory, whose waiters wait as told. Draws three words.
     *
     * @param memory where they live
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps
     */
    public StrictAlternation(Memory memory, WaitStrategy waiting) {
        memory.requireImmortalParties(StrictAlternation.class);
        turn = memory.newLine().word(0);
        users[0] = memory.newLine().word(0);
        users[1] = memory.newLine().word(0);
        shared = new PartyLock.Shared(memory, 2, false);
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

    /** The state, for people. */
    @Override
    public String toString() {
        return "StrictAlternation[turn: " + turn + "; users: " + users[0] + ", " + users[1] + "]";
    }

    private final class View extends PartyLock {
        private final int me;
        private boolean inside; // touched by the user of the view only; U publishes it to the next one

        View(WaitStrategy waiting, int me) {
            super(shared, waiting, users[me]);
            this.me = me;
        }

        @Override
        void announce(int self) {
            user.setOpaque(self);
        }

        @Override
        boolean advance() {
            inside = turn.getAcquire() == me; // H (acquire)
            return inside;
        }

        @Override
        void retract() {
            if (inside) {
                inside = false;
                turn.setRelease(1 - me); // H (release): publishes the critical section
            }
        }

        @Override
        String describe() {
            return StrictAlternation.this.toString();
        }
    }
}
