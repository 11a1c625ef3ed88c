package dev.interlock.jcstress.mutex;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.mutex.Mutex;
import java.util.concurrent.locks.Condition;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** What a condition must keep under stress. Run with {@code -t MutexConditionStress}. */
public final class MutexConditionStress {
    private MutexConditionStress() {}

    /** A waiter sees what was true at the signal, or before it waited; a lost signal is a test that does not end. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "woken, or did not need to wait")
    @Outcome(expect = FORBIDDEN, desc = "woken without seeing why")
    @State
    public static class NoLostSignal {
        private final Mutex mutex = new Mutex();
        private final Condition condition = mutex.newCondition();
        private int ready;

        @Actor
        public void waiter(I_Result r) {
            mutex.lock();
            while (ready == 0) {
                condition.awaitUninterruptibly();
            }
            r.r1 = ready;
            mutex.unlock();
        }

        @Actor
        public void signaller() {
            mutex.lock();
            ready = 1;
            condition.signal();
            mutex.unlock();
        }
    }

    /** A wait that times out at the moment of the signal ends, with the mutex held. */
    @JCStressTest
    @Outcome(
            id = {"false, 0", "false, 1", "true, 0", "true, 1"},
            expect = ACCEPTABLE,
            desc = "woken or timed out, before or after")
    @Outcome(expect = FORBIDDEN, desc = "not under the mutex")
    @State
    public static class TimedOut {
        private final Mutex mutex = new Mutex();
        private final Condition condition = mutex.newCondition();
        private int ready;

        @Actor
        public void impatient(ZI_Result r) {
            mutex.lock();
            try {
                r.r1 = condition.awaitNanos(500) > 0;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            r.r2 = ready;
            mutex.unlock();
        }

        @Actor
        public void signaller() {
            mutex.lock();
            ready = -1; // seen by nobody: the mutex is held
            condition.signalAll();
            ready = 1;
            mutex.unlock();
        }
    }
}
