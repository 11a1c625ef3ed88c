package dev.interlock.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.locks.Lock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What a lock must keep under stress. */
public final class LockProperties {
    private LockProperties() {}

    /** One party at a time is inside. */
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "both were inside")
    public abstract static class MutualExclusion extends Two {
        private int count;

        protected MutualExclusion(Pair<Lock> locks) {
            super(locks);
        }

        @Actor
        public void one(II_Result r) {
            mine.lock();
            r.r1 = ++count;
            mine.unlock();
        }

        @Actor
        public void other(II_Result r) {
            yours.lock();
            r.r2 = ++count;
            yours.unlock();
        }
    }

    /** Whoever enters sees all that was written inside before. */
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the reader came first")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the writer came first")
    @Outcome(expect = FORBIDDEN, desc = "the reader saw part of what was written")
    public abstract static class Publication extends Two {
        private int first;
        private int second;

        protected Publication(Pair<Lock> locks) {
            super(locks);
        }

        @Actor
        public void writer() {
            mine.lock();
            first = 1;
            second = 2;
            mine.unlock();
        }

        @Actor
        public void reader(II_Result r) {
            yours.lock();
            r.r2 = second;
            r.r1 = first;
            yours.unlock();
        }
    }

    /** Of two that try and keep it, one succeeds. */
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or nobody has a lock that was free")
    public abstract static class TryLockPair extends Two {
        protected TryLockPair(Pair<Lock> locks) {
            super(locks);
        }

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = mine.tryLock();
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = yours.tryLock();
        }
    }

    /** Of two that try and keep it, at most one succeeds. */
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one has it")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "each saw the other try, as documented")
    @Outcome(expect = FORBIDDEN, desc = "both have it")
    public abstract static class TimidTryLockPair extends TryLockPair {
        protected TimidTryLockPair(Pair<Lock> locks) {
            super(locks);
        }
    }

    /** A waiter that times out leaves no trace. */
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "timed out")
    @Outcome(id = "1, 2, 1", expect = ACCEPTABLE, desc = "entered")
    @Outcome(expect = FORBIDDEN, desc = "entered and timed out, or the lock is not free in the end")
    public abstract static class TimedOut extends Two {
        private int count;

        protected TimedOut(Pair<Lock> locks) {
            super(locks);
        }

        @Actor
        public void impatient(III_Result r) {
            if (Locking.tryLockBriefly(mine)) {
                count++;
                r.r1 = 1;
                mine.unlock();
            }
        }

        @Actor
        public void patient() {
            yours.lock();
            Locking.linger();
            count++;
            yours.unlock();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = count;
            r.r3 = Locking.isFree(mine) ? 1 : 0;
        }
    }

    /** A waiter that is interrupted leaves no trace. */
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "interrupted")
    @Outcome(id = "1, 2, 1", expect = ACCEPTABLE, desc = "entered")
    @Outcome(expect = FORBIDDEN, desc = "entered and interrupted, or the lock is not free in the end")
    public abstract static class Interrupted extends Two {
        private final Locking.Interruption interruption = new Locking.Interruption();
        private int count;

        protected Interrupted(Pair<Lock> locks) {
            super(locks);
        }

        @Actor
        public void interrupted(III_Result r) {
            interruption.expect();
            try {
                mine.lockInterruptibly();
                count++;
                r.r1 = 1;
                mine.unlock();
            } catch (InterruptedException e) {
                r.r1 = 0;
            }
            interruption.absorb();
        }

        @Actor
        public void interrupter() {
            yours.lock();
            interruption.send();
            Locking.linger();
            count++;
            yours.unlock();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = count;
            r.r3 = Locking.isFree(yours) ? 1 : 0;
        }
    }

    private abstract static class Two {
        final Lock mine;
        final Lock yours;

        Two(Pair<Lock> locks) {
            mine = locks.first();
            yours = locks.second();
        }
    }
}
