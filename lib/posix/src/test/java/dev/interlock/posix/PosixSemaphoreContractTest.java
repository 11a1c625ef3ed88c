package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every semaphore must do, however its permits are moved. */
@Timeout(180)
abstract class PosixSemaphoreContractTest {
    /** A new semaphore, of which the subclass cleans up. */
    abstract PosixSemaphore create(int permits) throws Exception;

    /** How many times two threads wake each other. */
    int handOvers() {
        return 3000;
    }

    @Test
    void permitsAreCounted() throws Exception {
        PosixSemaphore semaphore = create(2);
        assertEquals(2, semaphore.availablePermits());
        assertTrue(semaphore.tryAcquire());
        semaphore.acquire();
        assertFalse(semaphore.tryAcquire());
        assertEquals(0, semaphore.availablePermits());
        semaphore.release();
        assertEquals(1, semaphore.availablePermits());
        assertTrue(semaphore.tryAcquire(1, TimeUnit.DAYS));
    }

    @Test
    void theGreatestValueIsNotExceeded() throws Exception {
        PosixSemaphore semaphore = create(PosixSemaphore.MAX_PERMITS);
        PosixException e = assertThrows(PosixException.Overflow.class, semaphore::release);
        assertEquals("EOVERFLOW", e.errnoName());
        assertEquals("sem_post", e.call());
        assertEquals(semaphore.name(), e.object());
        assertTrue(semaphore.tryAcquire());
        assertEquals(PosixSemaphore.MAX_PERMITS - 1, semaphore.availablePermits());
    }

    @Test
    void aTimedWaitGivesUpNotBeforeItsTime() throws Exception {
        PosixSemaphore semaphore = create(0);
        long start = System.nanoTime();
        assertFalse(semaphore.tryAcquire(30, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= 30_000_000);
        assertFalse(semaphore.tryAcquire(0, TimeUnit.SECONDS));
        assertFalse(semaphore.tryAcquire(Long.MIN_VALUE, TimeUnit.SECONDS));
    }

    @Test
    void aBlockedThreadGetsThePermitThatIsReleased() throws Exception {
        PosixSemaphore semaphore = create(0);
        Concurrent<Boolean> waiter = Concurrent.start(() -> {
            semaphore.acquire();
            return true;
        });
        waiter.awaitBlocked();
        semaphore.release();
        assertTrue(waiter.join());
        assertEquals(0, semaphore.availablePermits());
    }

    @Test
    void anInterruptEndsTheWaitAndTakesNoPermit() throws Exception {
        PosixSemaphore semaphore = create(0);
        for (int round = 0; round < 50; round++) {
            Concurrent<Boolean> waiter = Concurrent.start(() -> semaphore.tryAcquire(1, TimeUnit.DAYS));
            if (round % 5 == 0) {
                waiter.awaitBlocked();
            }
            waiter.thread.interrupt();
            assertThrows(InterruptedException.class, waiter::join);
        }
        semaphore.release();
        assertTrue(semaphore.tryAcquire());
        assertFalse(semaphore.tryAcquire());
    }

    @Test
    void anInterruptOfBeforeIsSeenEvenWithAPermit() throws Exception {
        PosixSemaphore semaphore = create(1);
        Concurrent<Void> interrupted = Concurrent.start(() -> {
            Thread.currentThread().interrupt();
            semaphore.acquire();
            return null;
        });
        assertThrows(InterruptedException.class, interrupted::join);
        assertEquals(1, semaphore.availablePermits());
    }

    @Test
    void noPermitIsLostWhenWaitersAreInterruptedAmongReleases() throws Exception {
        PosixSemaphore semaphore = create(0);
        AtomicInteger acquired = new AtomicInteger();
        for (int round = 0; round < 150; round++) {
            List<Concurrent<Void>> waiters = new ArrayList<>();
            for (int waiter = 0; waiter < 3; waiter++) {
                waiters.add(Concurrent.start(() -> {
                    semaphore.acquire();
                    acquired.incrementAndGet();
                    return null;
                }));
            }
            semaphore.release();
            waiters.get(round % 3).thread.interrupt();
            semaphore.release();
            // Two permits and three waiters, of whom one may have been interrupted: with two more, all must end.
            semaphore.release();
            int interrupted = 0;
            for (Concurrent<Void> waiter : waiters) {
                try {
                    waiter.join();
                } catch (InterruptedException e) {
                    interrupted++;
                }
            }
            assertEquals(interrupted, semaphore.availablePermits());
            assertEquals(interrupted == 1, semaphore.tryAcquire());
        }
        assertTrue(acquired.get() >= 300);
    }

    @Test
    void closingEndsTheWaitAndForbidsUse() throws Exception {
        PosixSemaphore semaphore = create(0);
        Concurrent<Boolean> waiter = Concurrent.start(() -> {
            semaphore.acquire();
            return true;
        });
        waiter.awaitBlocked();
        semaphore.close();
        semaphore.close();
        assertThrows(IllegalStateException.class, waiter::join);
        for (Runnable use : List.<Runnable>of(semaphore::tryAcquire, semaphore::release, semaphore::availablePermits)) {
            IllegalStateException e = assertThrows(IllegalStateException.class, use::run);
            assertEquals("\"" + semaphore.name() + "\" is closed", e.getMessage());
        }
    }

    @Test
    void oneInsideAtATimeAmongManyThreads() throws Exception {
        PosixSemaphore semaphore = create(1);
        int[] counter = {0};
        int rounds = 20_000;
        List<Concurrent<Void>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            threads.add(Concurrent.start(() -> {
                for (int round = 0; round < rounds; round++) {
                    semaphore.acquire();
                    counter[0]++;
                    semaphore.release();
                }
                return null;
            }));
        }
        for (Concurrent<Void> thread : threads) {
            thread.join();
        }
        assertEquals(4 * rounds, counter[0]);
        assertEquals(1, semaphore.availablePermits());
    }

    @Test
    void handOversBetweenSleepersLoseNothing() throws Exception {
        PosixSemaphore ping = create(0);
        PosixSemaphore pong = create(0);
        int rounds = handOvers();
        Concurrent<Void> partner = Concurrent.start(() -> {
            for (int round = 0; round < rounds; round++) {
                ping.acquire();
                pong.release();
            }
            return null;
        });
        for (int round = 0; round < rounds; round++) {
            ping.release();
            assertTrue(pong.tryAcquire(60, TimeUnit.SECONDS));
        }
        partner.join();
    }
}
