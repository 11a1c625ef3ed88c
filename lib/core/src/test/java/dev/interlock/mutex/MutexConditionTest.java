package dev.interlock.mutex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.ConditionContractTest;
import dev.interlock.contract.Crew;
import dev.interlock.contract.MortalMemory;
import dev.interlock.contract.PresetMemory;
import dev.interlock.memory.Memory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

class MutexConditionTest extends ConditionContractTest {
    @Override
    protected Lock newLock() {
        return new Mutex();
    }

    @Test
    void signallerThatDiesBeforeItsWakeLosesNoWaiter() {
        MortalMemory memory = new MortalMemory();
        Mutex mutex = new Mutex(memory);
        Condition condition = new MutexCondition(memory, mutex);
        try (Crew crew = new Crew()) {
            crew.start("waiter", () -> {
                        mutex.lock();
                        condition.awaitUninterruptibly();
                        mutex.unlock();
                        return null;
                    })
                    .awaitSleep();
            mutex.lock();
            memory.loseNextWake();
            condition.signal();
            mutex.unlock();
        }
    }

    @Test
    void ownerThatDiesWhileOthersWaitIsNoticedByThem() {
        MortalMemory memory = new MortalMemory();
        Mutex mutex = new Mutex(memory);
        Condition condition = new MutexCondition(memory, mutex);
        try (Crew crew = new Crew()) {
            crew.start("waiter", () -> {
                        mutex.lock();
                        assertThrows(OwnerDiedException.class, condition::awaitUninterruptibly);
                        assertTrue(mutex.isHeldByCurrentParty());
                        mutex.unlock();
                        assertThrows(OwnerDiedException.class, mutex::lock);
                        return null;
                    })
                    .awaitSleep();
            memory.runAndDie(() -> {
                mutex.lock();
                condition.signal();
            });
        }
        assertTrue(mutex.repair(() -> {}));
    }

    @Test
    void reentrantMutexIsGivenUpWhollyAndRestored() {
        ReentrantMutex mutex = new ReentrantMutex();
        Condition condition = mutex.newCondition();
        try (Crew crew = new Crew()) {
            Crew.Member<?> waiter = crew.start("waiter", () -> {
                mutex.lock();
                mutex.lock();
                mutex.lock();
                condition.await();
                assertEquals(3, mutex.getHoldCount());
                mutex.unlock();
                mutex.unlock();
                mutex.unlock();
                assertFalse(mutex.isHeldByCurrentParty());
                return null;
            });
            waiter.awaitSleep();
            mutex.lock();
            condition.signal();
            mutex.unlock();
        }
    }

    @Test
    void awaitThatThrowsHasRestoredAllHolds() {
        MortalMemory memory = new MortalMemory();
        ReentrantMutex mutex = new ReentrantMutex(memory);
        Condition condition = new MutexCondition(memory, mutex);
        mutex.onOwnerDeath(() -> {
            throw new ArithmeticException();
        });
        try (Crew crew = new Crew()) {
            crew.start("waiter", () -> {
                        mutex.lock();
                        mutex.lock();
                        assertThrows(ArithmeticException.class, () -> condition.await(1, TimeUnit.HOURS));
                        assertEquals(2, mutex.getHoldCount());
                        mutex.unlock();
                        mutex.unlock();
                        return null;
                    })
                    .awaitSleep();
            memory.runAndDie(() -> {
                mutex.lock();
                condition.signal();
            });
        }
        assertTrue(mutex.repair(() -> {}));
    }

    @Test
    void countsBeyondTheLastSignal() {
        Mutex mutex = new Mutex();
        Condition condition =
                new MutexCondition(new PresetMemory(Memory.heap(), (draw, initial) -> 0xffff_fffc), mutex);
        for (int i = 0; i < 4; i++) {
            try (Crew crew = new Crew()) {
                crew.start("waiter", () -> {
                            mutex.lock();
                            condition.await();
                            mutex.unlock();
                            return null;
                        })
                        .awaitSleep();
                mutex.lock();
                condition.signal();
                mutex.unlock();
            }
        }
    }
}
