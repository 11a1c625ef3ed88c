package dev.interlock.barrier;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A barrier of numbered parties without a place that all write to: in each of log2(parties) steps a party tells another
 * one and is told by a third, and after the last step each knows that all have arrived.
 *
 * <p><b>Blocking.</b> A party that waits spins for a while, then sleeps. {@code reset} and the queries never block.
 *
 * <p><b>Limits.</b> 1 to 65536 parties. Timeouts of zero or less do not wait. Breaking and memory effects are those of
 * {@link Barrier}. Virtual threads park without pinning their carrier.
 *
 * <p><b>Parties.</b> Each uses its own {@link #party view}, one thread at a time; that two use one is not detected, and a
 * later round may then pass too early. True from {@code await} goes to party 0. Nobody is the last, so there is no barrier
 * action: for that take a {@link TournamentBarrier}. A party that runs out of time or is interrupted when all have arrived,
 * but before it knows, breaks the barrier for those who do not know yet, and for the next round.
 *
 * <p><b>Death.</b> Across processes, those who wait break the barrier within a second when a party dies, or closes its
 * segment, that has used its view since the last reset, unless another has taken the view over. Of one that has not come
 * yet nothing is known.
 *
 * <pre>{@code
 * DisseminationBarrier barrier = new DisseminationBarrier(16);
 * Barrier mine = barrier.party(index);
 * mine.await();
 * }</pre>
 *
 * <p>D. Hensgen, R. Finkel, U. Manber, Two algorithms for barrier synchronization, IJPP 17(1), 1988, as given by J.
 * Mellor-Crummey and M. Scott, ACM TOCS 9(1), 1991. There a flag is a bit, and parity and sense tell the rounds apart;
 * here it is the number of the round.
 */
public final class DisseminationBarrier {
    /* Implementation notes
     * State   told[i][k], [resets:32][rounds:32]: the last round in whose step k party i has been told, by party
     *         (i - 2^k) mod parties and by nobody else. own[i], the same: the last round that party i has entered.
     *         Numbers only grow; those of an older count of resets mean nothing. A party can be told of round n + 1
     *         before it has looked for round n, never of round n + 2.
     * Edge D  the teller writes told[i][k] in volatile mode -> party i reads it.
     * Death   of a party, wherever: those who wait see its name in Attendance, and break the barrier. One that takes its
     *         view over before that goes on from own: it tells of the next round, which those who wait take for theirs.
     */
    private final Epoch epoch;
    private final int parties;
    private final Attendance attendance;
    private final LongWord[] own;
    private final LongWord[][] told;
    private final View[] views;

    /**
     * A barrier for the threads of this JVM.
     *
     * @param parties how many must arrive, 1 to 65536
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public DisseminationBarrier(int parties) {
        this(Memory.heap(), parties);
    }

    /**
     * A barrier in the given memory. Draws two words and, for each party, 3 + log2(parties).
     *
     * @param memory where it lives
     * @param parties how many must arrive, 1 to 65536
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public DisseminationBarrier(Memory memory, int parties) {
        this(memory, parties, WaitStrategy.ADAPTIVE);
    }

    /**
     * A barrier in the given memory, whose parties wait as told. Draws two words and, for each party, 3 + log2(parties).
     *
     * @param memory where it lives
     * @param parties how many must arrive, 1 to 65536
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public DisseminationBarrier(Memory memory, int parties, WaitStrategy waiting) {
        this.parties = Epoch.checkedParties(parties, 1);
        this.epoch = new Epoch(memory, waiting, parties);
        this.attendance = new Attendance(memory, parties);
        this.own = new LongWord[parties];
        this.told = new LongWord[parties][Integer.SIZE - Integer.numberOfLeadingZeros(parties - 1)];
        this.views = new View[parties];
        for (int i = 0; i < parties; i++) {
            Memory line = memory.newLine();
            attendance.draw(i, line);
            epoch.draw(i, line);
            own[i] = line.longWord(0);
            for (int step = 0; step < told[i].length; step++) {
                told[i][step] = line.longWord(0);
            }
            views[i] = new View(i);
        }
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
        return "DisseminationBarrier[" + parties + (epoch.isBroken() ? " parties, broken]" : " parties]");
    }

    private boolean await(int self, long deadlineNanos)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        long seen = epoch.enter();
        attendance.sign(self, seen);
        long last = own[self].getPlain(); // plain: only this party writes it
        long era = (long) Epoch.resets(seen) << 32;
        long mine = era | (last >>> 32 == era >>> 32 ? (last + 1) & 0xffff_ffffL : 1);
        own[self].setOpaque(mine);
        for (int step = 0; step < told[self].length; step++) {
            int other = (self + (1 << step)) % parties;
            told[other][step].setVolatile(mine); // D
            epoch.ring(other);
            LongWord flag = told[self][step];
            if (!hasReached(flag.getVolatile(), mine)) { // D
                BooleanSupplier reached = () -> hasReached(flag.getVolatile(), mine); // D
                epoch.await(self, seen, reached, attendance::someoneDied, deadlineNanos);
            }
        }
        return self == 0;
    }

    /** Whether a flag tells of a round, or already of the next: not before it, and of the same count of resets. */
    private static boolean hasReached(long flag, long round) {
        return flag >>> 32 == round >>> 32 && (int) flag - (int) round >= 0;
    }

    private final class View implements Barrier {
        private final int party;

        View(int party) {
            this.party = party;
        }

        @Override
        public boolean await() throws InterruptedException, BrokenBarrierException {
            try {
                return DisseminationBarrier.this.await(party, Memory.NO_DEADLINE);
            } catch (TimeoutException e) {
                throw new AssertionError(e); // there is no deadline
            }
        }

        @Override
        public boolean await(long timeout, TimeUnit unit)
                throws InterruptedException, BrokenBarrierException, TimeoutException {
            return DisseminationBarrier.this.await(party, epoch.deadlineAfter(timeout, unit));
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
            return "party " + party + " of " + DisseminationBarrier.this;
        }
    }
}
