package dev.interlock.explore.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Section;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import org.junit.jupiter.api.Test;

/** Peterson's lock with its two writes in the other order. */
class TurnBeforeInterestedTest {
    private final Section section = new Section();

    @Test
    void turnBeforeInterestedLetsBothIn() {
        Violation violation =
                assertThrows(Violation.class, () -> twoParties(true).run());
        assertEquals(Violation.Kind.MUTUAL_EXCLUSION, violation.kind());
    }

    @Test
    void interestedBeforeTurnDoesNot() {
        assertTrue(twoParties(false).rounds(2).run().isExhaustive());
    }

    private Exploration<Peterson> twoParties(boolean turnFirst) {
        return Exploration.of(Peterson::new)
                .party("left", lock -> pass(lock, 0, turnFirst))
                .party("right", lock -> pass(lock, 1, turnFirst));
    }

    private void pass(Peterson lock, int me, boolean turnFirst) {
        lock.lock(me, turnFirst);
        section.enter();
        section.leave();
        lock.interested[me].setVolatile(0);
    }

    private static final class Peterson {
        private final Memory memory;
        private final Word[] interested = new Word[2];
        private final Word turn;

        Peterson(Memory memory) {
            this.memory = memory;
            interested[0] = memory.word(0);
            interested[1] = memory.word(0);
            turn = memory.word(0);
        }

        void lock(int me, boolean turnFirst) {
            if (turnFirst) {
                turn.setVolatile(me);
                interested[me].setVolatile(1);
            } else {
                interested[me].setVolatile(1);
                turn.setVolatile(me);
            }
            while (interested[1 - me].getVolatile() == 1 && turn.getVolatile() == me) {
                memory.pause();
            }
        }
    }
}
