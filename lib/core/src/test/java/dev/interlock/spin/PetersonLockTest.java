package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.contract.Crew;
import dev.interlock.contract.LockContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class PetersonLockTest extends LockContractTest {
    @Override
    protected IntFunction<Lock> newLock(int parties) {
        return new PetersonLock()::party;
    }

    @Override
    protected int maxParties() {
        return 2;
    }

    @Test
    void partyIndexIsChecked() {
        PetersonLock lock = new PetersonLock();
        assertThrows(IndexOutOfBoundsException.class, () -> lock.party(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> lock.party(2));
        assertSame(lock.party(1), lock.party(1));
    }

    @Test
    void viewInUseByAnotherThreadIsRefused() {
        PetersonLock lock = new PetersonLock();
        lock.party(0).lock();
        try (Crew crew = new Crew()) {
            crew.start("second user", () -> {
                assertThrows(IllegalMonitorStateException.class, lock.party(0)::lock);
                return assertThrows(IllegalMonitorStateException.class, lock.party(0)::tryLock);
            });
        }
        lock.party(0).unlock();
    }

    @Test
    void strategiesThatSleepAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new PetersonLock(Memory.heap(), WaitStrategy.ADAPTIVE));
    }
}
