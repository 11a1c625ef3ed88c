package dev.interlock.explore.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Section;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import org.junit.jupiter.api.Test;

/** Whoever wants to enter twice in a row waits for one that may never come again. */
class StrictAlternationTest {
    private final Section section = new Section();

    @Test
    void partyOutsideBlocksTheOther() {
        Violation violation = assertThrows(
                Violation.class, () -> twoParties().rounds(2).stops().run());
        assertEquals(Violation.Kind.BLOCKED_FROM_OUTSIDE, violation.kind());
        assertEquals("left:stops right", violation.schedule());
    }

    @Test
    void inStepTheyPass() {
        twoParties().rounds(2).run();
    }

    private Exploration<Alternation> twoParties() {
        return Exploration.of(Alternation::new)
                .party("left", lock -> pass(lock, 0))
                .party("right", lock -> pass(lock, 1));
    }

    private void pass(Alternation lock, int me) {
        lock.lock(me);
        section.enter();
        section.leave();
        lock.unlock(me);
    }

    private static final class Alternation {
        private final Memory memory;
        private final Word turn;

        Alternation(Memory memory) {
            this.memory = memory;
            turn = memory.word(0);
        }

        void lock(int me) {
            while (turn.getVolatile() != me) {
                memory.pause();
            }
        }

        void unlock(int me) {
            turn.setVolatile(1 - me);
        }
    }
}
