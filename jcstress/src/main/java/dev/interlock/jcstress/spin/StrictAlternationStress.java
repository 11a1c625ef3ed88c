package dev.interlock.jcstress.spin;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.jcstress.Locking;
import dev.interlock.spin.StrictAlternation;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What turns must keep under stress. Run with {@code -t StrictAlternationStress}. */
public final class StrictAlternationStress {
    private StrictAlternationStress() {}

    /** One party at a time is inside, and party 0 first. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "in turn")
    @Outcome(expect = FORBIDDEN, desc = "both were inside, or out of turn")
    @State
    public static class MutualExclusion {
        private final StrictAlternation turns = new StrictAlternation();
        private int count;

        @Actor
        public void first(II_Result r) {
            turns.party(0).lock();
            r.r1 = ++count;
            turns.party(0).unlock();
        }

        @Actor
        public void second(II_Result r) {
            turns.party(1).lock();
            r.r2 = ++count;
            turns.party(1).unlock();
        }
    }

    /** Of two that try and keep it, the one whose turn it is succeeds. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "in turn")
    @Outcome(expect = FORBIDDEN, desc = "both were inside, or out of turn")
    @State
    public static class TryLockPair {
        private final StrictAlternation turns = new StrictAlternation();

        @Actor
        public void first(ZZ_Result r) {
            r.r1 = turns.party(0).tryLock();
        }

        @Actor
        public void second(ZZ_Result r) {
            r.r2 = turns.party(1).tryLock();
        }
    }

    /** The second to enter sees all that the first wrote inside. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "all of it")
    @Outcome(expect = FORBIDDEN, desc = "part of what was written, or nothing")
    @State
    public static class Publication {
        private final StrictAlternation turns = new StrictAlternation();
        private int first;
        private int second;

        @Actor
        public void writer() {
            turns.party(0).lock();
            first = 1;
            second = 2;
            turns.party(0).unlock();
        }

        @Actor
        public void reader(II_Result r) {
            turns.party(1).lock();
            r.r2 = second;
            r.r1 = first;
            turns.party(1).unlock();
        }
    }

    /** A waiter that times out leaves no trace: the turn is its own when the other has left, and the other's when it has. */
    @JCStressTest
    @Outcome(
            id = {"false, true", "true, true"},
            expect = ACCEPTABLE,
            desc = "timed out, or entered")
    @Outcome(expect = FORBIDDEN, desc = "the turn is nobody's, or the wrong party's")
    @State
    public static class TimedOut {
        private final StrictAlternation turns = new StrictAlternation();

        @Actor
        public void patient() {
            turns.party(0).lock();
            Locking.linger();
            turns.party(0).unlock();
        }

        @Actor
        public void impatient(ZZ_Result r) {
            r.r1 = Locking.tryLockBriefly(turns.party(1));
            if (r.r1) {
                turns.party(1).unlock();
            }
        }

        @Arbiter
        public void after(ZZ_Result r) {
            r.r2 = turns.party(r.r1 ? 0 : 1).tryLock();
        }
    }
}
