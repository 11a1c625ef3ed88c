package dev.interlock.jcstress.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Waiting on a word. Run with {@code -t HeapWordStress}. */
public final class HeapWordStress {
    private HeapWordStress() {}

    /** Change and wake against look and sleep: a lost wake-up is seen as a sleep until the deadline. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "saw the change, or was woken")
    @Outcome(expect = FORBIDDEN, desc = "slept on: the wake-up was lost")
    @State
    public static class NoLostWakeUp {
        private final Word word = Memory.heap().word(0);

        @Actor
        public void waker() {
            word.setRelease(1);
            word.wake(1);
        }

        @Actor
        public void sleeper(Z_Result r) {
            try {
                r.r1 = word.await(0, Memory.heap().deadlineAfter(2, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A wake-up that was counted reaches one party, also if another times out at that moment. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "woken as counted")
    @Outcome(expect = FORBIDDEN, desc = "a wake-up was swallowed, or came from nowhere")
    @State
    public static class TimedOut {
        private final Word word = Memory.heap().word(0);

        @Actor
        public void waker(II_Result r) {
            r.r1 = word.wake(1);
        }

        @Actor
        public void sleeper(II_Result r) {
            try {
                r.r2 = word.await(0, Memory.heap().deadlineAfter(200, TimeUnit.NANOSECONDS)) ? 1 : 0;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
