package dev.interlock.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.barrier.Barrier;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** What a barrier of two parties must keep under stress. */
public final class BarrierProperties {
    private BarrierProperties() {}

    private static int pass(Barrier barrier) {
        return pass(barrier, TimeUnit.SECONDS.toNanos(2));
    }

    private static int pass(Barrier barrier, long nanos) {
        try {
            barrier.await(nanos, TimeUnit.NANOSECONDS);
            return 1;
        } catch (BrokenBarrierException | TimeoutException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whoever passes sees what all did before they arrived. */
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each saw the other's")
    @Outcome(expect = FORBIDDEN, desc = "one passed too early, or never")
    public abstract static class AllSeeAll extends Two {
        private int left;
        private int right;

        protected AllSeeAll(Pair<Barrier> barriers) {
            super(barriers);
        }

        @Actor
        public void one(II_Result r) {
            left = 1;
            r.r1 = pass(mine) * right;
        }

        @Actor
        public void other(II_Result r) {
            right = 1;
            r.r2 = pass(yours) * left;
        }
    }

    /** Used again at once: nobody laps the other. */
    @Outcome(id = "12, 12", expect = ACCEPTABLE, desc = "round after round")
    @Outcome(expect = FORBIDDEN, desc = "one lapped the other, or was left behind")
    public abstract static class Reuse extends Two {
        private int left;
        private int right;

        protected Reuse(Pair<Barrier> barriers) {
            super(barriers);
        }

        @Actor
        public void one(II_Result r) {
            left = 1;
            int seen = pass(mine) * right;
            pass(mine);
            left = 2;
            r.r1 = 10 * seen + pass(mine) * right;
        }

        @Actor
        public void other(II_Result r) {
            right = 1;
            int seen = pass(yours) * left;
            pass(yours);
            right = 2;
            r.r2 = 10 * seen + pass(yours) * left;
        }
    }

    /** One gives up: either both pass or neither does. */
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both passed")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "broken for both")
    @Outcome(expect = FORBIDDEN, desc = "one passed alone")
    public abstract static class TimedOut extends Two {
        protected TimedOut(Pair<Barrier> barriers) {
            super(barriers);
        }

        @Actor
        public void patient(II_Result r) {
            r.r1 = pass(mine);
        }

        @Actor
        public void impatient(II_Result r) {
            r.r2 = pass(yours, 500);
        }
    }

    /**
     * One gives up at a barrier at which nobody is the last, who could say how a round ends: the other may have passed
     * already, and then it is the next round that is broken.
     */
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "both passed")
    @Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "broken for both")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "one had passed, and the next round is broken, as documented")
    @Outcome(expect = FORBIDDEN, desc = "one passed and nobody will know, or the one that gave up did")
    public abstract static class TimedOutLate extends Two {
        protected TimedOutLate(Pair<Barrier> barriers) {
            super(barriers);
        }

        @Actor
        public void patient(III_Result r) {
            r.r1 = pass(mine);
        }

        @Actor
        public void impatient(III_Result r) {
            r.r2 = pass(yours, 500);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = mine.isBroken() ? 1 : 0;
        }
    }

    /** One is interrupted: either both pass or neither does, and the barrier says which. */
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "both passed before")
    @Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "broken for both")
    @Outcome(expect = FORBIDDEN, desc = "one passed alone, or the barrier forgot that it is broken")
    public abstract static class Interrupted extends Two {
        private final Locking.Interruption interruption = new Locking.Interruption();

        protected Interrupted(Pair<Barrier> barriers) {
            super(barriers);
        }

        @Actor
        public void interrupted(III_Result r) {
            interruption.expect();
            try {
                mine.await(2, TimeUnit.SECONDS);
                r.r1 = 1;
            } catch (BrokenBarrierException | TimeoutException | InterruptedException e) {
                r.r1 = 0;
            }
            interruption.absorb();
        }

        @Actor
        public void interrupter(III_Result r) {
            interruption.send();
            r.r2 = pass(yours);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = mine.isBroken() ? 1 : 0;
        }
    }

    /** The same where nobody is the last: the other may have passed already. */
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "both passed before")
    @Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "broken for both")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "one had passed, and the next round is broken, as documented")
    @Outcome(
            expect = FORBIDDEN,
            desc = "the one that was interrupted passed alone, or the barrier forgot that it is broken")
    public abstract static class InterruptedLate extends Interrupted {
        protected InterruptedLate(Pair<Barrier> barriers) {
            super(barriers);
        }
    }

    private abstract static class Two {
        final Barrier mine;
        final Barrier yours;

        Two(Pair<Barrier> barriers) {
            mine = barriers.first();
            yours = barriers.second();
        }
    }
}
