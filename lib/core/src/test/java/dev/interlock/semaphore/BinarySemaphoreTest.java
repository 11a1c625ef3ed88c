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

class BinarySemaphoreTest {

    @ParameterizedTest
    @EnumSource
    void atMostAsManyAreInsideAsThereArePermits(WaitStrategy waiting) {
        BinarySemaphore semaphore = new BinarySemaphore(Memory.heap(), true, waiting);
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
    void timeoutsAndInterruptionsLeaveNoTrace(WaitStrategy waiting) throws InterruptedException {
        BinarySemaphore semaphore = new BinarySemaphore(Memory.heap(), true, waiting);
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
    void saturatesAtOne() {
        BinarySemaphore semaphore = new BinarySemaphore(false);
        assertEquals(0, semaphore.availablePermits());
        assertFalse(semaphore.tryAcquire());
        semaphore.release();
        semaphore.release();
        assertEquals(1, semaphore.availablePermits());
        assertTrue(semaphore.tryAcquire());
        assertFalse(semaphore.tryAcquire());
        assertTrue(semaphore.toString().contains("party"), semaphore.toString());
    }

    @Test
    void anUninterruptibleWaitKeepsTheInterruption() {
        BinarySemaphore semaphore = new BinarySemaphore(false);
        try (Crew crew = new Crew()) {
            Crew.Member<Boolean> waiter = crew.start("waiter", () -> {
                semaphore.acquireUninterruptibly();
                return Thread.interrupted();
            });
            waiter.awaitSleep();
            waiter.thread().interrupt();
            Crew.giveTime(5);
            semaphore.release();
            assertTrue(waiter.result());
        }
    }

    @Test
    void takingTurnsLosesNoWakeUp() {
        BinarySemaphore[] turns = {new BinarySemaphore(true), new BinarySemaphore(false)};
        int[] plain = new int[1];
        try (Crew crew = new Crew()) {
            crew.startAll(2, party -> {
                for (int i = 0; i < 3_000; i++) {
                    turns[party].acquire();
                    plain[0]++;
                    turns[1 - party].release();
                }
            });
        }
        assertEquals(6_000, plain[0]);
    }

    @ParameterizedTest
    @EnumSource
    void thePermitOfADeadPartyComesBack(WaitStrategy waiting) throws InterruptedException {
        MortalMemory memory = new MortalMemory();
        BinarySemaphore semaphore = new BinarySemaphore(memory, true, waiting);
        memory.runAndDie(semaphore::acquireUninterruptibly);
        assertFalse(semaphore.tryAcquire());
        assertTrue(semaphore.tryAcquire(10, TimeUnit.SECONDS));
        assertFalse(semaphore.tryAcquire(10, TimeUnit.MILLISECONDS));
        semaphore.release();
        memory.runAndDie(semaphore::acquireUninterruptibly);
        assertTrue(semaphore.tryAcquire(1, TimeUnit.MILLISECONDS));
    }

    @Test
    void aPermitThatNeverWasThereDoesNotComeBack() throws InterruptedException {
        BinarySemaphore semaphore = new BinarySemaphore(new MortalMemory(), false, WaitStrategy.PARK);
        assertFalse(semaphore.tryAcquire(300, TimeUnit.MILLISECONDS));
    }
}
