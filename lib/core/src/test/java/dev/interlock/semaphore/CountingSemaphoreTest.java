package dev.interlock.semaphore;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.contract.SemaphoreContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import org.junit.jupiter.api.Test;

class CountingSemaphoreTest extends SemaphoreContractTest {
    @Override
    protected CountingSemaphore semaphore(int permits, WaitStrategy waiting) {
        return new CountingSemaphore(Memory.heap(), permits, waiting);
    }

    @Test
    void refusesNoWaitStrategy() {
        assertThrows(NullPointerException.class, () -> new CountingSemaphore(Memory.heap(), 1, null));
        assertThrows(NullPointerException.class, () -> new CountingSemaphore(null, 1));
    }
}
