package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.explore.Section;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.OwnerDiedException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The death of an owner, of a waiter, and of one who wakes; timeouts. */
class MutexTest {
    private final Section section = new Section();

    /** A mutex, and what it protects: two words that are equal but inside. */
    private record Account(Mutex mutex, Word left, Word right) {
        Account(Memory memory, WaitStrategy waiting) {
            this(new Mutex(memory, waiting), memory.word(0), memory.word(0));
            mutex.onOwnerDeath(this::repair);
        }

        void repair() {
            right.setVolatile(left.getVolatile());
        }

        void book() {
            mutex.lock();
            try {
                if (left.getVolatile() != right.getVolatile()) {
                    throw new AssertionError("not repaired");
                }
                left.getAndAdd(1);
                right.getAndAdd(1);
            } finally {
                mutex.unlock();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WaitStrategy.class,
            names = {"SPIN", "PARK", "ADAPTIVE"})
    void hookRepairsWhatADeadOwnerLeft(WaitStrategy waiting) {
        Report report = Exploration.of((Memory memory) -> new Account(memory, waiting))
                .party("left", Account::book)
                .party("right", Account::book)
                .kills(1)
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    @ParameterizedTest
    @EnumSource(
            value = WaitStrategy.class,
            names = {"SPIN", "PARK", "ADAPTIVE"})
    void survivorsGetThroughTwice(WaitStrategy waiting) {
        Report report = parties(2, waiting).rounds(2).kills(1).run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    @Test
    void twoOfThreeDie() {
        Report report = parties(3, WaitStrategy.PARK)
                .kills(2)
                .spurious(false)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void survivorOfThreeGetsThrough() {
        Report report = parties(3, WaitStrategy.PARK)
                .kills(1)
                .preemptions(3)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    private Exploration<Mutex> parties(int count, WaitStrategy waiting) {
        Exploration<Mutex> exploration = Exploration.of(memory -> new Mutex(memory, waiting));
        for (int i = 0; i < count; i++) {
            exploration.party("p" + i, mutex -> {
                try {
                    section.run(mutex);
                } catch (OwnerDiedException e) {
                    mutex.repair(() -> {
                        section.enter();
                        section.leave();
                    });
                }
            });
        }
        return exploration;
    }

    private void passAndUnlock(Mutex mutex) {
        section.enter();
        section.leave();
        mutex.unlock();
    }

    @ParameterizedTest
    @EnumSource(
            value = WaitStrategy.class,
            names = {"SPIN", "PARK", "ADAPTIVE"})
    void waiterThatGivesUpTakesNoWakeUpWithIt(WaitStrategy waiting) {
        Report report = Exploration.of((Memory memory) -> new Mutex(memory, waiting))
                .party("hasty", mutex -> {
                    if (mutex.tryLock(1, TimeUnit.SECONDS)) {
                        section.enter();
                        section.leave();
                        mutex.unlock();
                    }
                })
                .party("patient", Mutex::lock, this::passAndUnlock)
                .rounds(2)
                .checkAtEnd("free", mutex -> !mutex.isLocked())
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    @Test
    void hastyWaiterBetweenTwoPatientOnesTakesNoWakeUpWithIt() {
        Report report = Exploration.of((Memory memory) -> new Mutex(memory, WaitStrategy.PARK))
                .party("hasty", mutex -> {
                    if (mutex.tryLock(1, TimeUnit.SECONDS)) {
                        mutex.unlock();
                    }
                })
                .party("patient", section::run)
                .party("other", section::run)
                .spurious(false)
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }
}
