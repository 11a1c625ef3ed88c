package dev.interlock.explore.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import org.junit.jupiter.api.Test;

/** Sleep and wake-up as in the textbooks: a signal to one who is not asleep yet is not kept for him. */
class LostSignalTest {
    @Test
    void producerAndConsumerSleepForEver() {
        Violation violation = assertThrows(Violation.class, () -> Exploration.of(Buffer::new)
                .party("producer", Buffer::put)
                .party("consumer", Buffer::take)
                .rounds(2)
                .run());
        assertEquals(Violation.Kind.LOST_WAKE_UP, violation.kind());
        assertTrue(violation.getMessage().contains("wake consumer: nobody"), violation.getMessage());
    }

    private static final class Buffer {
        private static final int CAPACITY = 1;

        private final Word count;
        private final Word producer;
        private final Word consumer;

        Buffer(Memory memory) {
            count = memory.word(0);
            producer = memory.word(0);
            consumer = memory.word(0);
        }

        void put() throws InterruptedException {
            if (count.getVolatile() == CAPACITY) {
                sleep(producer);
            }
            if (count.getAndAdd(1) == 0) {
                consumer.wake(1);
            }
        }

        void take() throws InterruptedException {
            if (count.getVolatile() == 0) {
                sleep(consumer);
            }
            if (count.getAndAdd(-1) == CAPACITY) {
                producer.wake(1);
            }
        }

        private static void sleep(Word bed) throws InterruptedException {
            bed.await(0, Memory.NO_DEADLINE);
        }
    }
}
