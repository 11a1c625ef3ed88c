package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.explore.Section;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SemaphoreTest {
    private final Section twoAtOnce = new Section("room", 2);

    private static Exploration<CountingSemaphore> of(int permits) {
        return Exploration.of((Memory memory) -> new CountingSemaphore(memory, permits, WaitStrategy.PARK));
    }

    private void visit(CountingSemaphore semaphore) throws InterruptedException {
        semaphore.acquire();
        twoAtOnce.enter();
        twoAtOnce.leave();
        semaphore.release();
    }

    @Test
    void twoPermitsLetTwoOfThreeIn() {
        Report report = of(2).party("a", this::visit)
                .party("b", this::visit)
                .party("c", this::visit)
                .preemptions(4)
                .checkAtEnd("two permits", semaphore -> semaphore.availablePermits() == 2)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void waiterThatGivesUpLosesNoPermit() {
        Report report = of(1).party("hasty", semaphore -> {
                    if (semaphore.tryAcquire(1, TimeUnit.SECONDS)) {
                        semaphore.release();
                    }
                })
                .party("patient", semaphore -> {
                    semaphore.acquire();
                    semaphore.release();
                })
                .rounds(2)
                .checkAtEnd("one permit", semaphore -> semaphore.availablePermits() == 1)
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    @Test
    void wakeUpGivenToAWaiterThatGivesUpIsPassedOn() {
        Report report = of(0).party("hasty", semaphore -> {
                    if (semaphore.tryAcquire(1, TimeUnit.SECONDS)) {
                        semaphore.release();
                    }
                })
                .party("patient", CountingSemaphore::acquire)
                .party("giver", CountingSemaphore::release)
                .spurious(false)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void releaseForManyReachesThoseWhoWantOne() {
        Report report = of(0).party("many", semaphore -> {
                    semaphore.acquire(2);
                    semaphore.release(2);
                })
                .party("one", semaphore -> {
                    semaphore.acquire();
                    semaphore.release();
                })
                .party("giver", semaphore -> semaphore.release(2))
                .spurious(false)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void waiterThatDiesTakesNoWakeUpWithIt() {
        Report report = of(0).party("mortal", CountingSemaphore::acquire)
                .party("waiter", CountingSemaphore::acquire)
                .party("giver", semaphore -> {
                    semaphore.release();
                    semaphore.release();
                })
                .kills(1, "mortal")
                .spurious(false)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }
}
