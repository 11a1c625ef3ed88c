package dev.interlock.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** What the conditions of a mutex must keep under stress. */
public final class ConditionProperties {
    private ConditionProperties() {}

    /** A waiter sees what was true at the signal, or before it waited. */
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "woken, or did not need to wait")
    @Outcome(expect = FORBIDDEN, desc = "woken without seeing why, or the signal was lost")
    public abstract static class NoLostSignal extends Tokens {
        protected NoLostSignal(Lock lock) {
            super(lock);
        }

        @Actor
        public void waiter(I_Result r) {
            r.r1 = take();
        }

        @Actor
        public void signaller() {
            put(1, false);
        }
    }

    /** Two signals for two waiters: each reaches one. */
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both woken")
    @Outcome(expect = FORBIDDEN, desc = "a signal was lost")
    public abstract static class NoLostSignals extends Tokens {
        protected NoLostSignals(Lock lock) {
            super(lock);
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = take();
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = take();
        }

        @Actor
        public void signaller() {
            put(1, false);
            put(1, false);
        }
    }

    /** One signal to all reaches both. */
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both woken")
    @Outcome(expect = FORBIDDEN, desc = "one slept on")
    public abstract static class SignalAll extends Tokens {
        protected SignalAll(Lock lock) {
            super(lock);
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = take();
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = take();
        }

        @Actor
        public void signaller() {
            put(2, true);
        }
    }

    /** A wait that times out at the moment of the signal ends, with the lock held. */
    @Outcome(
            id = {"false, 0", "false, 1", "true, 0", "true, 1"},
            expect = ACCEPTABLE,
            desc = "woken or timed out, before or after")
    @Outcome(expect = FORBIDDEN, desc = "not under the lock")
    public abstract static class TimedOut {
        private final Lock lock;
        private final Condition condition;
        private int ready;

        protected TimedOut(Lock lock) {
            this.lock = lock;
            condition = lock.newCondition();
        }

        @Actor
        public void impatient(ZI_Result r) {
            lock.lock();
            try {
                r.r1 = condition.awaitNanos(500) > 0;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            r.r2 = ready;
            lock.unlock();
        }

        @Actor
        public void signaller() {
            lock.lock();
            ready = -1; // seen by nobody: the lock is held
            condition.signalAll();
            ready = 1;
            lock.unlock();
        }
    }

    /** A waiter that is interrupted absorbs no signal: the patient one passes, or the token is there. */
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "interrupted, and the patient one passed")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both passed")
    @Outcome(expect = FORBIDDEN, desc = "the signal went with the one that was interrupted")
    public abstract static class Interrupted extends Tokens {
        private final Locking.Interruption interruption = new Locking.Interruption();

        protected Interrupted(Lock lock) {
            super(lock);
        }

        @Actor
        public void patient(II_Result r) {
            r.r1 = take();
        }

        @Actor
        public void interrupted(II_Result r) {
            interruption.expect();
            try {
                lock.lockInterruptibly();
                try {
                    while (tokens == 0) {
                        condition.await();
                    }
                    r.r2 = 1; // and leaves the token to the patient one
                    condition.signal();
                } finally {
                    lock.unlock();
                }
            } catch (InterruptedException e) {
                r.r2 = 0;
            }
            interruption.absorb();
        }

        @Actor
        public void signaller() {
            put(1, false);
            interruption.send();
        }

        @Arbiter
        public void after(II_Result r) {
            if (tokens != 0) {
                r.r1 = -1;
            }
        }
    }

    private abstract static class Tokens {
        final Lock lock;
        final Condition condition;
        int tokens;

        Tokens(Lock lock) {
            this.lock = lock;
            condition = lock.newCondition();
        }

        final void put(int added, boolean toAll) {
            lock.lock();
            tokens += added;
            if (toAll) {
                condition.signalAll();
            } else {
                condition.signal();
            }
            lock.unlock();
        }

        /** Takes a token: 1, or 0 if the signal does not come. */
        final int take() {
            lock.lock();
            try {
                long left = TimeUnit.SECONDS.toNanos(2);
                while (tokens == 0 && left > 0) {
                    left = condition.awaitNanos(left);
                }
                return left <= 0 ? 0 : tokens-- > 0 ? 1 : 0;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                lock.unlock();
            }
        }
    }
}
