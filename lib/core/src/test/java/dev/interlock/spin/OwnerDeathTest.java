package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.MortalMemory;
import dev.interlock.mutex.OwnerDiedException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Spin locks whose word names the owner outlive it. */
class OwnerDeathTest {
    private record Fixture(MortalMemory memory, OwnerSpinLock lock, AtomicInteger repairs) {}

    @FunctionalInterface
    private interface Body {
        void run(Fixture fixture) throws Exception;
    }

    private static Stream<DynamicTest> each(Body body) {
        return Stream.<Function<MortalMemory, OwnerSpinLock>>of(TasLock::new, TtasLock::new, BackoffLock::new)
                .map(constructor -> {
                    MortalMemory memory = new MortalMemory();
                    OwnerSpinLock lock = constructor.apply(memory);
                    return DynamicTest.dynamicTest(
                            lock.getClass().getSimpleName(),
                            () -> watched(body, new Fixture(memory, lock, new AtomicInteger())));
                });
    }

    private static void watched(Body body, Fixture fixture) {
        try (Crew crew = new Crew()) {
            crew.start("test", () -> {
                body.run(fixture);
                return null;
            });
        }
    }

    @TestFactory
    Stream<DynamicTest> nextOwnerRepairs() {
        return each(it -> {
            it.lock.onOwnerDeath(it.repairs::incrementAndGet);
            it.memory.runAndDie(it.lock::lock);
            assertFalse(it.lock.tryLock());
            it.lock.lock();
            it.lock.unlock();
            it.memory.runAndDie(it.lock::lock);
            assertTrue(it.lock.tryLock(1, TimeUnit.HOURS));
            it.lock.unlock();
            it.memory.runAndDie(it.lock::lock);
            assertTrue(it.lock.tryLock(1, TimeUnit.MILLISECONDS));
            it.lock.unlock();
            it.memory.runAndDie(it.lock::lock);
            it.lock.lockInterruptibly();
            it.lock.unlock();
            assertEquals(4, it.repairs.get());
            assertFalse(it.lock.isLocked());
        });
    }

    @TestFactory
    Stream<DynamicTest> withoutRepairEachLockFailsUntilRepaired() {
        return each(it -> {
            it.memory.runAndDie(it.lock::lock);
            for (int i = 0; i < 2; i++) {
                assertThrows(OwnerDiedException.class, it.lock::lock);
                assertThrows(OwnerDiedException.class, it.lock::tryLock);
                assertThrows(OwnerDiedException.class, it.lock::lockInterruptibly);
                assertThrows(OwnerDiedException.class, () -> it.lock.tryLock(0, TimeUnit.SECONDS));
                assertFalse(it.lock.isLocked());
                assertTrue(it.lock.toString().contains("died"), it.lock.toString());
            }
            it.lock.onOwnerDeath(() -> {
                throw new ArithmeticException();
            });
            assertThrows(ArithmeticException.class, it.lock::lock);
            assertThrows(
                    ArithmeticException.class,
                    () -> it.lock.repair(() -> {
                        throw new ArithmeticException();
                    }));
            assertTrue(it.lock.repair(it.repairs::incrementAndGet));
            assertFalse(it.lock.repair(it.repairs::incrementAndGet));
            assertEquals(1, it.repairs.get());
            it.lock.lock();
            assertThrows(IllegalMonitorStateException.class, () -> it.lock.repair(() -> {}));
            it.lock.unlock();
        });
    }

    @TestFactory
    Stream<DynamicTest> ownerThatDiesWhileItRepairsIsFollowedByTheNext() {
        return each(it -> {
            it.memory.runAndDie(it.lock::lock);
            it.lock.onOwnerDeath(() -> {
                if (it.repairs.getAndIncrement() == 0) {
                    it.memory.kill(it.memory.self());
                    try (Crew crew = new Crew()) {
                        crew.start("next", () -> {
                            it.lock.lock();
                            it.lock.unlock();
                            return null;
                        });
                    }
                    throw new ArithmeticException();
                }
            });
            try (Crew crew = new Crew()) {
                crew.start("dies", () -> assertThrows(ArithmeticException.class, it.lock::lock));
            }
            assertEquals(2, it.repairs.get());
        });
    }
}
