package dev.interlock.explore.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import org.junit.jupiter.api.Test;

/** A ring of one slot, whose sender dies between claiming it and publishing its message. */
class LeakedSlotTest {
    @Test
    void slotOfADeadSenderIsLeaked() {
        Violation violation =
                assertThrows(Violation.class, () -> twoParties(false).run());
        assertEquals(Violation.Kind.DEADLOCK, violation.kind());
        assertEquals("first*2 first:dies second", violation.schedule());
        assertTrue(violation.getMessage().contains("second waits for ever after the death of first"));
    }

    @Test
    void slotThatIsTakenOverIsNot() {
        twoParties(true).run();
    }

    private static Exploration<Ring> twoParties(boolean takesOver) {
        return Exploration.of(Ring::new)
                .party("first", ring -> ring.send(takesOver))
                .party("second", ring -> ring.send(takesOver))
                .rounds(2)
                .kills(1);
    }

    private static final class Ring {
        private static final int FREE = 0;
        private static final int PUBLISHED = -1;

        private final Memory memory;
        private final Word slot;

        Ring(Memory memory) {
            this.memory = memory;
            slot = memory.word(FREE);
        }

        /** Sends a message and, so that no receiver is needed, receives it. */
        void send(boolean takesOver) {
            while (!claim(takesOver)) {
                memory.pause();
            }
            slot.setVolatile(PUBLISHED);
            slot.compareAndSet(PUBLISHED, FREE);
        }

        private boolean claim(boolean takesOver) {
            int state = slot.getVolatile();
            if (state == PUBLISHED) {
                slot.compareAndSet(PUBLISHED, FREE);
                return false;
            }
            boolean free = state == FREE || takesOver && !memory.isAlive(state);
            return free && slot.compareAndSet(state, memory.self());
        }
    }
}
