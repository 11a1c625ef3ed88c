package dev.interlock.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WaitStrategyTest {
    private final Memory memory = Memory.heap();

    @Test
    void parkNeverSpins() {
        assertFalse(WaitStrategy.PARK.busyWait(memory, 0, 100));
    }

    @ParameterizedTest
    @EnumSource(names = {"SPIN", "YIELD"})
    void spinAndYieldNeverSleep(WaitStrategy waiting) {
        assertFalse(waiting.sleeps());
        assertTrue(waiting.busyWait(memory, Integer.MAX_VALUE, 0));
    }

    @Test
    void adaptiveSpinsWithinItsBudgetIfThereIsASecondCpu() {
        assertEquals(Runtime.getRuntime().availableProcessors() > 1, WaitStrategy.ADAPTIVE.busyWait(memory, 99, 100));
        assertFalse(WaitStrategy.ADAPTIVE.busyWait(memory, 100, 100));
    }

    @ParameterizedTest
    @EnumSource(names = {"SPIN", "YIELD"})
    void oneThatDoesNotSleepWatchesItsDeadlineAndItsInterruption(WaitStrategy waiting) throws InterruptedException {
        assertFalse(waiting.giveUp(memory, Memory.NO_DEADLINE));
        assertTrue(waiting.giveUp(memory, memory.deadlineAfter(0, TimeUnit.SECONDS)));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> waiting.giveUp(memory, Memory.NO_DEADLINE));
    }

    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE"})
    void oneThatSleepsLeavesThemToTheSleep(WaitStrategy waiting) throws InterruptedException {
        assertTrue(waiting.sleeps());
        assertFalse(waiting.giveUp(memory, memory.deadlineAfter(0, TimeUnit.SECONDS)));
    }
}
