package dev.interlock.explore.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Section;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import dev.interlock.semaphore.CountingSemaphore;
import org.junit.jupiter.api.Test;

/** The producer takes the mutex and then waits for room, which the consumer cannot make without the mutex. */
class MutexBeforeEmptyTest {
    private final Section section = new Section();

    private record Buffer(Mutex mutex, CountingSemaphore empty, CountingSemaphore full) {
        Buffer(Memory memory) {
            this(
                    new Mutex(memory, WaitStrategy.PARK),
                    new CountingSemaphore(memory, 1, WaitStrategy.PARK),
                    new CountingSemaphore(memory, 0, WaitStrategy.PARK));
        }
    }

    @Test
    void producerThatLocksFirstIsDeadlock() {
        Violation violation = assertThrows(Violation.class, () -> Exploration.of(Buffer::new)
                .party("producer", buffer -> {
                    buffer.mutex.lock();
                    buffer.empty.acquire();
                    section.enter();
                    section.leave();
                    buffer.mutex.unlock();
                    buffer.full.release();
                })
                .party("consumer", this::take)
                .rounds(2)
                .run());
        assertEquals(Violation.Kind.DEADLOCK, violation.kind());
    }

    @Test
    void producerThatWaitsForRoomFirstPasses() {
        Exploration.of(Buffer::new)
                .party("producer", buffer -> {
                    buffer.empty.acquire();
                    section.run(buffer.mutex);
                    buffer.full.release();
                })
                .party("consumer", this::take)
                .spurious(false)
                .run();
    }

    private void take(Buffer buffer) throws InterruptedException {
        buffer.full.acquire();
        section.run(buffer.mutex);
        buffer.empty.release();
    }
}
