package dev.interlock.explore.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A semaphore whose waiters take their permit before it is there, and keep it when they give up. */
class TimedOutWaiterTest {
    @Test
    void permitIsLost() {
        Violation violation =
                assertThrows(Violation.class, () -> twoParties(false).run());
        assertEquals(Violation.Kind.INVARIANT, violation.kind());
        assertTrue(violation.getMessage().contains("times out on permits"), violation.getMessage());
    }

    @Test
    void waiterThatGivesItBackIsFine() {
        twoParties(true).run();
    }

    private static Exploration<Semaphore> twoParties(boolean givesBack) {
        return Exploration.of(Semaphore::new)
                .party("left", semaphore -> use(semaphore, givesBack))
                .party("right", semaphore -> use(semaphore, givesBack))
                .checkAtEnd("one permit", semaphore -> semaphore.permits.getVolatile() == 1);
    }

    private static void use(Semaphore semaphore, boolean givesBack) throws InterruptedException {
        if (semaphore.tryAcquire(givesBack)) {
            semaphore.release();
        }
    }

    private static final class Semaphore {
        private final Memory memory;
        private final Word permits;

        Semaphore(Memory memory) {
            this.memory = memory;
            permits = memory.word(1);
        }

        boolean tryAcquire(boolean givesBack) throws InterruptedException {
            long deadlineNanos = memory.deadlineAfter(1, TimeUnit.SECONDS);
            int left = permits.getAndAdd(-1) - 1;
            while (left < 0) {
                if (!permits.await(left, deadlineNanos)) {
                    if (givesBack) {
                        permits.getAndAdd(1);
                    }
                    return false;
                }
                left = permits.getVolatile();
            }
            return true;
        }

        void release() {
            permits.getAndAdd(1);
            permits.wake(Integer.MAX_VALUE);
        }
    }
}
