package dev.interlock.examples;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.semaphore.CountingSemaphore;

/**
 * Sleep and wake-up without memory: a consumer looks, finds nothing, and before it lies down the producer puts something and
 * wakes it. Nobody sleeps yet, so the wake-up is lost; then the consumer sleeps for ever. A semaphore remembers.
 *
 * <pre>
 * "If there is nothing, sleep": the explorer runs all orders of the steps.
 *
 * a wake-up is lost: consumer waits for ever
 * step  producer               consumer
 *    1                         get count: 0
 *    2  add count 0 -&gt; 1
 *    3  wake consumer: nobody
 *    4                         await consumer = 0: sleeps
 * ...
 * With a semaphore, which counts what nobody waited for: no violation
 * 2 parties x 1 round: no violation; exhaustive, 141 states, ...
 * </pre>
 *
 * <p>The source: A. S. Tanenbaum, H. Bos, Modern Operating Systems, 4th edition, section 2.3.4.
 */
public final class LostWakeUp {
    private LostWakeUp() {}

    /**
     * Explores both.
     *
     * @param args none
     */
    public static void main(String[] args) {
        System.out.println("\"If there is nothing, sleep\": the explorer runs all orders of the steps.");
        System.out.println();
        Report naive = Exploration.of(SleepAndWakeUp::new)
                .party("producer", SleepAndWakeUp::put)
                .party("consumer", SleepAndWakeUp::take)
                .lookFor(Violation.Kind.LOST_WAKE_UP)
                .spurious(false)
                .search();
        System.out.println(naive.violation().map(Violation::getMessage).orElse("no violation"));
        System.out.println();
        System.out.print("With a semaphore, which counts what nobody waited for: ");
        Report mended = Exploration.of(Remembered::new)
                .party("producer", Remembered::put)
                .party("consumer", Remembered::take)
                .spurious(false)
                .search();
        System.out.println(mended.violation().map(Violation::getMessage).orElse("no violation"));
        System.out.println(mended.summary());
    }

    private static final class SleepAndWakeUp {
        private final Word count;
        private final Word consumer;

        SleepAndWakeUp(Memory memory) {
            count = memory.word(0);
            consumer = memory.word(0);
        }

        void put() {
            count.getAndAdd(1);
            consumer.wake(1);
        }

        void take() throws InterruptedException {
            if (count.getVolatile() == 0) {
                consumer.await(0, Memory.NO_DEADLINE); // the word never changes: only a wake-up ends this
            }
            count.getAndAdd(-1);
        }
    }

    private static final class Remembered {
        private final CountingSemaphore count;

        Remembered(Memory memory) {
            count = new CountingSemaphore(memory, 0, WaitStrategy.PARK);
        }

        void put() {
            count.release();
        }

        void take() throws InterruptedException {
            count.acquire();
        }
    }
}
