package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.mutex.ReadWriteMutex;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadWriteMutexTest {
    /** A mutex, and what it protects: two words that are equal but for writers. */
    private record Pair(ReadWriteMutex mutex, Word left, Word right) {
        Pair(Memory memory) {
            this(new ReadWriteMutex(memory, 4, WaitStrategy.PARK), memory.word(0), memory.word(0));
        }

        void read() {
            mutex.readLock().lock();
            if (left.getVolatile() != right.getVolatile()) {
                throw new AssertionError("torn");
            }
            mutex.readLock().unlock();
        }

        void write() {
            mutex.writeLock().lock();
            left.getAndAdd(1);
            right.getAndAdd(1);
            mutex.writeLock().unlock();
        }

        void readOrRepair() {
            try {
                read();
            } catch (OwnerDiedException e) {
                mutex.repair(this::repair);
            }
        }

        void writeOrRepair() {
            try {
                write();
            } catch (OwnerDiedException e) {
                mutex.repair(this::repair);
            }
        }

        private void repair() {
            right.setVolatile(left.getVolatile());
        }
    }

    @Test
    void readerSeesNoHalfWrittenState() {
        Report report = Exploration.of(Pair::new)
                .party("reader", Pair::read)
                .party("writer", Pair::write)
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    @Test
    void twoReadersAndAWriterPass() {
        Exploration.of(Pair::new)
                .party("reader", Pair::read)
                .party("other", Pair::read)
                .party("writer", Pair::write)
                .preemptions(2)
                .states(500_000)
                .run();
    }

    @Test
    void readerAndTwoWritersPass() {
        Exploration.of(Pair::new)
                .party("reader", Pair::read)
                .party("writer", Pair::write)
                .party("other", Pair::write)
                .preemptions(2)
                .states(500_000)
                .run();
    }

    @Test
    void deadReaderOrWriterIsCleared() {
        Report report = Exploration.of(Pair::new)
                .party("reader", Pair::readOrRepair)
                .party("writer", Pair::writeOrRepair)
                .kills(1)
                .run();
        assertEquals(
                List.of("time that passes for sleepers without a deadline while nobody has died"),
                report.bounds(),
                report::toString);
    }

    @Test
    void deathAmongThreeIsNoHindranceToTheOthers() {
        Exploration.of(Pair::new)
                .party("reader", Pair::readOrRepair)
                .party("writer", Pair::writeOrRepair)
                .party("other", Pair::writeOrRepair)
                .kills(1)
                .preemptions(1)
                .states(500_000)
                .run();
    }
}
