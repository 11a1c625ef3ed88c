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
     * State   [resets:30][tripping:1][broken:1][round:32], one word, all of it changed by CAS.
     *         tripping and broken are never set together. Set by
     *         trip    tripping while the action runs, if there is one; then round + 1, not tripping: the parties of the
     *                 round pass
     *         break   broken, if the round is still the same and not tripping: a timeout or an interruption comes too late
     *                 when all have arrived, and waits for the end of the action
     *         fail    broken, not tripping, if the round is still the same: a death, or an action that throws
     *         reset   resets + 1, round + 2, neither: there is a round that nobody was in
     *         A party that arrived in (c, r) passes when c is the same and the round is not r; it fails when resets is
     *         not c, or the round is still r and broken.
     *         What enter() returns, and all others get as seen, has neither bit.
     * Waiting for the end of the round: all at moved. For one other party: each at a bell of its own, so that one that
     *         comes wakes the one that waits for it, and not a crowd. What breaks or resets rings all bells; a trip need
     *         not, for then nobody waits for one party any more.
     * Death   of a party on whom others wait: they look now and then, each barrier in its own way, and break the round.
     *         Between the change and signalAll(): the parties look by themselves after 100 ms. Of one that trips: the same
     *         as of one that waits, and whoever takes over its view and finds the round tripping breaks it.
     * Edge B  trip, break and reset change state by CAS -> a party reads it in volatile mode.
     */
    static final int MAX_PARTIES = 1 << 16;

    private static final int SPINS = 400;
    private static final long BROKEN = 1L << 32;
    private static final long TRIPPING = 1L << 33;
    private static final int RESETS_SHIFT = 34;

    private final Memory memory;
    private final WaitStrategy waiting;
    private final LongWord state;
    private final EventCount moved;
    private final EventCount[] bells;
    private final LongPredicate allArrived;

    /** Draws two words on a line of their own, for a barrier without an action: it never trips for long. */
    Epoch(Memory memory, WaitStrategy waiting, int bells) {
        this(memory, waiting, bells, seen -> false);
    }

    /**
     * Draws two words on a line of their own.
     *
     * @param allArrived whether all have arrived in a round that has not ended
     */
    Epoch(Memory memory, WaitStrategy waiting, int bells, LongPredicate allArrived) {
        this.memory = memory;
        this.allArrived = allArrived;
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
        return (int) (seen >>> RESETS_SHIFT);
    }

    long deadlineAfter(long timeout, TimeUnit unit) {
        return memory.deadlineAfter(timeout, unit);
    }

    /**
     * The state of a round that can be entered. Breaks it if the caller was interrupted, unless it trips: then the caller
     * is none of its parties, and finds out in the next one.
     */
    long enter() throws InterruptedException, BrokenBarrierException {
        for (; ; ) {
            long now = state.getVolatile(); // B
            if ((now & BROKEN) != 0) {
                throw new BrokenBarrierException();
            }
            if ((now & TRIPPING) != 0 || !Thread.currentThread().isInterrupted()) {
                return now & ~TRIPPING;
            }
            if (breakRound(now)) {
                Thread.interrupted(); // the exception tells it
                throw new InterruptedException();
            }
        }
    }

    /** Whether the round that was entered has ended well. */
    boolean hasPassed(long seen) throws BrokenBarrierException {
        long now = state.getVolatile() & ~TRIPPING; // B
        if (resets(now) != resets(seen) || now == (seen | BROKEN)) {
            throw new BrokenBarrierException();
        }
        return now != seen;
    }

    boolean isBroken() {
        return (state.getVolatile() & BROKEN) != 0;
    }

    /**
     * For the last to arrive: runs the action, if there is one, ends the round well, and lets its parties pass. Breaks the
     * round if the action throws.
     */
    void trip(Runnable action, long seen) throws BrokenBarrierException {
        long now = seen;
        if (action != null) {
            now |= TRIPPING;
            if (!state.compareAndSet(seen, now)) { // B
                fail(seen); // if it trips already, who began that is dead
                throw new BrokenBarrierException();
            }
            run(action, seen);
        }
        if (!state.compareAndSet(now, next(seen))) { // B
            throw new BrokenBarrierException(); // nobody else trips it
        }
        moved.signalAll();
    }

    private void run(Runnable action, long seen) {
        boolean done = false;
        try {
            action.run();
            done = true;
        } finally {
            if (!done) {
                fail(seen);
            }
        }
    }

    /** Breaks the round if not all have arrived. Says whether it was this call that broke it. */
    private boolean breakRound(long seen) {
        return breakFrom(seen, seen);
    }

    /** Breaks the round if it has not ended. */
    private void fail(long seen) {
        if (!breakFrom(seen, seen)) {
            breakFrom(seen | TRIPPING, seen);
        }
    }

    private boolean breakFrom(long expected, long seen) {
        boolean mine = state.compareAndSet(expected, seen | BROKEN); // B
        if (mine) {
            signalAll();
        }
        return mine;
    }

    void reset() {
        for (; ; ) {
            long seen = state.getVolatile();
            long renewed = ((long) (resets(seen) + 1) << RESETS_SHIFT) | (seen + 2) & 0xffff_ffffL;
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

    /**
     * Waits until the round that was entered has ended well. Breaks the round if the caller runs out of time or is
     * interrupted before all have arrived, or if somebody on whom it waits has died.
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
                fail(seen);
            }
        };
        try {
            if (!where.await(outcome, Epoch::nothing, look, waiting, SPINS, deadlineNanos)) {
                if (breakRound(seen)) {
                    throw new TimeoutException();
                }
                awaitEnd(outcome, seen, someoneDied);
            }
        } catch (InterruptedException e) {
            if (breakRound(seen)) {
                throw e;
            }
            Thread.currentThread().interrupt(); // all had arrived first
            awaitEnd(outcome, seen, someoneDied);
        }
        outcome.result();
    }

    /**
     * For one that gave up too late: the round has ended, or trips, and not even a bell need be rung for that. One that
     * trips though not all have arrived is damaged.
     */
    private void awaitEnd(Outcome outcome, long seen, LongPredicate someoneDied) {
        Runnable look = () -> {
            if (someoneDied.test(seen) || !allArrived.test(seen)) {
                fail(seen);
            }
        };
        moved.awaitUninterruptibly(outcome, Epoch::nothing, look, waiting, SPINS);
    }

    private void signalAll() {
        moved.signalAll();
        for (EventCount bell : bells) {
            bell.signalAll();
        }
    }

    private static void nothing() {}

    private static long next(long seen) {
        return seen & -1L << RESETS_SHIFT | (seen + 1) & 0xffff_ffffL;
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
