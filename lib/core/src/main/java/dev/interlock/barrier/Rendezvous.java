package dev.interlock.barrier;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A meeting of two: whoever comes first waits for the other.
 *
 * <p><b>Blocking.</b> A party that waits spins for a while, then sleeps. {@code reset} and the queries never block.
 *
 * <p><b>Limits.</b> Two parties. Timeouts of zero or less do not wait. Breaking and memory effects are those of
 * {@link Barrier}. Virtual threads park without pinning their carrier.
 *
 * <p><b>Parties.</b> Each uses its own {@link #party view}, one thread at a time; that two use one is not detected, and a
 * later round may then pass too early. True from {@code await} goes to party 0. There is no barrier action: for that take a
 * {@link CentralBarrier}. A party that runs out of time or is interrupted just when the other has come breaks the next meeting instead.
 *
 * <p><b>Death.</b> Across processes, the one that waits breaks the barrier within a second when the other dies, or closes its
 * segment, if that has come since the last reset. Of one that has not come yet nothing is known.
 *
 * <pre>{@code
 * Rendezvous meeting = new Rendezvous();
 * // one thread                       // another
 * meeting.party(0).await();           meeting.party(1).await();
 * }</pre>
 *
 * <p>A. B. Downey, The Little Book of Semaphores, 2nd edition, 2016, section 3.3. There each signals the semaphore of the
 * other; here the semaphores are two counts.
 */
public final class Rendezvous {
    /* Implementation notes
     * State   arrived[i], [resets:32][meetings:32]: how often party i has come since the last reset. Written by party i alone.
     *         A party passes when the other's count has reached its own; so they differ by one at most.
     * Edge R  a party writes its count in volatile mode -> the other reads it.
     * Death   of a party: the other sees its name in Attendance, and breaks the barrier.
     */
    private static final int PARTIES = 2;

    private final Epoch epoch;
    private final Attendance attendance;
    private final LongWord[] arrived = new LongWord[PARTIES];
    private final View[] views = {new View(0), new View(1)};

    /** A meeting of two threads of this JVM. */
    public Rendezvous() {
        this(Memory.heap());
    }

    /**
     * A meeting in the given memory. Draws eight words.
     *
     * @param memory where it lives
     */
    public Rendezvous(Memory memory) {
        this(memory, WaitStrategy.ADAPTIVE);
    }

    /**
     * A meeting in the given memory, whose parties wait as told. Draws eight words.
     *
     * @param memory where it lives
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     */
    public Rendezvous(Memory memory, WaitStrategy waiting) {
        this.epoch = new Epoch(memory, waiting, PARTIES);
        this.attendance = new Attendance(memory, PARTIES);
        for (int i = 0; i < PARTIES; i++) {
            Memory line = memory.newLine();
            attendance.draw(i, line);
            epoch.draw(i, line);
            arrived[i] = line.longWord(0);
        }
    }

    /**
     * The meeting as one of its parties sees it: each uses its own, and one thread at a time.
     *
     * @param party which one, 0 or 1
     * @return the view
     * @throws IndexOutOfBoundsException if there is no such party
     */
    public Barrier party(int party) {
        return views[Epoch.checkedParty(party, PARTIES)];
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return epoch.isBroken() ? "Rendezvous[broken]" : "Rendezvous[]";
    }

    private boolean await(int self, long deadlineNanos)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        long seen = epoch.enter();
        attendance.sign(self, seen);
        long last = arrived[self].getPlain(); // plain: only this party writes it
        long era = (long) Epoch.resets(seen) << 32;
        long mine = era | (last >>> 32 == era >>> 32 ? (last + 1) & 0xffff_ffffL : 1);
        arrived[self].setVolatile(mine); // R
        epoch.ring(1 - self);
        LongWord other = arrived[1 - self];
        if (!hasReached(other.getVolatile(), mine)) { // R
            BooleanSupplier hasCome = () -> hasReached(other.getVolatile(), mine); // R
            epoch.await(self, seen, hasCome, attendance::someoneDied, deadlineNanos);
        }
        return self == 0;
    }

    /** Whether the other has come to a meeting: not less often, and since the same reset. */
    private static boolean hasReached(long count, long meeting) {
        return count >>> 32 == meeting >>> 32 && (int) count - (int) meeting >= 0;
    }

    private final class View implements Barrier {
        private final int party;

        View(int party) {
            this.party = party;
        }

        @Override
        public boolean await() throws InterruptedException, BrokenBarrierException {
            try {
                return Rendezvous.this.await(party, Memory.NO_DEADLINE);
            } catch (TimeoutException e) {
                throw new AssertionError(e); // there is no deadline
            }
        }

        @Override
        public boolean await(long timeout, TimeUnit unit)
                throws InterruptedException, BrokenBarrierException, TimeoutException {
            return Rendezvous.this.await(party, epoch.deadlineAfter(timeout, unit));
        }

        @Override
        public int parties() {
            return PARTIES;
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
            return "party " + party + " of " + Rendezvous.this;
        }
    }
}
