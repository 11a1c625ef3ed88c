package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConditionTest {
    /** A monitor of a number of items. */
    private record Shelf(Mutex mutex, MutexCondition notEmpty, Word items) {
        Shelf(Memory memory) {
            this(memory, new Mutex(memory, WaitStrategy.PARK));
        }

        private Shelf(Memory memory, Mutex mutex) {
            this(mutex, new MutexCondition(memory, mutex), memory.word(0));
        }

        void put() {
            mutex.lock();
            try {
                items.setVolatile(items.getVolatile() + 1);
                notEmpty.signal();
            } finally {
                mutex.unlock();
            }
        }

        void take() throws InterruptedException {
            mutex.lock();
            try {
                while (items.getVolatile() == 0) {
                    notEmpty.await();
                }
                items.setVolatile(items.getVolatile() - 1);
            } finally {
                mutex.unlock();
            }
        }

        /** Waits for an item for a while, and leaves it to others. */
        void look() throws InterruptedException {
            mutex.lock();
            try {
                if (items.getVolatile() == 0 && notEmpty.await(1, TimeUnit.SECONDS)) {
                    notEmpty.signal();
                }
            } finally {
                mutex.unlock();
            }
        }
    }

    @Test
    void signalReachesTheWaiter() {
        Report report = Exploration.of(Shelf::new)
                .party("taker", Shelf::take)
                .party("putter", Shelf::put)
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    @Test
    void twoSignalsReachTwoWaiters() {
        Exploration.of(Shelf::new)
                .party("taker", Shelf::take)
                .party("other", Shelf::take)
                .party("putter", shelf -> {
                    shelf.put();
                    shelf.put();
                })
                .preemptions(3)
                .spurious(false)
                .run();
    }

    @Test
    void waiterThatGivesUpTakesNoSignalWithIt() {
        Exploration.of(Shelf::new)
                .party("looker", Shelf::look)
                .party("taker", Shelf::take)
                .party("putter", Shelf::put)
                .preemptions(3)
                .spurious(false)
                .run();
    }
}
