package dev.interlock.jcstress.semaphore;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** What a semaphore must keep under stress. Run with {@code -t CountingSemaphoreStress}. */
public final class CountingSemaphoreStress {
    private CountingSemaphoreStress() {}

    /** Of two that try, as many succeed as there are permits. */
    @JCStressTest
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "one permit, one taker")
    @Outcome(expect = FORBIDDEN, desc = "a permit was doubled or lost")
    @State
    public static class PermitsConserved {
        private final CountingSemaphore semaphore = new CountingSemaphore(1);

        @Actor
        public void one(ZZI_Result r) {
            r.r1 = semaphore.tryAcquire();
        }

        @Actor
        public void other(ZZI_Result r) {
            r.r2 = semaphore.tryAcquire();
        }

        @Arbiter
        public void after(ZZI_Result r) {
            r.r3 = semaphore.availablePermits();
        }
    }

    /** What was written before a release is seen after the acquire that it enables. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "all seen")
    @Outcome(expect = FORBIDDEN, desc = "the acquirer saw part of what was written, or slept on")
    @State
    public static class Publication {
        private final CountingSemaphore semaphore = new CountingSemaphore(0);
        private int first;
        private int second;

        @Actor
        public void writer() {
            first = 1;
            second = 2;
            semaphore.release();
        }

        @Actor
        public void reader(II_Result r) {
            try {
                if (semaphore.tryAcquire(2, TimeUnit.SECONDS)) {
                    r.r2 = second;
                    r.r1 = first;
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A waiter that times out leaves no trace. */
    @JCStressTest
    @Outcome(
            id = {"true, 0", "false, 1"},
            expect = ACCEPTABLE,
            desc = "taken or left")
    @Outcome(expect = FORBIDDEN, desc = "a permit was lost or doubled")
    @State
    public static class TimedOut {
        private final CountingSemaphore semaphore = new CountingSemaphore(0);

        @Actor
        public void releaser() {
            semaphore.release();
        }

        @Actor
        public void impatient(ZI_Result r) {
            try {
                r.r1 = semaphore.tryAcquire(300, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Arbiter
        public void after(ZI_Result r) {
            r.r2 = semaphore.availablePermits();
        }
    }

    /** A permit is handed on: nobody sleeps while there is one, whoever gives up. */
    @JCStressTest
    @Outcome(
            id = {"true, true, 1", "true, false, 1"},
            expect = ACCEPTABLE,
            desc = "the patient one always passes")
    @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class NoLostWakeUp {
        private final CountingSemaphore semaphore = new CountingSemaphore(0);

        @Actor
        public void releaser() {
            semaphore.release();
        }

        @Actor
        public void patient(ZZI_Result r) {
            try {
                r.r1 = semaphore.tryAcquire(2, TimeUnit.SECONDS);
                semaphore.release();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void impatient(ZZI_Result r) {
            try {
                r.r2 = semaphore.tryAcquire(300, TimeUnit.NANOSECONDS);
                if (r.r2) {
                    semaphore.release();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Arbiter
        public void after(ZZI_Result r) {
            r.r3 = semaphore.availablePermits();
        }
    }

    /** The same in a line of two places, for three. */
    @JCStressTest
    @Outcome(
            id = {"true, true, 1", "true, false, 1"},
            expect = ACCEPTABLE,
            desc = "the patient one always passes")
    @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class FifoNoLostWakeUp {
        private final CountingSemaphore semaphore =
                new CountingSemaphore(Memory.heap(), 0, 2, WaitStrategy.ADAPTIVE);

        @Actor
        public void releaser() {
            semaphore.release();
        }

        @Actor
        public void patient(ZZI_Result r) {
            try {
                r.r1 = semaphore.tryAcquire(2, TimeUnit.SECONDS);
                semaphore.release();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void impatient(ZZI_Result r) {
            try {
                r.r2 = semaphore.tryAcquire(300, TimeUnit.NANOSECONDS);
                if (r.r2) {
                    semaphore.release();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Arbiter
        public void after(ZZI_Result r) {
            r.r3 = semaphore.availablePermits();
        }
    }

    /** In a line of one place for two: permits are conserved, and what was written before is seen after. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "both were inside, or one did not see the other's, or slept on")
    @State
    public static class FifoPublication {
        private final CountingSemaphore semaphore =
                new CountingSemaphore(Memory.heap(), 1, 1, WaitStrategy.ADAPTIVE);
        private int count;

        private int visit() {
            try {
                if (!semaphore.tryAcquire(2, TimeUnit.SECONDS)) {
                    return -1;
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            int seen = ++count;
            semaphore.release();
            return seen;
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = visit();
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = visit();
        }
    }

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
}
