package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.LockContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class AndersonLockTest extends LockContractTest {
    @Override
    protected IntFunction<Lock> newLock(int parties) {
        Lock lock = new AndersonLock(parties);
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
        AndersonLock lock = new AndersonLock(1);
        assertFalse(lock.isLocked());
        lock.lock();
        assertTrue(lock.isLocked());
        lock.unlock();
        assertFalse(lock.isLocked());
    }

    @Test
    void strategiesThatSleepAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new AndersonLock(Memory.heap(), 2, WaitStrategy.PARK));
    }

    @Test
    void entersInOrderOfArrival() {
        FifoOrder.check(new AndersonLock(4));
    }

    @Test
    void partiesAreRoundedUpToPowerOfTwo() {
        assertEquals(1, new AndersonLock(1).parties());
        assertEquals(2, new AndersonLock(2).parties());
        assertEquals(4, new AndersonLock(3).parties());
        assertEquals(8, new AndersonLock(8).parties());
    }

    @Test
    void partiesOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new AndersonLock(0));
        assertThrows(IllegalArgumentException.class, () -> new AndersonLock(-1));
        assertThrows(IllegalArgumentException.class, () -> new AndersonLock(Integer.MAX_VALUE));
    }

    @Test
    void morePartiesThanSlotsAreSafe() {
        for (int slots : new int[] {1, 2}) {
            Lock lock = new AndersonLock(slots);
            int[] plain = new int[1];
            try (Crew crew = new Crew()) {
                crew.startAll(5, index -> {
                    for (int i = 0; i < 400; i++) {
                        lock.lock();
                        plain[0]++;
                        lock.unlock();
                    }
                });
            }
            assertEquals(2_000, plain[0]);
        }
    }
}
