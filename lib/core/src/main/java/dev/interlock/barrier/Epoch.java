package dev.interlock.barrier;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.Objects;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/** What the barriers have in common: which round it is, whether the barrier is broken, and where the parties wait. */
final class Epoch {
    /* Implementation notes
     * State   [resets:31][broken:1][round:32], one word, all of it changed by CAS.
     *         trip    round + 1, if not broken: the parties of the round pass
     *         break   broken, if the round is still the same
     *         reset   resets + 1, round + 2, not broken: there is a round that nobody was in
     *         A party that arrived in (c, r) passes when c is the same and the round is not r; it fails when resets is
     *         not c, or the round is still r and broken.
     * Waiting for the end of the round: all at moved. For one other party: each at a bell of its own, so that one that
     *         comes wakes the one that waits for it, and not a crowd. What breaks or resets rings all bells; a trip need
     *         not, for then nobody waits for one party any more.
     * Death   of a party on whom others wait: they look now and then, each barrier in its own way, and break the round.
     *         Between the change and signalAll(): the parties look by themselves after 100 ms.
     * Edge B  trip, break and reset change state by CAS -> a party reads it in volatile mode.
     */
    static final int MAX_PARTIES = 1 << 16;

    private static final int SPINS = 400;
    private static final long BROKEN = 1L << 32;

    private final Memory memory;
    private final WaitStrategy waiting;
    private final LongWord state;
    private final EventCount moved;
    private final EventCount[] bells;

    /** Draws two words on a line of their own. */
    Epoch(Memory memory, WaitStrategy waiting, int bells) {
        this.memory = memory;
        this.waiting = Objects.requireNonNull(waiting, "waiting");
        Memory line = memory.newLine();
        this.state = line.longWord(0);
        this.moved = new EventCount(line);
        this.bells = new EventCount[bells];
    }

    /** Draws the word of one bell. */
    void draw(int bell, Memory line) {
        bells[bell] = new EventCount(line);
    }

    static int checkedParties(int parties, int least) {
        if (parties < least || parties > MAX_PARTIES) {
            throw new IllegalArgumentException(
                    "parties: " + parties + " is not within " + least + " to " + MAX_PARTIES);
        }
        return parties;
    }

    static int checkedParty(int party, int parties) {
        if (party < 0 || party >= parties) {
            throw new IndexOutOfBoundsException("party: " + party + " is not within 0 to " + (parties - 1));
        }
        return party;
    }

    static int round(long seen) {
        return (int) seen;
    }

    static int resets(long seen) {
        return (int) (seen >>> 33);
    }

    long deadlineAfter(long timeout, TimeUnit unit) {
        return memory.deadlineAfter(timeout, unit);
    }

    /** The state of a round that can be entered. Breaks it if the caller was interrupted. */
    long enter() throws InterruptedException, BrokenBarrierException {
        long seen = state.getVolatile(); // B
        if ((seen & BROKEN) != 0) {
            throw new BrokenBarrierException();
        }
        if (Thread.interrupted()) {
            breakRound(seen);
            throw new InterruptedException();
        }
        return seen;
    }

    /** Whether the round that was entered has ended well. */
    boolean hasPassed(long seen) throws BrokenBarrierException {
        long now = state.getVolatile(); // B
        if (resets(now) != resets(seen) || now == (seen | BROKEN)) {
            throw new BrokenBarrierException();
        }
        return now != seen;
    }

    boolean isBroken() {
        return (state.getVolatile() & BROKEN) != 0;
    }

    /** Ends the round well, and lets its parties pass. */
    void trip(long seen) throws BrokenBarrierException {
        if (!state.compareAndSet(seen, next(seen))) { // B
            throw new BrokenBarrierException(); // nobody else trips it
        }
        moved.signalAll();
    }

    /** Breaks the round if it has not ended. Says whether it was this call that broke it. */
    boolean breakRound(long seen) {
        boolean mine = state.compareAndSet(seen, seen | BROKEN); // B
        if (mine) {
            signalAll();
        }
        return mine;
    }

    void reset() {
        for (; ; ) {
            long seen = state.getVolatile();
            long renewed = ((long) (resets(seen) + 1) << 33) | (seen + 2) & 0xffff_ffffL;
            if (state.compareAndSet(seen, renewed)) { // B
                signalAll();
                return;
            }
        }
    }

    /** Lets the party at a bell look: what it waits for, other than the state, was written in volatile mode. */
    void ring(int bell) {
        bells[bell].signalAll();
    }

    /** Runs the action of the round, and breaks the round if it throws. */
    void run(Runnable action, long seen) {
        if (action != null) {
            boolean done = false;
            try {
                action.run();
                done = true;
            } finally {
                if (!done) {
                    breakRound(seen);
                }
            }
        }
    }

    /**
     * Waits until the round that was entered has ended well. Breaks the round if the caller runs out of time or is
     * interrupted first, or if somebody on whom it waits has died.
     */
    void await(long seen, LongPredicate someoneDied, long deadlineNanos)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        await(moved, seen, () -> false, someoneDied, deadlineNanos);
    }

    /** Waits in the same way, at a bell, until what others write holds, or the round has ended well. */
    void await(int bell, long seen, BooleanSupplier holds, LongPredicate someoneDied, long deadlineNanos)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        await(bells[bell], seen, holds, someoneDied, deadlineNanos);
    }

    private void await(
            EventCount where, long seen, BooleanSupplier holds, LongPredicate someoneDied, long deadlineNanos)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        Outcome outcome = new Outcome(seen, holds);
        Runnable look = () -> {
            if (someoneDied.test(seen)) {
                breakRound(seen);
            }
        };
        try {
            if (!where.await(outcome, Epoch::nothing, look, waiting, SPINS, deadlineNanos)) {
                if (breakRound(seen)) {
                    throw new TimeoutException();
                }
                outcome.getAsBoolean(); // the round has ended: says how
            }
        } catch (InterruptedException e) {
            if (breakRound(seen)) {
                throw e;
            }
            Thread.currentThread().interrupt(); // the round ended first
            outcome.getAsBoolean();
        }
        outcome.result();
    }

    private void signalAll() {
        moved.signalAll();
        for (EventCount bell : bells) {
            bell.signalAll();
        }
    }

    private static void nothing() {}

    private static long next(long seen) {
        return seen & 0xffff_fffe_0000_0000L | (seen + 1) & 0xffff_ffffL;
    }

    private final class Outcome implements BooleanSupplier {
        private final long seen;
        private final BooleanSupplier holds;
        private boolean broken;

        Outcome(long seen, BooleanSupplier holds) {
            this.seen = seen;
            this.holds = holds;
        }

        @Override
        public boolean getAsBoolean() {
            if (holds.getAsBoolean()) {
                return true;
            }
            try {
                return hasPassed(seen);
            } catch (BrokenBarrierException e) {
                broken = true;
                return true;
            }
        }

        void result() throws BrokenBarrierException {
            if (broken) {
                throw new BrokenBarrierException();
            }
        }
    }
}
