package dev.interlock.jcstress.semaphore;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Several permits at once. Run with {@code -t CountingSemaphoreSeveralStress}. */
public final class CountingSemaphoreSeveralStress {
    private CountingSemaphoreSeveralStress() {}

    /** One that waits for two permits and one that waits for one, and three released one by one. */
    @JCStressTest
    @Outcome(id = "true, true, 0", expect = ACCEPTABLE, desc = "both passed")
    @Outcome(expect = FORBIDDEN, desc = "one slept on, or a permit was lost")
    @State
    public static class Several {
        private final CountingSemaphore semaphore = new CountingSemaphore(0);

        @Actor
        public void releaser() {
            semaphore.release();
            semaphore.release();
            semaphore.release();
        }

        @Actor
        public void two(ZZI_Result r) {
            try {
                r.r1 = semaphore.tryAcquire(2, 2, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void one(ZZI_Result r) {
            try {
                r.r2 = semaphore.tryAcquire(2, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Arbiter
        public void after(ZZI_Result r) {
            r.r3 = semaphore.availablePermits();
        }
    }

    /** All permits that are there, against a release. */
    @JCStressTest
    @Outcome(
            id = {"2, 1", "3, 0"},
            expect = ACCEPTABLE,
            desc = "before the release, or after it")
    @Outcome(expect = FORBIDDEN, desc = "a permit was lost or doubled")
    @State
    public static class Drained {
        private final CountingSemaphore semaphore = new CountingSemaphore(2);

        @Actor
        public void drainer(II_Result r) {
            r.r1 = semaphore.drainPermits();
        }

        @Actor
        public void releaser() {
            semaphore.release();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = semaphore.availablePermits();
        }
    }
}
