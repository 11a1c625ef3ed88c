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
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Locks of numbered parties outlive the party inside, and let its view be taken over. */
class PartyDeathTest {
    @FunctionalInterface
    private interface Repair {
        boolean run(int party, Runnable hook);
    }

    private record Fixture(
            String name, MortalMemory memory, IntFunction<Lock> views, Consumer<Runnable> onDeath, Repair repair) {}

    @FunctionalInterface
    private interface Body {
        void run(Fixture fixture) throws Exception;
    }

    private static Stream<DynamicTest> each(Body body) {
        return Stream.<Function<MortalMemory, Fixture>>of(
                        memory -> {
                            PetersonLock lock = new PetersonLock(memory);
                            return new Fixture("Peterson", memory, lock::party, lock::onOwnerDeath, lock::repair);
                        },
                        memory -> {
                            FilterLock lock = new FilterLock(memory, 3);
                            return new Fixture("Filter", memory, lock::party, lock::onOwnerDeath, lock::repair);
                        },
                        memory -> {
                            BakeryLock lock = new BakeryLock(memory, 3);
                            return new Fixture("Bakery", memory, lock::party, lock::onOwnerDeath, lock::repair);
                        })
                .map(constructor -> constructor.apply(new MortalMemory()))
                .map(fixture -> DynamicTest.dynamicTest(fixture.name, () -> watched(body, fixture)));
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
    Stream<DynamicTest> nextOwnerRepairsThroughAnyView() {
        return each(it -> {
            AtomicInteger repairs = new AtomicInteger();
            it.onDeath.accept(repairs::incrementAndGet);
            Lock dead = it.views.apply(0);
            Lock other = it.views.apply(1);
            it.memory.runAndDie(dead::lock);
            assertFalse(other.tryLock());
            other.lock();
            assertEquals(1, repairs.get());
            other.unlock();
            it.memory.runAndDie(dead::lock);
            dead.lock();
            assertEquals(2, repairs.get());
            dead.unlock();
            it.memory.runAndDie(dead::lock);
            assertTrue(other.tryLock(1, TimeUnit.MILLISECONDS));
            other.unlock();
            assertEquals(3, repairs.get());
            other.lock();
            other.unlock();
            assertEquals(3, repairs.get());
        });
    }

    @TestFactory
    Stream<DynamicTest> withoutRepairEachLockFailsUntilRepaired() {
        return each(it -> {
            Lock dead = it.views.apply(0);
            Lock other = it.views.apply(1);
            it.memory.runAndDie(dead::lock);
            assertThrows(OwnerDiedException.class, other::lock);
            assertThrows(OwnerDiedException.class, other::tryLock);
            assertThrows(OwnerDiedException.class, dead::lockInterruptibly);
            assertThrows(OwnerDiedException.class, () -> dead.tryLock(0, TimeUnit.SECONDS));
            assertThrows(
                    ArithmeticException.class,
                    () -> it.repair.run(1, () -> {
                        throw new ArithmeticException();
                    }));
            AtomicInteger repairs = new AtomicInteger();
            assertTrue(it.repair.run(0, repairs::incrementAndGet));
            assertFalse(it.repair.run(1, repairs::incrementAndGet));
            assertEquals(1, repairs.get());
            other.lock();
            assertThrows(IllegalMonitorStateException.class, () -> it.repair.run(1, () -> {}));
            assertThrows(IllegalMonitorStateException.class, other::tryLock);
            other.unlock();
        });
    }
}
