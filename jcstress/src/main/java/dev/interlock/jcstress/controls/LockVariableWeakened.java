package dev.interlock.jcstress.controls;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.spin.LockVariable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The gap between the look and the set: both have the lock. Must fail. */
@JCStressTest
@Outcome(
        id = {"true, false", "false, true"},
        expect = ACCEPTABLE,
        desc = "one has it")
@Outcome(expect = FORBIDDEN, desc = "both have it")
@State
public class LockVariableWeakened {
    private final LockVariable lock = new LockVariable();

    @Actor
    public void one(ZZ_Result r) {
        r.r1 = lock.tryLock();
    }

    @Actor
    public void other(ZZ_Result r) {
        r.r2 = lock.tryLock();
    }
}
