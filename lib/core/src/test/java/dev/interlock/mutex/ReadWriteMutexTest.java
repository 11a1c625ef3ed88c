package dev.interlock.mutex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.LockContractTest;
import dev.interlock.contract.MortalMemory;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReadWriteMutexTest {
    private static final long A_WHILE_MILLIS = 15;

    /** Alone, the lock of writers is a lock like others. */
    @Nested
    class WriteLock extends LockContractTest {
        @Override
        protected IntFunction<Lock> newLock(int parties) {
            ReadWriteMutex mutex = new ReadWriteMutex();
            return party -> mutex.writeLock();
        }
    }

    /** With one place, the lock of readers excludes too. */
    @Nested
    class ReadLockWithOnePlace extends LockContractTest {
        @Override
        protected IntFunction<Lock> newLock(int parties) {
            ReadWriteMutex mutex = new ReadWriteMutex(Memory.heap(), 1);
            return party -> mutex.readLock();
        }
    }

    private final ReadWriteMutex mutex = new ReadWriteMutex(Memory.heap(), 4);

    @Test
    void argumentsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new ReadWriteMutex(Memory.heap(), 0));
        assertThrows(IllegalArgumentException.class, () -> new ReadWriteMutex(Memory.heap(), -1));
        assertThrows(IllegalArgumentException.class, () -> new ReadWriteMutex(Memory.heap(), Integer.MAX_VALUE));
        assertEquals(4, mutex.places());
        assertSame(mutex.readLock(), mutex.readLock());
        assertSame(mutex.writeLock(), mutex.writeLock());
    }

    @Test
    @DisplayName("readers are inside together, up to the number of places; one more waits")
    void readersTogether() {
        CyclicBarrier inside = new CyclicBarrier(5);
        CountDownLatch mayLeave = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            crew.startAll(4, index -> {
                mutex.readLock().lock();
                inside.await();
                mayLeave.await();
                mutex.readLock().unlock();
            });
            crew.start("counts", () -> {
                        inside.await();
                        assertEquals(4, mutex.readers());
                        assertFalse(mutex.readLock().tryLock());
                        assertFalse(mutex.readLock().tryLock(1, TimeUnit.MILLISECONDS));
                        assertFalse(mutex.writeLock().tryLock());
                        assertFalse(mutex.writeLock().tryLock(1, TimeUnit.MILLISECONDS));
                        assertFalse(mutex.isWriteLocked(), "a writer that gave up leaves no trace");
                        return null;
                    })
                    .result();
            Crew.Member<?> fifth = crew.start("fifth", () -> {
                mutex.readLock().lock();
                mutex.readLock().unlock();
                return null;
            });
            fifth.awaitSleep();
            mayLeave.countDown();
        }
        assertEquals(0, mutex.readers());
    }

    @Test
    @DisplayName("from the moment at which a writer waits no reader enters before it")
    void writersFirst() {
        mutex.readLock().lock();
        StringBuffer order = new StringBuffer();
        try (Crew crew = new Crew()) {
            Crew.Member<?> writer = crew.start("writer", () -> {
                mutex.writeLock().lock();
                order.append('w');
                mutex.writeLock().unlock();
                return null;
            });
            writer.awaitSleep();
            assertTrue(mutex.isWriteLocked());
            Crew.Member<?> reader = crew.start("reader", () -> {
                assertFalse(mutex.readLock().tryLock());
                assertFalse(mutex.readLock().tryLock(1, TimeUnit.MILLISECONDS));
                mutex.readLock().lock();
                order.append('r');
                mutex.readLock().unlock();
                return null;
            });
            reader.awaitSleep();
            Crew.giveTime(A_WHILE_MILLIS);
            assertEquals("", order.toString());
            mutex.readLock().unlock();
        }
        assertEquals("wr", order.toString());
    }

    @Test
    @DisplayName("writers exclude everybody, readers see whole writes, and those who give up leave no trace")
    void stress() {
        int[] first = new int[1];
        int[] second = new int[1];
        int writes = 3_000;
        AtomicInteger written = new AtomicInteger();
        try (Crew crew = new Crew()) {
            crew.startAll(7, index -> {
                Lock read = mutex.readLock();
                Lock write = mutex.writeLock();
                for (int i = 0; i < writes; i++) {
                    boolean patient = (i + index) % 3 != 0;
                    if (index < 2) {
                        if (patient || write.tryLock(10, TimeUnit.MICROSECONDS)) {
                            if (patient) {
                                write.lock();
                            }
                            first[0]++;
                            second[0]++;
                            written.incrementAndGet();
                            write.unlock();
                        }
                        if (i % 16 == 0) {
                            LockSupport.parkNanos(1);
                        }
                    } else if (patient || read.tryLock(10, TimeUnit.MICROSECONDS)) {
                        if (patient) {
                            read.lock();
                        }
                        assertEquals(second[0], first[0]);
                        read.unlock();
                    }
                }
            });
        }
        assertEquals(written.get(), first[0]);
        assertEquals(0, mutex.readers());
        assertTrue(mutex.writeLock().tryLock());
        mutex.writeLock().unlock();
    }

    @Test
    @DisplayName("waits for oneself are refused at once")
    void upgradeAndDowngradeAreRefused() {
        mutex.readLock().lock();
        assertThrows(IllegalMonitorStateException.class, mutex.readLock()::lock);
        assertThrows(IllegalMonitorStateException.class, mutex.writeLock()::lock);
        assertThrows(IllegalMonitorStateException.class, mutex.writeLock()::tryLock);
        assertThrows(IllegalMonitorStateException.class, () -> mutex.writeLock().tryLock(1, TimeUnit.HOURS));
        assertThrows(IllegalMonitorStateException.class, mutex.writeLock()::unlock);
        assertFalse(mutex.isWriteLocked());
        assertEquals(1, mutex.readers());
        mutex.readLock().unlock();
        mutex.writeLock().lock();
        assertThrows(IllegalMonitorStateException.class, mutex.readLock()::lock);
        assertThrows(IllegalMonitorStateException.class, mutex.readLock()::tryLock);
        assertThrows(IllegalMonitorStateException.class, mutex.readLock()::unlock);
        mutex.writeLock().unlock();
        assertEquals(0, mutex.readers());
    }

    @Test
    void interruptedWaitersLeaveNoTrace() {
        mutex.readLock().lock();
        try (Crew crew = new Crew()) {
            Crew.Member<?> writer = crew.start(
                    "writer", () -> assertThrows(InterruptedException.class, mutex.writeLock()::lockInterruptibly));
            writer.awaitSleep();
            Crew.Member<?> reader = crew.start("reader", () -> {
                mutex.readLock().lock();
                mutex.readLock().unlock();
                return null;
            });
            reader.awaitSleep();
            writer.thread().interrupt();
            reader.result();
        }
        assertFalse(mutex.isWriteLocked());
        mutex.readLock().unlock();
    }

    @Test
    void strategiesThatDoNotSleepWork() {
        ReadWriteMutex awake = new ReadWriteMutex(Memory.heap(), 2, WaitStrategy.YIELD);
        int[] plain = new int[1];
        try (Crew crew = new Crew()) {
            crew.startAll(4, index -> {
                for (int i = 0; i < 500; i++) {
                    Lock lock = index % 2 == 0 ? awake.readLock() : awake.writeLock();
                    lock.lock();
                    plain[0] += index % 2;
                    lock.unlock();
                }
            });
        }
        assertEquals(1_000, plain[0]);
    }

    /** The memory says who has died; on the heap nobody does. */
    @Nested
    class OwnerDeath {
        private final MortalMemory memory = new MortalMemory();
        private final ReadWriteMutex mortal = new ReadWriteMutex(memory, 2);
        private final AtomicInteger repairs = new AtomicInteger();

        @Test
        void deadReaderDoesNotHoldUpWriter() {
            memory.runAndDie(mortal.readLock()::lock);
            memory.runAndDie(mortal.readLock()::lock);
            mortal.writeLock().lock();
            mortal.writeLock().unlock();
            assertEquals(0, mortal.readers());
        }

        @Test
        void deadReadersDoNotTakeUpPlaces() {
            memory.runAndDie(mortal.readLock()::lock);
            memory.runAndDie(mortal.readLock()::lock);
            mortal.readLock().lock();
            assertEquals(2, mortal.readers());
            mortal.readLock().unlock();
        }

        @Test
        void deadWriterIsRepairedByReader() throws InterruptedException {
            mortal.onOwnerDeath(repairs::incrementAndGet);
            memory.runAndDie(mortal.writeLock()::lock);
            assertFalse(mortal.readLock().tryLock());
            mortal.readLock().lock();
            assertEquals(1, repairs.get());
            assertFalse(mortal.isWriteLocked());
            mortal.readLock().unlock();
            memory.runAndDie(mortal.writeLock()::lock);
            assertTrue(mortal.readLock().tryLock(1, TimeUnit.HOURS));
            mortal.readLock().unlock();
            assertEquals(2, repairs.get());
        }

        @Test
        void deadWriterIsRepairedByWriter() {
            mortal.onOwnerDeath(repairs::incrementAndGet);
            memory.runAndDie(mortal.writeLock()::lock);
            mortal.writeLock().lock();
            assertEquals(1, repairs.get());
            mortal.writeLock().unlock();
        }

        @Test
        void withoutRepairBothFailUntilRepaired() {
            memory.runAndDie(mortal.writeLock()::lock);
            for (int i = 0; i < 2; i++) {
                assertThrows(OwnerDiedException.class, mortal.readLock()::lock);
                assertThrows(OwnerDiedException.class, mortal.readLock()::tryLock);
                assertThrows(OwnerDiedException.class, mortal.writeLock()::lock);
                assertThrows(OwnerDiedException.class, mortal.writeLock()::tryLock);
                assertEquals(0, mortal.readers());
                assertFalse(mortal.isWriteLocked());
            }
            assertTrue(mortal.repair(repairs::incrementAndGet));
            assertFalse(mortal.repair(repairs::incrementAndGet));
            assertEquals(1, repairs.get());
            mortal.readLock().lock();
            mortal.readLock().unlock();
        }

        @Test
        void triesWaitForNoReaderToRepair() {
            CountDownLatch stays = new CountDownLatch(1);
            try (Crew crew = new Crew()) {
                Crew.Member<?> reader = crew.start("reader", () -> {
                    mortal.readLock().lock();
                    stays.await();
                    mortal.readLock().unlock();
                    return null;
                });
                reader.awaitSleep();
                int[] party = new int[1];
                // Like a dead one it does nothing but sleep, until it finds that the lock is no longer its own.
                crew.start("writer", () -> {
                            party[0] = memory.self();
                            mortal.writeLock().lock();
                            return assertThrows(IllegalMonitorStateException.class, mortal.writeLock()::unlock);
                        })
                        .awaitSleep();
                memory.kill(party[0]);
                assertThrows(OwnerDiedException.class, mortal.writeLock()::lock);
                mortal.onOwnerDeath(repairs::incrementAndGet);
                assertFalse(mortal.readLock().tryLock());
                assertFalse(mortal.writeLock().tryLock());
                assertEquals(0, repairs.get());
                stays.countDown();
            }
            assertTrue(mortal.readLock().tryLock());
            assertEquals(1, repairs.get());
            mortal.readLock().unlock();
        }

        @Test
        void sleepersFindOut() {
            mortal.onOwnerDeath(repairs::incrementAndGet);
            try (Crew crew = new Crew()) {
                int writer = crew.start("owner", () -> {
                            mortal.writeLock().lock();
                            return memory.self();
                        })
                        .result();
                crew.startAll(4, index -> {
                    Lock lock = index % 2 == 0 ? mortal.readLock() : mortal.writeLock();
                    lock.lock();
                    lock.unlock();
                });
                Crew.giveTime(A_WHILE_MILLIS);
                memory.kill(writer);
            }
            assertEquals(1, repairs.get());
            assertEquals(0, mortal.readers());
        }
    }
}
