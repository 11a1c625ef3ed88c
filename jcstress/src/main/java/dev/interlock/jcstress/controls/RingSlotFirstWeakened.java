package dev.interlock.jcstress.controls;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A ring of one slot that publishes the slot before the payload is in it. Must fail. */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "not there yet")
@Outcome(id = "5", expect = ACCEPTABLE, desc = "whole")
@Outcome(expect = FORBIDDEN, desc = "published, and not yet written")
@State
public class RingSlotFirstWeakened {
    private final Word published = Memory.heap().word(0);
    private int payload = -1;

    @Actor
    public void sender() {
        published.setVolatile(1);
        payload = 5;
    }

    @Actor
    public void receiver(I_Result r) {
        r.r1 = published.getVolatile() == 1 ? payload : 0;
    }
}
