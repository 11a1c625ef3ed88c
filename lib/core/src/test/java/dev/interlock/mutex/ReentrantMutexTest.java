package dev.interlock.mutex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.LockContractTest;
import dev.interlock.contract.MortalMemory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class ReentrantMutexTest extends LockContractTest {
    @Override
    protected IntFunction<Lock> newLock(int parties) {
        Lock mutex = new ReentrantMutex();
        return party -> mutex;
    }

    @Override
    protected boolean reentrant() {
        return true;
    }

    @Override
    protected boolean conditions() {
        return true;
    }

    @Test
    void isFreeWhenEveryLockIsUndone() throws InterruptedException {
        ReentrantMutex mutex = new ReentrantMutex();
        mutex.lock();
        mutex.lockInterruptibly();
        assertTrue(mutex.tryLock());
        assertTrue(mutex.tryLock(0, TimeUnit.SECONDS));
        assertEquals(4, mutex.getHoldCount());
        for (int held = 4; held > 0; held--) {
            assertEquals(held, mutex.getHoldCount());
            assertTrue(mutex.isHeldByCurrentParty() && mutex.isLocked());
            try (Crew crew = new Crew()) {
                crew.start("another", () -> {
                    assertEquals(0, mutex.getHoldCount());
                    assertFalse(mutex.tryLock());
                    return assertThrows(IllegalMonitorStateException.class, mutex::unlock);
                });
            }
            mutex.unlock();
        }
        assertFalse(mutex.isLocked());
        assertEquals(0, mutex.getHoldCount());
        assertThrows(IllegalMonitorStateException.class, mutex::unlock);
    }

    @Test
    void interruptionCountsForTheOwnerToo() {
        ReentrantMutex mutex = new ReentrantMutex();
        mutex.lock();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, mutex::lockInterruptibly);
        assertEquals(1, mutex.getHoldCount());
        mutex.unlock();
    }

    @Test
    void holdsOfTheDeadAreForgotten() {
        MortalMemory memory = new MortalMemory();
        ReentrantMutex mutex = new ReentrantMutex(memory);
        memory.runAndDie(() -> {
            mutex.lock();
            mutex.lock();
            mutex.lock();
        });
        assertThrows(OwnerDiedException.class, mutex::lock);
        assertTrue(mutex.repair(() -> {
            assertEquals(1, mutex.getHoldCount());
            mutex.lock();
            mutex.unlock();
        }));
        mutex.lock();
        assertEquals(1, mutex.getHoldCount());
        mutex.unlock();
        assertFalse(mutex.isLocked());

        mutex.onOwnerDeath(() -> {
            mutex.lock();
            mutex.unlock();
        });
        memory.runAndDie(() -> {
            mutex.lock();
            mutex.lock();
        });
        mutex.lock();
        assertEquals(1, mutex.getHoldCount());
        mutex.unlock();
        mutex.onOwnerDeath(null);
        assertFalse(mutex.repair(() -> {}));
    }
}
