package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.PresetMemory;
import dev.interlock.memory.Memory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Not the contract of other locks: it does not exclude, and has no owner. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockVariableTest {
    private final LockVariable lock = new LockVariable();

    @Test
    void whoComesLaterWaitsUntilItIsUnlocked() {
        assertTrue(lock.tryLock());
        int[] written = new int[1];
        try (Crew crew = new Crew()) {
            Crew.Member<Integer> waiter = crew.start("waiter", () -> {
                lock.lock();
                return written[0];
            });
            Crew.giveTime(10);
            assertTrue(waiter.thread().isAlive());
            written[0] = 1;
            lock.unlock();
            assertEquals(1, waiter.result());
        }
        assertFalse(lock.tryLock());
    }

    /** The one that is first to look is held up between its look and its write. */
    @Test
    void twoCanBeInsideAtOnce() throws InterruptedException {
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch mayWrite = new CountDownLatch(1);
        Memory memory = new PresetMemory(Memory.heap(), (draw, initial) -> initial) {
            @Override
            public int self() { // asked for between the look and the write
                if (Thread.currentThread().getName().equals("slow")) {
                    looked.countDown();
                    pass(mayWrite);
                }
                return super.self();
            }
        };
        LockVariable broken = new LockVariable(memory);
        try (Crew crew = new Crew()) {
            Crew.Member<Boolean> slow = crew.start("slow", broken::tryLock);
            pass(looked);
            assertTrue(broken.tryLock());
            mayWrite.countDown();
            assertTrue(slow.result(), "inside, as the other is");
        }
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anybodyUnlocksItAndNobodyLocksItTwice() throws InterruptedException {
        lock.unlock();
        lock.lock();
        assertFalse(lock.tryLock());
        assertFalse(lock.tryLock(5, TimeUnit.MILLISECONDS), "waits for itself");
        try (Crew crew = new Crew()) {
            crew.start("another", () -> {
                lock.unlock();
                return null;
            });
        }
        assertTrue(lock.tryLock());
    }

    @Test
    void timeoutsOfZeroOrLessTryOnce() throws InterruptedException {
        lock.lock();
        for (long timeout : new long[] {0, -1, Long.MIN_VALUE}) {
            assertFalse(lock.tryLock(timeout, TimeUnit.DAYS));
        }
        long start = System.nanoTime();
        assertFalse(lock.tryLock(5, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(5));
        lock.unlock();
        assertTrue(lock.tryLock(Long.MIN_VALUE, TimeUnit.DAYS));
        lock.unlock();
        assertTrue(lock.tryLock(Long.MAX_VALUE, TimeUnit.DAYS));
    }

    @Test
    void interruptionEndsAWaitButThatOfLock() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, lock::lockInterruptibly);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> lock.tryLock(1, TimeUnit.DAYS));
        assertFalse(Thread.interrupted());
        lock.lock();
        try (Crew crew = new Crew()) {
            Crew.Member<?> interrupted =
                    crew.start("interrupted", () -> assertThrows(InterruptedException.class, lock::lockInterruptibly));
            Crew.Member<Boolean> stubborn = crew.start("stubborn", () -> {
                lock.lock();
                return Thread.interrupted();
            });
            Crew.giveTime(10);
            interrupted.thread().interrupt();
            stubborn.thread().interrupt();
            interrupted.result();
            lock.unlock();
            assertTrue(stubborn.result(), "kept");
        }
    }

    @Test
    void itHasNoConditions() {
        assertThrows(UnsupportedOperationException.class, lock::newCondition);
        assertTrue(lock.toString().contains("LockVariable"));
    }
}
