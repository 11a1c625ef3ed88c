package dev.interlock.semaphore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.MortalMemory;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PermitPoolTest {

    @ParameterizedTest
    @EnumSource
    void atMostAsManyAreInsideAsThereArePermits(WaitStrategy waiting) {
        PermitPool semaphore = new PermitPool(Memory.heap(), 1, waiting);
        int[] plain = new int[1];
        AtomicInteger entered = new AtomicInteger();
        try (Crew crew = new Crew()) {
            crew.startAll(4, index -> {
                for (int i = 0; i < 2_000; i++) {
                    if (index == 0) {
                        if (!semaphore.tryAcquire(20, TimeUnit.MICROSECONDS)) {
                            continue;
                        }
                    } else if (index == 1) {
                        semaphore.acquireUninterruptibly();
                    } else {
                        semaphore.acquire();
                    }
                    plain[0]++;
                    entered.incrementAndGet();
                    semaphore.release();
                }
            });
        }
        assertEquals(entered.get(), plain[0]);
        assertEquals(1, semaphore.availablePermits());
    }

    @ParameterizedTest
    @EnumSource
    void aReleaseWakesWhoeverWaits(WaitStrategy waiting) throws InterruptedException {
        PermitPool semaphore = new PermitPool(Memory.heap(), 1, waiting);
        semaphore.acquire();
        try (Crew crew = new Crew()) {
            Crew.Member<Integer> waiter = crew.start("waiter", () -> {
                semaphore.acquire();
                return semaphore.ownedPermits();
            });
            if (waiting.sleeps()) {
                waiter.awaitSleep();
            }
            semaphore.release();
            assertEquals(1, waiter.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void timeoutsAndInterruptionsLeaveNoTrace(WaitStrategy waiting) throws InterruptedException {
        PermitPool semaphore = new PermitPool(Memory.heap(), 1, waiting);
        try (Crew crew = new Crew()) {
            crew.start("taker", () -> {
                        semaphore.acquire();
                        return null;
                    })
                    .result();
            long start = System.nanoTime();
            assertFalse(semaphore.tryAcquire(10, TimeUnit.MILLISECONDS));
            assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(10));
            assertFalse(semaphore.tryAcquire(0, TimeUnit.SECONDS));
            assertFalse(semaphore.tryAcquire(Long.MIN_VALUE, TimeUnit.DAYS));
            Crew.Member<?> waiter =
                    crew.start("waiter", () -> assertThrows(InterruptedException.class, semaphore::acquire));
            Crew.giveTime(5);
            waiter.thread().interrupt();
            waiter.result();
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, semaphore::acquire);
            assertFalse(Thread.interrupted());
            assertEquals(0, semaphore.availablePermits());
        }
    }

    @Test
    void refusesNumbersThatMakeNoSense() {
        for (int permits : new int[] {0, -1, 65_537, Integer.MAX_VALUE}) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> new PermitPool(permits));
            assertTrue(e.getMessage().contains(Integer.toString(permits)), e.getMessage());
        }
        assertThrows(NullPointerException.class, () -> new PermitPool(Memory.heap(), 1, null));
    }

    @Test
    void onlyAnOwnerReleases() {
        PermitPool pool = new PermitPool(3);
        assertThrows(IllegalMonitorStateException.class, pool::release);
        assertTrue(pool.tryAcquire());
        assertTrue(pool.tryAcquire());
        assertEquals(2, pool.ownedPermits());
        assertEquals(1, pool.availablePermits());
        try (Crew crew = new Crew()) {
            crew.start("other", () -> assertThrows(IllegalMonitorStateException.class, pool::release));
        }
        pool.release();
        pool.release();
        assertThrows(IllegalMonitorStateException.class, pool::release);
        assertEquals(3, pool.availablePermits());
        assertTrue(pool.toString().contains("3 of 3"), pool.toString());
    }

    @Test
    void thePermitsOfADeadPartyComeBackToAWaiter() throws InterruptedException {
        MortalMemory memory = new MortalMemory();
        PermitPool pool = new PermitPool(memory, 2);
        memory.runAndDie(() -> {
            assertTrue(pool.tryAcquire());
            assertTrue(pool.tryAcquire());
        });
        assertFalse(pool.tryAcquire());
        pool.acquire();
        assertEquals(1, pool.availablePermits());
        pool.acquireUninterruptibly();
        assertEquals(2, pool.ownedPermits());
        assertEquals(0, pool.reclaim());
    }
}
