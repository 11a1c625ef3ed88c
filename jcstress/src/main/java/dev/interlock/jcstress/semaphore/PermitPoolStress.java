package dev.interlock.jcstress.semaphore;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.semaphore.PermitPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** What a pool of owned permits must keep under stress. Run with {@code -t PermitPoolStress}. */
public final class PermitPoolStress {
    private PermitPoolStress() {}

    /** Of two that try, one gets the permit. */
    @JCStressTest
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "one permit, one owner")
    @Outcome(expect = FORBIDDEN, desc = "a permit was doubled or lost")
    @State
    public static class PermitsConserved {
        private final PermitPool pool = new PermitPool(1);

        @Actor
        public void one(ZZI_Result r) {
            r.r1 = pool.tryAcquire();
        }

        @Actor
        public void other(ZZI_Result r) {
            r.r2 = pool.tryAcquire();
        }

        @Arbiter
        public void after(ZZI_Result r) {
            r.r3 = pool.availablePermits();
        }
    }

    /** One at a time has the only permit, and sees what was written with it before; nobody sleeps on. */
    @JCStressTest
    @Outcome(
            id = {"1, 2, 1", "2, 1, 1"},
            expect = ACCEPTABLE,
            desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "both had it, or a wake-up or the permit was lost")
    @State
    public static class Publication {
        private final PermitPool pool = new PermitPool(1);
        private int count;

        @Actor
        public void one(III_Result r) {
            try {
                if (pool.tryAcquire(2, TimeUnit.SECONDS)) {
                    r.r1 = ++count;
                    pool.release();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void other(III_Result r) {
            try {
                if (pool.tryAcquire(2, TimeUnit.SECONDS)) {
                    r.r2 = ++count;
                    pool.release();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = pool.availablePermits();
        }
    }
}
