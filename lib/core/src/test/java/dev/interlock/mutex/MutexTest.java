package dev.interlock.mutex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.LockContractTest;
import dev.interlock.contract.MortalMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

class MutexTest extends LockContractTest {
    @Override
    protected IntFunction<Lock> newLock(int parties) {
        Lock mutex = new Mutex();
        return party -> mutex;
    }

    @Override
    protected boolean conditions() {
        return true;
    }

    @Test
    void queriesSayWhoHoldsIt() {
        Mutex mutex = new Mutex();
        assertFalse(mutex.isLocked() || mutex.isHeldByCurrentParty());
        mutex.lock();
        assertTrue(mutex.isLocked() && mutex.isHeldByCurrentParty());
        try (Crew crew = new Crew()) {
            crew.start("another", () -> {
                assertTrue(mutex.isLocked());
                assertFalse(mutex.isHeldByCurrentParty());
                return null;
            });
        }
        mutex.unlock();
        assertFalse(mutex.isLocked() || mutex.isHeldByCurrentParty());
    }

    @Test
    void waitersSleep() {
        Mutex mutex = new Mutex();
        mutex.lock();
        try (Crew crew = new Crew()) {
            Crew.Member<?> waiter = crew.start("waiter", () -> {
                mutex.lock();
                mutex.unlock();
                return null;
            });
            waiter.awaitSleep();
            mutex.unlock();
        }
    }

    @Test
    void footprintIsAtMostOneCacheLine() {
        Mutex[] one = {new Mutex()};
        Mutex[] two = {one[0], new Mutex()};
        long shared =
                GraphLayout.parseInstance((Object) new Mutex[] {one[0], one[0]}).totalSize();
        long each = GraphLayout.parseInstance((Object) two).totalSize() - shared;
        assertTrue(each > 0 && each <= 64, "footprint: " + each);
    }

    @Test
    void millionMutexesAtOnce() {
        Mutex[] mutexes = new Mutex[1_000_000];
        for (int i = 0; i < mutexes.length; i++) {
            mutexes[i] = new Mutex();
            mutexes[i].lock();
        }
        for (Mutex mutex : mutexes) {
            mutex.unlock();
        }
        assertFalse(mutexes[mutexes.length - 1].isLocked());
    }

    /** The memory says that an owner has died; on the heap none does. */
    @Nested
    class OwnerDeath {
        private final MortalMemory memory = new MortalMemory();
        private final Mutex mutex = new Mutex(memory);
        private final AtomicInteger repairs = new AtomicInteger();

        @Test
        void nextToLockRepairsAndHolds() {
            mutex.onOwnerDeath(() -> {
                assertTrue(mutex.isHeldByCurrentParty(), "the repair runs under the lock");
                repairs.incrementAndGet();
            });
            memory.runAndDie(mutex::lock);
            mutex.lock();
            assertEquals(1, repairs.get());
            assertTrue(mutex.isHeldByCurrentParty());
            mutex.unlock();
            mutex.lock();
            mutex.unlock();
            assertEquals(1, repairs.get(), "repaired once");
        }

        @Test
        void everyFormThatWaitsFindsOut() throws InterruptedException {
            mutex.onOwnerDeath(repairs::incrementAndGet);
            memory.runAndDie(mutex::lock);
            mutex.lockInterruptibly();
            mutex.unlock();
            memory.runAndDie(mutex::lock);
            assertTrue(mutex.tryLock(1, TimeUnit.HOURS));
            mutex.unlock();
            assertEquals(2, repairs.get());
        }

        @Test
        void tryLockDoesNotLookForDeath() {
            memory.runAndDie(mutex::lock);
            assertFalse(mutex.tryLock());
        }

        @Test
        void waiterThatSleepsFindsOut() {
            mutex.onOwnerDeath(repairs::incrementAndGet);
            try (Crew crew = new Crew()) {
                int owner = crew.start("owner", () -> {
                            mutex.lock();
                            return memory.self();
                        })
                        .result();
                crew.startAll(4, index -> {
                    mutex.lock();
                    mutex.unlock();
                });
                Crew.giveTime(A_WHILE_MILLIS);
                assertEquals(0, repairs.get());
                memory.kill(owner);
            }
            assertEquals(1, repairs.get());
        }

        @Test
        void withoutRepairItFailsNowAndLaterUntilRepaired() {
            memory.runAndDie(mutex::lock);
            for (int i = 0; i < 3; i++) {
                assertThrows(OwnerDiedException.class, mutex::lock);
                assertFalse(mutex.isLocked(), "who gets the exception does not hold the lock");
                assertThrows(OwnerDiedException.class, mutex::tryLock);
                assertThrows(OwnerDiedException.class, mutex::lockInterruptibly);
                assertThrows(OwnerDiedException.class, () -> mutex.tryLock(1, TimeUnit.HOURS));
                assertThrows(IllegalMonitorStateException.class, mutex::unlock);
            }
            assertTrue(mutex.toString().contains("died"), mutex.toString());
            assertTrue(mutex.repair(() -> {
                assertTrue(mutex.isHeldByCurrentParty(), "the repair runs under the lock");
                repairs.incrementAndGet();
            }));
            assertEquals(1, repairs.get());
            assertFalse(mutex.isLocked());
            mutex.lock();
            mutex.unlock();
        }

        @Test
        void repairThatThrowsLeavesItToBeRepaired() {
            IllegalStateException failure = new IllegalStateException("cannot repair");
            mutex.onOwnerDeath(() -> {
                throw failure;
            });
            memory.runAndDie(mutex::lock);
            assertEquals(failure, assertThrows(IllegalStateException.class, mutex::lock));
            assertEquals(failure, assertThrows(IllegalStateException.class, mutex::tryLock));
            assertEquals(
                    failure,
                    assertThrows(
                            IllegalStateException.class,
                            () -> mutex.repair(() -> {
                                throw failure;
                            })));
            mutex.onOwnerDeath(null);
            assertThrows(OwnerDiedException.class, mutex::lock);
            assertTrue(mutex.repair(repairs::incrementAndGet));
            assertFalse(mutex.repair(repairs::incrementAndGet), "nothing to repair any more");
            assertEquals(1, repairs.get());
            mutex.lock();
            mutex.unlock();
        }

        @Test
        void repairTakesOverFromTheDeadOwnerItself() {
            memory.runAndDie(mutex::lock);
            assertTrue(mutex.repair(repairs::incrementAndGet));
            mutex.lock();
            mutex.unlock();
            assertEquals(1, repairs.get());
        }

        @Test
        void repairWithoutDeathDoesNothing() {
            assertFalse(mutex.repair(repairs::incrementAndGet));
            mutex.lock();
            assertThrows(IllegalMonitorStateException.class, () -> mutex.repair(repairs::incrementAndGet));
            mutex.unlock();
            assertEquals(0, repairs.get());
        }

        @Test
        void partyThatDiesWhileItRepairsIsRepairedAfter() {
            mutex.onOwnerDeath(() -> {
                if (repairs.incrementAndGet() == 1) {
                    memory.kill(memory.self());
                    for (; ; ) {
                        LockSupport.park(); // never takes another step
                    }
                }
            });
            memory.runAndDie(mutex::lock);
            Thread repairer = new Thread(mutex::lock, "dies in its repair");
            repairer.setDaemon(true);
            repairer.start();
            while (repairs.get() == 0) {
                Thread.onSpinWait();
            }
            mutex.lock();
            mutex.unlock();
            assertEquals(2, repairs.get());
        }

        @Test
        void waitersSurviveThatTheUnlockerDiesBeforeItsWake() {
            mutex.lock();
            try (Crew crew = new Crew()) {
                List<Crew.Member<?>> members = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    members.add(crew.start("waiter " + i, () -> {
                        mutex.lock();
                        mutex.unlock();
                        return null;
                    }));
                    members.get(i).awaitSleep();
                }
                memory.loseNextWake();
                mutex.unlock();
            }
            assertFalse(mutex.isLocked());
        }

        @Test
        void pairsOfDeathAndRepairKeepExclusion() {
            int[] plain = new int[1];
            mutex.onOwnerDeath(repairs::incrementAndGet);
            int deaths = 100;
            try (Crew crew = new Crew()) {
                crew.start("mortals", () -> {
                    for (int i = 0; i < deaths; i++) {
                        memory.runAndDie(() -> {
                            mutex.lock();
                            plain[0]++;
                        });
                    }
                    return null;
                });
                crew.startAll(3, index -> {
                    for (int i = 0; i < 300; i++) {
                        mutex.lock();
                        plain[0]++;
                        mutex.unlock();
                    }
                });
            }
            mutex.lock();
            assertEquals(deaths + 900, plain[0]);
            assertEquals(deaths, repairs.get());
            mutex.unlock();
        }
    }
}
