package dev.interlock.explore.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.semaphore.CountingSemaphore;
import org.junit.jupiter.api.Test;

/** A barrier with one turnstile, used again: a fast party goes round and passes it twice. */
class OneTurnstileTest {
    @Test
    void fastPartyLapsTheOther() {
        Violation violation = assertThrows(
                Violation.class,
                () -> twoParties(false).check("in step", Barrier::isInStep).run());
        assertEquals(Violation.Kind.INVARIANT, violation.kind());
    }

    @Test
    void secondTurnstileHoldsItBack() {
        twoParties(true).spurious(false).check("in step", Barrier::isInStep).run();
    }

    private static Exploration<Barrier> twoParties(boolean twoTurnstiles) {
        return Exploration.of(memory -> new Barrier(memory, twoTurnstiles))
                .party("left", barrier -> barrier.pass(0))
                .party("right", barrier -> barrier.pass(1))
                .rounds(2);
    }

    private static final class Barrier {
        private static final int PARTIES = 2;

        private final boolean twoTurnstiles;
        private final Word count;
        private final CountingSemaphore in;
        private final CountingSemaphore out;
        private final Word[] laps = new Word[PARTIES];

        Barrier(Memory memory, boolean twoTurnstiles) {
            this.twoTurnstiles = twoTurnstiles;
            count = memory.word(0);
            in = new CountingSemaphore(memory, 0, WaitStrategy.PARK);
            out = new CountingSemaphore(memory, 1, WaitStrategy.PARK);
            laps[0] = memory.word(0);
            laps[1] = memory.word(0);
        }

        /** A party's lap ends when it has passed the barrier: nobody is a lap ahead of one that has yet to arrive. */
        boolean isInStep() {
            return Math.abs(laps[0].getVolatile() - laps[1].getVolatile()) <= 1;
        }

        void pass(int me) throws InterruptedException {
            if (count.getAndAdd(1) == PARTIES - 1) {
                if (twoTurnstiles) {
                    out.acquire();
                }
                in.release();
            }
            in.acquire();
            in.release();
            laps[me].getAndAdd(1);
            if (count.getAndAdd(-1) == 1) {
                in.acquire();
                if (twoTurnstiles) {
                    out.release();
                }
            }
            if (twoTurnstiles) {
                out.acquire();
                out.release();
            }
        }
    }
}
