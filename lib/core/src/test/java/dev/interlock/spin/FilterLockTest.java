package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.contract.Crew;
import dev.interlock.contract.LockContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class FilterLockTest extends LockContractTest {
    @Override
    protected IntFunction<Lock> newLock(int parties) {
        return new FilterLock(parties)::party;
    }

    @Override
    protected int maxParties() {
        return 8;
    }

    @Override
    protected int rounds() {
        return 2_000;
    }

    @Test
    void strategiesThatSleepAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new FilterLock(Memory.heap(), 2, WaitStrategy.PARK));
    }

    @Test
    void partiesAndIndexAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> new FilterLock(0));
        assertThrows(IllegalArgumentException.class, () -> new FilterLock(-1));
        FilterLock lock = new FilterLock(3);
        assertEquals(3, lock.parties());
        assertThrows(IndexOutOfBoundsException.class, () -> lock.party(3));
        assertThrows(IndexOutOfBoundsException.class, () -> lock.party(-1));
        assertSame(lock.party(2), lock.party(2));
    }

    @Test
    void onePartyAloneEnters() {
        Lock lock = new FilterLock(1).party(0);
        lock.lock();
        lock.unlock();
    }

    @Test
    void viewInUseByAnotherThreadIsRefused() {
        FilterLock lock = new FilterLock(2);
        lock.party(0).lock();
        try (Crew crew = new Crew()) {
            crew.start("second user", () -> assertThrows(IllegalMonitorStateException.class, lock.party(0)::lock));
        }
        lock.party(0).unlock();
    }
}
