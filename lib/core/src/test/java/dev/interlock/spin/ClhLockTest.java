package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.LockContractTest;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class ClhLockTest extends LockContractTest {
    @Override
    protected IntFunction<Lock> newLock(int parties) {
        Lock lock = new ClhLock();
        return party -> lock;
    }

    @Override
    protected int rounds() {
        return 2_000;
    }

    @Test
    void isLockedSaysWhetherItIsHeld() {
        ClhLock lock = new ClhLock();
        assertFalse(lock.isLocked());
        lock.lock();
        assertTrue(lock.isLocked());
        lock.unlock();
        assertFalse(lock.isLocked());
    }

    @Test
    void strategiesThatSleepAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ClhLock(WaitStrategy.PARK));
    }

    @Test
    void entersInOrderOfArrival() {
        FifoOrder.check(new ClhLock());
    }
}
