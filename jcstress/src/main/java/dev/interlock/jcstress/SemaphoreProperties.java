package dev.interlock.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** What a semaphore must keep under stress. */
public final class SemaphoreProperties {
    private SemaphoreProperties() {}

    /** What permits with or without owners keep; to be made with one permit. */
    public static final class WithOne {
        private WithOne() {}

        /** Of two that try, one gets the permit. */
        @Outcome(id = "true, false, 0", expect = ACCEPTABLE, desc = "one permit, one taker")
        @Outcome(id = "false, true, 0", expect = ACCEPTABLE, desc = "one permit, one taker")
        @Outcome(expect = FORBIDDEN, desc = "a permit was doubled or lost")
        public abstract static class PermitsConserved {
            private final Permits permits;

            protected PermitsConserved(Permits permits) {
                this.permits = permits;
            }

            @Actor
            public void one(ZZI_Result r) {
                r.r1 = permits.tryAcquire();
            }

            @Actor
            public void other(ZZI_Result r) {
                r.r2 = permits.tryAcquire();
            }

            @Arbiter
            public void after(ZZI_Result r) {
                r.r3 = permits.available();
            }
        }

        /** One at a time has the only permit, and sees what was written with it before; nobody sleeps on. */
        @Outcome(id = "1, 2, 1", expect = ACCEPTABLE, desc = "one after the other")
        @Outcome(id = "2, 1, 1", expect = ACCEPTABLE, desc = "one after the other")
        @Outcome(expect = FORBIDDEN, desc = "both had it, or a wake-up or the permit was lost")
        public abstract static class MutualExclusion {
            private final Permits permits;
            private int count;

            protected MutualExclusion(Permits permits) {
                this.permits = permits;
            }

            @Actor
            public void one(III_Result r) {
                if (permits.tryAcquire(2, TimeUnit.SECONDS)) {
                    r.r1 = ++count;
                    permits.release();
                }
            }

            @Actor
            public void other(III_Result r) {
                if (permits.tryAcquire(2, TimeUnit.SECONDS)) {
                    r.r2 = ++count;
                    permits.release();
                }
            }

            @Arbiter
            public void after(III_Result r) {
                r.r3 = permits.available();
            }
        }

        /** One that gives up while the other has the permit leaves no trace. */
        @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "had it, and gave it back")
        @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "gave up")
        @Outcome(expect = FORBIDDEN, desc = "the permit was lost or doubled")
        public abstract static class TimedOut {
            private final Permits permits;

            protected TimedOut(Permits permits) {
                this.permits = permits;
            }

            @Actor
            public void holder() {
                if (permits.tryAcquire(2, TimeUnit.SECONDS)) {
                    Locking.linger();
                    permits.release();
                }
            }

            @Actor
            public void impatient(ZI_Result r) {
                r.r1 = permits.tryAcquire(300, TimeUnit.NANOSECONDS);
                if (r.r1) {
                    permits.release();
                }
            }

            @Arbiter
            public void after(ZI_Result r) {
                r.r2 = permits.available();
            }
        }

        /** One that is interrupted while the other has the permit leaves no trace. */
        @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "had it, and gave it back")
        @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "interrupted")
        @Outcome(expect = FORBIDDEN, desc = "the permit was lost or doubled")
        public abstract static class Interrupted {
            private final Permits permits;
            private final Locking.Interruption interruption = new Locking.Interruption();

            protected Interrupted(Permits permits) {
                this.permits = permits;
            }

            @Actor
            public void interrupter() {
                boolean held = permits.tryAcquire();
                interruption.send();
                Locking.linger();
                if (held) {
                    permits.release();
                }
            }

            @Actor
            public void interrupted(ZI_Result r) {
                interruption.expect();
                try {
                    r.r1 = permits.waiting().tryAcquire(2, TimeUnit.SECONDS);
                    permits.release();
                } catch (InterruptedException e) {
                    r.r1 = false;
                }
                interruption.absorb();
            }

            @Arbiter
            public void after(ZI_Result r) {
                r.r2 = permits.available();
            }
        }
    }

    /** What permits keep that anybody may release; to be made without one. */
    public static final class WithNone {
        private WithNone() {}

        /** What was written before a release is seen after the acquire that it enables. */
        @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "all seen")
        @Outcome(expect = FORBIDDEN, desc = "the acquirer saw part of what was written, or slept on")
        public abstract static class Publication {
            private final Permits permits;
            private int first;
            private int second;

            protected Publication(Permits permits) {
                this.permits = permits;
            }

            @Actor
            public void writer() {
                first = 1;
                second = 2;
                permits.release();
            }

            @Actor
            public void reader(II_Result r) {
                if (permits.tryAcquire(2, TimeUnit.SECONDS)) {
                    r.r2 = second;
                    r.r1 = first;
                }
            }
        }

        /** A permit is taken or left, whatever the moment at which a waiter gives up. */
        @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "taken")
        @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "left")
        @Outcome(expect = FORBIDDEN, desc = "a permit was lost or doubled")
        public abstract static class TakenOrLeft {
            private final Permits permits;

            protected TakenOrLeft(Permits permits) {
                this.permits = permits;
            }

            @Actor
            public void releaser() {
                permits.release();
            }

            @Actor
            public void impatient(ZI_Result r) {
                r.r1 = permits.tryAcquire(300, TimeUnit.NANOSECONDS);
            }

            @Arbiter
            public void after(ZI_Result r) {
                r.r2 = permits.available();
            }
        }

        /** A permit is handed on: nobody sleeps while there is one, whoever gives up. */
        @Outcome(id = "true, true, 1", expect = ACCEPTABLE, desc = "both passed")
        @Outcome(id = "true, false, 1", expect = ACCEPTABLE, desc = "the patient one passed")
        @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
        public abstract static class NoLostWakeUp {
            private final Permits permits;

            protected NoLostWakeUp(Permits permits) {
                this.permits = permits;
            }

            @Actor
            public void releaser() {
                permits.release();
            }

            @Actor
            public void patient(ZZI_Result r) {
                r.r1 = permits.tryAcquire(2, TimeUnit.SECONDS);
                permits.release();
            }

            @Actor
            public void impatient(ZZI_Result r) {
                r.r2 = permits.tryAcquire(300, TimeUnit.NANOSECONDS);
                if (r.r2) {
                    permits.release();
                }
            }

            @Arbiter
            public void after(ZZI_Result r) {
                r.r3 = permits.available();
            }
        }
    }
}
