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

class TtasLockTest extends LockContractTest {
    @Override
    protected IntFunction<Lock> newLock(int parties) {
        Lock lock = new TtasLock();
        return party -> lock;
    }

    @Test
    void isLockedSaysWhetherItIsHeld() {
        TtasLock lock = new TtasLock();
        assertFalse(lock.isLocked());
        lock.lock();
        assertTrue(lock.isLocked());
        lock.unlock();
        assertFalse(lock.isLocked());
    }

    @Test
    void strategiesThatSleepAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TtasLock(Memory.heap(), WaitStrategy.ADAPTIVE));
    }
}
