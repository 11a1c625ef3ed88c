package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.LockContractTest;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class McsLockTest extends LockContractTest {
    @Override
    protected IntFunction<Lock> newLock(int parties) {
        Lock lock = new McsLock();
        return party -> lock;
    }

    @Override
    protected int rounds() {
        return 2_000;
    }

    @Override
    protected boolean waitersCanLeave() {
        return false;
    }

    @Test
    void isLockedSaysWhetherItIsHeld() {
        McsLock lock = new McsLock();
        assertFalse(lock.isLocked());
        lock.lock();
        assertTrue(lock.isLocked());
        lock.unlock();
        assertFalse(lock.isLocked());
    }

    @Test
    void strategiesThatSleepAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new McsLock(WaitStrategy.PARK));
    }

    @Test
    void entersInOrderOfArrival() {
        FifoOrder.check(new McsLock());
    }
}
