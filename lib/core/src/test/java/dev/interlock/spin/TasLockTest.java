package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.LockContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class TasLockTest extends LockContractTest {
    @Override
    protected IntFunction<Lock> newLock(int parties) {
        Lock lock = new TasLock();
        return party -> lock;
    }

    @Test
    void isLockedSaysWhetherItIsHeld() {
        TasLock lock = new TasLock(Memory.heap(), WaitStrategy.SPIN);
        assertFalse(lock.isLocked());
        lock.lock();
        assertTrue(lock.isLocked());
        lock.unlock();
        assertFalse(lock.isLocked());
    }

    @Test
    void strategiesThatSleepAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TasLock(Memory.heap(), WaitStrategy.ADAPTIVE));
        assertThrows(IllegalArgumentException.class, () -> new TasLock(Memory.heap(), WaitStrategy.PARK));
    }
}
