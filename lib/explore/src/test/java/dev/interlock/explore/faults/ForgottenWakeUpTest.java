package dev.interlock.explore.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Section;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import org.junit.jupiter.api.Test;

/** A mutex that is free, and a party that sleeps on it. */
class ForgottenWakeUpTest {
    private final Section section = new Section();

    @Test
    void unlockThatDoesNotWakeIsFound() {
        Violation violation =
                assertThrows(Violation.class, () -> twoParties(false).run());
        assertEquals(Violation.Kind.LOST_WAKE_UP, violation.kind());
    }

    @Test
    void unlockThatWakesIsFine() {
        twoParties(true).rounds(2).run();
    }

    private Exploration<SleepingLock> twoParties(boolean wakes) {
        return Exploration.of(SleepingLock::new)
                .party("left", lock -> pass(lock, wakes))
                .party("right", lock -> pass(lock, wakes));
    }

    private void pass(SleepingLock lock, boolean wakes) throws InterruptedException {
        lock.lock();
        section.enter();
        section.leave();
        lock.unlock(wakes);
    }

    private static final class SleepingLock {
        private final Word word;

        SleepingLock(Memory memory) {
            word = memory.word(0);
        }

        void lock() throws InterruptedException {
            while (word.getAndSet(1) == 1) {
                word.await(1, Memory.NO_DEADLINE);
            }
        }

        void unlock(boolean wakes) {
            word.setVolatile(0);
            if (wakes) {
                word.wake(1);
            }
        }
    }
}
