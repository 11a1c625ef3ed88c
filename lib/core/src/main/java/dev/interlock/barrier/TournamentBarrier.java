package dev.interlock.barrier;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A barrier of numbered parties who meet in pairs, round after round of a tournament whose winners are known beforehand:
 * the loser tells the winner that it has arrived, and waits for the champion's word; party 0 is the champion.
 *
 * <p><b>Blocking.</b> A party that waits spins for a while, then sleeps. {@code reset} and the queries never block.
 *
 * <p><b>Limits.</b> 1 to 65536 parties. Timeouts of zero or less do not wait. Breaking and memory effects are those of
 * {@link Barrier}. Virtual threads park without pinning their carrier.
 *
 * <p><b>Parties.</b> Each uses its own {@link #party view}, one thread at a time; that two use one is not detected, and a
 * later round may then pass too early. True from {@code await} goes to party 0, which also runs the barrier action.
 *
 * <p><b>Death.</b> Across processes, those who wait break the barrier within a second when a party dies, or closes its
 * segment, that has used its view since the last reset, unless another has taken the view over. Of one that has not come
 * yet nothing is known.
 *
 * <pre>{@code
 * TournamentBarrier barrier = new TournamentBarrier(16);
 * Barrier mine = barrier.party(index);
 * mine.await();
 * }</pre>
 *
 * <p>D. Hensgen, R. Finkel, U. Manber, Two algorithms for barrier synchronization, IJPP 17(1), 1988; J. Mellor-Crummey, M.
 * Scott, ACM TOCS 9(1), 1991. Here, as in Hensgen's, one global word tells that the round is over.
 */
public final class TournamentBarrier {
    /* Implementation notes
     * State   beaten[i][k]: the last round, plus one, in which the opponent of party i at level k has come to it. Written by
     *         that opponent alone. The round itself and its end are in Epoch; party 0 trips it.
     * Edge T  the loser writes beaten in volatile mode -> the winner reads it. Up the tree, the champion has seen all.
     * Death   of a party, wherever, or of the champion in the action: those who wait see its name in Attendance, and break the
     *         round.
     */
    private final Epoch epoch;
    private final int parties;
    private final Runnable action;
    private final Attendance attendance;
    private final Word[][] beaten;
    private final View[] views;

    /**
     * A barrier for the threads of this JVM.
     *
     * @param parties how many must arrive, 1 to 65536
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public TournamentBarrier(int parties) {
        this(Memory.heap(), parties);
    }

    /**
     * A barrier in the given memory. Draws two words and, for each party, two more than it has levels at which it wins.
     *
     * @param memory where it lives
     * @param parties how many must arrive, 1 to 65536
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public TournamentBarrier(Memory memory, int parties) {
        this(memory, parties, null, WaitStrategy.ADAPTIVE);
    }

    /**
     * A barrier in the given memory, with an action. Draws two words and, for each party, two more than it has levels at which it wins.
     *
     * @param memory where it lives
     * @param parties how many must arrive, 1 to 65536
     * @param action run once in each round by party 0, after all have arrived and before any passes, or null; each
     *     process gives its own
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public TournamentBarrier(Memory memory, int parties, Runnable action, WaitStrategy waiting) {
        this.parties = Epoch.checkedParties(parties, 1);
        this.action = action;
        this.epoch = new Epoch(memory, waiting, parties, this::allArrived);
        this.attendance = new Attendance(memory, parties);
        this.beaten = new Word[parties][];
        this.views = new View[parties];
        for (int i = 0; i < parties; i++) {
            beaten[i] = new Word[levels(i)];
            Memory line = memory.newLine();
            attendance.draw(i, line);
            epoch.draw(i, line);
            for (int level = 0; level < beaten[i].length; level++) {
                beaten[i][level] = line.word(0);
            }
            views[i] = new View(i);
        }
    }

    /** How often a party wins. */
    private int levels(int party) {
        int levels = 0;
        while ((party >> levels & 1) == 0 && party + (1 << levels) < parties) {
            levels++;
        }
        return levels;
    }

    /**
     * The barrier as one of its parties sees it: each party uses its own, and one thread at a time.
     *
     * @param party which one, from 0
     * @return the view
     * @throws IndexOutOfBoundsException if there is no such party
     */
    public Barrier party(int party) {
        return views[Epoch.checkedParty(party, parties)];
    }

    /**
     * How many parties must arrive.
     *
     * @return the number of parties
     */
    public int parties() {
        return parties;
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "TournamentBarrier[" + parties + (epoch.isBroken() ? " parties, broken]" : " parties]");
    }

    private boolean await(int self, long deadlineNanos)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        long seen = epoch.enter();
        attendance.sign(self, seen);
        int mine = Epoch.round(seen) + 1;
        for (Word opponent : beaten[self]) {
            if (opponent.getVolatile() != mine) { // T
                BooleanSupplier hasCome = () -> opponent.getVolatile() == mine; // T
                epoch.await(self, seen, hasCome, attendance::someoneDied, deadlineNanos);
            }
        }
        if (self == 0) {
            epoch.trip(action, seen);
            return true;
        }
        int level = Integer.numberOfTrailingZeros(self);
        int winner = self - (1 << level);
        beaten[winner][level].setVolatile(mine); // T
        epoch.ring(winner);
        epoch.await(seen, attendance::someoneDied, deadlineNanos);
        return false;
    }

    /** Whoever has beaten all others knows. */
    private boolean allArrived(long seen) {
        for (Word opponent : beaten[0]) {
            if (opponent.getVolatile() != Epoch.round(seen) + 1) { // T
                return false;
            }
        }
        return true;
    }

    private final class View implements Barrier {
        private final int party;

        View(int party) {
            this.party = party;
        }

        @Override
        public boolean await() throws InterruptedException, BrokenBarrierException {
            try {
                return TournamentBarrier.this.await(party, Memory.NO_DEADLINE);
            } catch (TimeoutException e) {
                throw new AssertionError(e); // there is no deadline
            }
        }

        @Override
        public boolean await(long timeout, TimeUnit unit)
                throws InterruptedException, BrokenBarrierException, TimeoutException {
            return TournamentBarrier.this.await(party, epoch.deadlineAfter(timeout, unit));
        }

        @Override
        public int parties() {
            return parties;
        }

        @Override
        public boolean isBroken() {
            return epoch.isBroken();
        }

        @Override
        public void reset() {
            epoch.reset();
        }

        @Override
        public String toString() {
            return "party " + party + " of " + TournamentBarrier.this;
        }
    }
}
