package dev.interlock.jcstress.barrier;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.TournamentBarrier;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What a barrier must keep under stress. Run with {@code -t TournamentBarrierStress}. */
public final class TournamentBarrierStress {
    private TournamentBarrierStress() {}

    private static int pass(Barrier barrier) {
        try {
            barrier.await(2, TimeUnit.SECONDS);
            return 1;
        } catch (BrokenBarrierException | TimeoutException | InterruptedException e) {
            return 0;
        }
    }

    /** Whoever passes sees what all did before they arrived. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each saw the other's")
    @Outcome(expect = FORBIDDEN, desc = "one passed too early, or never")
    @State
    public static class AllSeeAll {
        private final TournamentBarrier barrier = new TournamentBarrier(2);
        private int left;
        private int right;

        @Actor
        public void one(II_Result r) {
            left = 1;
            r.r1 = pass(barrier.party(0)) * right;
        }

        @Actor
        public void other(II_Result r) {
            right = 1;
            r.r2 = pass(barrier.party(1)) * left;
        }
    }

    /** Used again at once: nobody laps the other. */
    @JCStressTest
    @Outcome(id = "12, 12", expect = ACCEPTABLE, desc = "round after round")
    @Outcome(expect = FORBIDDEN, desc = "one lapped the other, or was left behind")
    @State
    public static class Reuse {
        private final TournamentBarrier barrier = new TournamentBarrier(2);
        private int left;
        private int right;

        @Actor
        public void one(II_Result r) {
            left = 1;
            int seen = pass(barrier.party(0)) * right;
            pass(barrier.party(0));
            left = 2;
            r.r1 = 10 * seen + pass(barrier.party(0)) * right;
        }

        @Actor
        public void other(II_Result r) {
            right = 1;
            int seen = pass(barrier.party(1)) * left;
            pass(barrier.party(1));
            right = 2;
            r.r2 = 10 * seen + pass(barrier.party(1)) * left;
        }
    }

    /** One gives up: either both pass or neither does. */
    @JCStressTest
    @Outcome(
            id = {"1, 1", "0, 0"},
            expect = ACCEPTABLE,
            desc = "the same for both")
    @Outcome(expect = FORBIDDEN, desc = "one passed alone")
    @State
    public static class TimedOut {
        private final TournamentBarrier barrier = new TournamentBarrier(2);

        @Actor
        public void patient(II_Result r) {
            r.r1 = pass(barrier.party(0));
        }

        @Actor
        public void impatient(II_Result r) {
            try {
                try {
                    barrier.party(1).await(500, TimeUnit.NANOSECONDS);
                    r.r2 = 1;
                } catch (BrokenBarrierException | TimeoutException e) {
                    r.r2 = 0;
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
