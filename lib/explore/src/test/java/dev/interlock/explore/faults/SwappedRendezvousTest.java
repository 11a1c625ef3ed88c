package dev.interlock.explore.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.semaphore.CountingSemaphore;
import org.junit.jupiter.api.Test;

/** A rendezvous in which each waits for the other before it says that it is there. */
class SwappedRendezvousTest {
    private record Meeting(CountingSemaphore left, CountingSemaphore right) {
        Meeting(Memory memory) {
            this(
                    new CountingSemaphore(memory, 0, WaitStrategy.PARK),
                    new CountingSemaphore(memory, 0, WaitStrategy.PARK));
        }
    }

    @Test
    void downBeforeUpIsDeadlock() {
        Violation violation = assertThrows(Violation.class, () -> Exploration.of(Meeting::new)
                .party("left", meeting -> {
                    meeting.right.acquire();
                    meeting.left.release();
                })
                .party("right", meeting -> {
                    meeting.left.acquire();
                    meeting.right.release();
                })
                .run());
        assertEquals(Violation.Kind.DEADLOCK, violation.kind());
    }

    @Test
    void upBeforeDownMeets() {
        Exploration.of(Meeting::new)
                .party("left", meeting -> {
                    meeting.left.release();
                    meeting.right.acquire();
                })
                .party("right", meeting -> {
                    meeting.right.release();
                    meeting.left.acquire();
                })
                .run();
    }
}
