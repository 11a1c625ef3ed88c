package dev.interlock.jcstress.spin;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.jcstress.Locking;
import dev.interlock.spin.BackoffLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What a lock must keep under stress. Run with {@code -t BackoffLockStress}. */
public final class BackoffLockStress {
    private BackoffLockStress() {}

    /** One party at a time is inside. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "both were inside")
    @State
    public static class MutualExclusion {
        private final BackoffLock lock = new BackoffLock();
        private int count;

        @Actor
        public void one(II_Result r) {
            lock.lock();
            r.r1 = ++count;
            lock.unlock();
        }

        @Actor
        public void other(II_Result r) {
            lock.lock();
            r.r2 = ++count;
            lock.unlock();
        }
    }

    /** Whoever enters sees all that was written inside before. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the reader came first")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the writer came first")
    @Outcome(expect = FORBIDDEN, desc = "the reader saw part of what was written")
    @State
    public static class Publication {
        private final BackoffLock lock = new BackoffLock();
        private int first;
        private int second;

        @Actor
        public void writer() {
            lock.lock();
            first = 1;
            second = 2;
            lock.unlock();
        }

        @Actor
        public void reader(II_Result r) {
            lock.lock();
            r.r2 = second;
            r.r1 = first;
            lock.unlock();
        }
    }

    /** Of two that try and keep it, one succeeds. */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or nobody has a lock that was free")
    @State
    public static class TryLockPair {
        private final BackoffLock lock = new BackoffLock();

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = lock.tryLock();
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = lock.tryLock();
        }
    }

    /** A waiter that times out leaves no trace. */
    @JCStressTest
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "timed out")
    @Outcome(id = "1, 2, 1", expect = ACCEPTABLE, desc = "entered")
    @Outcome(expect = FORBIDDEN, desc = "entered and timed out, or the lock is not free in the end")
    @State
    public static class TimedOut {
        private final BackoffLock lock = new BackoffLock();
        private int count;

        @Actor
        public void impatient(III_Result r) {
            if (Locking.tryLockBriefly(lock)) {
                count++;
                r.r1 = 1;
                lock.unlock();
            }
        }

        @Actor
        public void patient() {
            lock.lock();
            Locking.linger();
            count++;
            lock.unlock();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = count;
            r.r3 = Locking.isFree(lock) ? 1 : 0;
        }
    }

    /** A waiter that is interrupted leaves no trace. */
    @JCStressTest
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "interrupted")
    @Outcome(id = "1, 2, 1", expect = ACCEPTABLE, desc = "entered")
    @Outcome(expect = FORBIDDEN, desc = "entered and interrupted, or the lock is not free in the end")
    @State
    public static class Interrupted {
        private final BackoffLock lock = new BackoffLock();
        private final Locking.Interruption interruption = new Locking.Interruption();
        private int count;

        @Actor
        public void interrupted(III_Result r) {
            interruption.expect();
            try {
                lock.lockInterruptibly();
                count++;
                r.r1 = 1;
                lock.unlock();
            } catch (InterruptedException e) {
                r.r1 = 0;
            }
            interruption.absorb();
        }

        @Actor
        public void interrupter() {
            lock.lock();
            interruption.send();
            Locking.linger();
            count++;
            lock.unlock();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = count;
            r.r3 = Locking.isFree(lock) ? 1 : 0;
        }
    }
}
