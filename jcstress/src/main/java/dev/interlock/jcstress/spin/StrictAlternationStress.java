package dev.interlock.jcstress.spin;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.spin.StrictAlternation;
import org.openjdk.jcstress.annotations.Actor;
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
}
