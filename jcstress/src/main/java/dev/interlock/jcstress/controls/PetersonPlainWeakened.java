package dev.interlock.jcstress.controls;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Peterson's lock with plain accesses in place of the volatile ones: each party reads the other's flag before its own is
 * seen, and both are inside. Must fail.
 */
@JCStressTest
@Outcome(
        id = {"true, false", "false, true", "false, false"},
        expect = ACCEPTABLE,
        desc = "at most one has it")
@Outcome(expect = FORBIDDEN, desc = "both have it")
@State
public class PetersonPlainWeakened {
    private boolean interested0;
    private boolean interested1;
    private int turn;

    @Actor
    public void one(ZZ_Result r) {
        interested0 = true;
        turn = 0;
        r.r1 = !interested1 || turn != 0;
    }

    @Actor
    public void other(ZZ_Result r) {
        interested1 = true;
        turn = 1;
        r.r2 = !interested0 || turn != 1;
    }
}
