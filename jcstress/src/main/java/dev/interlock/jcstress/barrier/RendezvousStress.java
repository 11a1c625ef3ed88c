package dev.interlock.jcstress.barrier;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.Rendezvous;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What a barrier must keep under stress. Run with {@code -t RendezvousStress}. */
public final class RendezvousStress {
    private RendezvousStress() {}

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
        private final Rendezvous barrier = new Rendezvous();
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
        private final Rendezvous barrier = new Rendezvous();
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
}
