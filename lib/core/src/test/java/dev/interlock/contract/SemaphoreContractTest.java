package dev.interlock.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.memory.WaitStrategy;
import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a counting semaphore promises, in any memory. */
public abstract class SemaphoreContractTest {
    /** For the kinds of memory and of semaphore. */
    protected SemaphoreContractTest() {}

    /**
     * Makes a semaphore in a memory of its own.
     *
     * @param permits how many there are at first
     * @param waiting how its callers wait
     * @return the semaphore
     */
    protected abstract CountingSemaphore semaphore(int permits, WaitStrategy waiting);

    /**
     * How many parties the largest test has.
     *
     * @return how many threads may wait at once
     */
    protected int crowd() {
        return 10_000;
    }

    /**
     * Whether waiters are served in the order in which they came.
     *
     * @return false if they compete
     */
    protected boolean isFifo() {
        return false;
    }

    private CountingSemaphore semaphore(int permits) {
        return semaphore(permits, WaitStrategy.ADAPTIVE);
    }

    @Test
    void refusesNegativeNumbers() {
        assertThrows(IllegalArgumentException.class, () -> semaphore(-1));
        CountingSemaphore semaphore = semaphore(1);
        assertThrows(IllegalArgumentException.class, () -> semaphore.acquire(-1));
        assertThrows(IllegalArgumentException.class, () -> semaphore.acquireUninterruptibly(-1));
        assertThrows(IllegalArgumentException.class, () -> semaphore.tryAcquire(-1));
        assertThrows(IllegalArgumentException.class, () -> semaphore.tryAcquire(-1, 1, TimeUnit.SECONDS));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> semaphore.release(-7));
        assertTrue(e.getMessage().contains("-7"), e.getMessage());
        assertEquals(1, semaphore.availablePermits());
    }

    @Test
    void onePermitTooManyIsAnErrorAndChangesNothing() {
        CountingSemaphore semaphore = semaphore(Integer.MAX_VALUE);
        assertThrows(Error.class, semaphore::release);
        assertThrows(Error.class, () -> semaphore.release(Integer.MAX_VALUE));
        assertEquals(Integer.MAX_VALUE, semaphore.availablePermits());
        assertTrue(semaphore.tryAcquire(Integer.MAX_VALUE));
        semaphore.release(Integer.MAX_VALUE);
        assertEquals(Integer.MAX_VALUE, semaphore.availablePermits());
    }

    @Test
    void countsItsPermits() throws InterruptedException {
        CountingSemaphore semaphore = semaphore(3);
        semaphore.acquire();
        assertTrue(semaphore.tryAcquire(2));
        assertFalse(semaphore.tryAcquire());
        assertEquals(0, semaphore.availablePermits());
        semaphore.release(5);
        assertEquals(5, semaphore.drainPermits());
        assertEquals(0, semaphore.drainPermits());
        assertTrue(semaphore.toString().contains("0"), semaphore.toString());
    }

    @Test
    void noneAreTakenByOneThatWantsNone() throws InterruptedException {
        CountingSemaphore semaphore = semaphore(0);
        semaphore.acquire(0);
        assertTrue(semaphore.tryAcquire(0));
        semaphore.release(0);
        assertEquals(0, semaphore.availablePermits());
    }

    @ParameterizedTest
    @EnumSource
    void aTimedOutWaitLeavesNoTrace(WaitStrategy waiting) throws InterruptedException {
        CountingSemaphore semaphore = semaphore(1, waiting);
        long start = System.nanoTime();
        assertFalse(semaphore.tryAcquire(2, 20, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20));
        assertFalse(semaphore.tryAcquire(2, 0, TimeUnit.MILLISECONDS));
        assertFalse(semaphore.tryAcquire(2, Long.MIN_VALUE, TimeUnit.DAYS));
        assertEquals(1, semaphore.availablePermits());
        assertTrue(semaphore.tryAcquire(0, TimeUnit.SECONDS));
        semaphore.release();
        assertTrue(semaphore.tryAcquire(Long.MAX_VALUE, TimeUnit.DAYS));
    }

    @ParameterizedTest
    @EnumSource
    void interruptionEndsAWaitAndLeavesNoTrace(WaitStrategy waiting) throws InterruptedException {
        CountingSemaphore semaphore = semaphore(0, waiting);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, semaphore::acquire);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> semaphore.tryAcquire(1, TimeUnit.DAYS));
        try (Crew crew = new Crew()) {
            Crew.Member<?> one =
                    crew.start("one", () -> assertThrows(InterruptedException.class, () -> semaphore.acquire(1)));
            Crew.Member<?> two =
                    crew.start("two", () -> assertThrows(InterruptedException.class, () -> semaphore.acquire(2)));
            Crew.giveTime(10);
            one.thread().interrupt();
            two.thread().interrupt();
        }
        semaphore.release(2);
        assertTrue(semaphore.tryAcquire(2));
    }

    @ParameterizedTest
    @EnumSource
    void anUninterruptibleWaitKeepsTheInterruption(WaitStrategy waiting) {
        CountingSemaphore semaphore = semaphore(0, waiting);
        try (Crew crew = new Crew()) {
            Crew.Member<Boolean> waiter = crew.start("waiter", () -> {
                semaphore.acquireUninterruptibly();
                return Thread.interrupted();
            });
            Crew.giveTime(5);
            waiter.thread().interrupt();
            Crew.giveTime(5);
            assertTrue(waiter.thread().isAlive());
            semaphore.release();
            assertTrue(waiter.result());
        }
    }

    @Test
    void oneReleaseOfManyWakesAllThatCanPass() {
        CountingSemaphore semaphore = semaphore(0);
        try (Crew crew = new Crew()) {
            crew.startAll(20, i -> semaphore.acquire());
            Crew.giveTime(20);
            semaphore.release(20);
        }
        assertEquals(0, semaphore.availablePermits());
    }

    /** A waiter that wants many must not swallow the wake-up of one that could pass. */
    @Test
    void aWaiterForManyDoesNotHoldUpOneForFew() {
        Assumptions.assumeFalse(isFifo(), "in a line it does");
        CountingSemaphore semaphore = semaphore(0);
        try (Crew crew = new Crew()) {
            for (int round = 0; round < 20; round++) {
                Crew.Member<?> many = crew.start("many", () -> {
                    semaphore.acquire(2);
                    return null;
                });
                many.awaitSleep();
                Crew.Member<?> few = crew.start("few", () -> {
                    semaphore.acquire();
                    return null;
                });
                few.awaitSleep();
                semaphore.release();
                few.result();
                semaphore.release(2);
                many.result();
            }
        }
        assertEquals(0, semaphore.availablePermits());
    }

    @Test
    void aCrowdOfWaitersPasses() {
        CountingSemaphore semaphore = semaphore(0);
        AtomicInteger inside = new AtomicInteger();
        try (Crew crew = new Crew()) {
            crew.startAll(crowd(), i -> {
                semaphore.acquire();
                inside.incrementAndGet();
                semaphore.release();
            });
            Crew.giveTime(50);
            semaphore.release();
        }
        assertEquals(crowd(), inside.get());
        assertEquals(1, semaphore.availablePermits());
    }

    @ParameterizedTest
    @EnumSource
    void neverMoreAreInsideThanThereArePermits(WaitStrategy waiting) {
        int permits = 3;
        // In a line whose waiters stay awake, the one whose turn it is waits for a processor each time.
        int rounds = isFifo() && waiting == WaitStrategy.SPIN ? 50 : 1_500;
        CountingSemaphore semaphore = semaphore(permits, waiting);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (Crew crew = new Crew()) {
            crew.startAll(6, index -> {
                for (int i = 0; i < rounds; i++) {
                    int wanted = index == 0 ? 2 : 1;
                    if (index == 1) {
                        if (!semaphore.tryAcquire(wanted, 20, TimeUnit.MICROSECONDS)) {
                            continue;
                        }
                    } else if (index == 2) {
                        semaphore.acquireUninterruptibly(wanted);
                    } else {
                        semaphore.acquire(wanted);
                    }
                    most.accumulateAndGet(inside.addAndGet(wanted), Math::max);
                    if (i % 16 == 0) {
                        Thread.yield();
                    }
                    inside.addAndGet(-wanted);
                    semaphore.release(wanted);
                }
            });
        }
        assertTrue(most.get() <= permits, () -> "inside: " + most);
        assertEquals(permits, semaphore.availablePermits());
    }

    /** Two semaphores as one baton: a lost wake-up would leave both asleep. */
    @Test
    void takingTurnsLosesNoWakeUp() {
        CountingSemaphore[] turns = {semaphore(1, WaitStrategy.PARK), semaphore(0, WaitStrategy.PARK)};
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

    /** A permit goes round among waiters of which some time out or are interrupted. */
    @Test
    void waitersThatGiveUpLoseNeitherPermitsNorWakeUps() {
        CountingSemaphore semaphore = semaphore(2, WaitStrategy.PARK);
        AtomicInteger left = new AtomicInteger(3);
        try (Crew crew = new Crew()) {
            crew.startAll(3, index -> {
                int wanted = index == 0 ? 2 : 1;
                for (int i = 0; i < 1_000; i++) {
                    semaphore.acquire(wanted);
                    semaphore.release(wanted);
                }
                left.decrementAndGet();
            });
            Crew.Member<?> quitter = crew.start("quitter", () -> {
                for (int i = 0; left.get() != 0; i++) {
                    int wanted = 1 + i % 2;
                    try {
                        if (semaphore.tryAcquire(wanted, 30, TimeUnit.MICROSECONDS)) {
                            semaphore.release(wanted);
                        }
                    } catch (InterruptedException e) {
                        continue;
                    }
                }
                return null;
            });
            while (left.get() != 0) {
                quitter.thread().interrupt();
                Thread.yield();
            }
        }
        assertEquals(2, semaphore.availablePermits());
    }

    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE"})
    void aLineIsServedInOrder(WaitStrategy waiting) {
        Assumptions.assumeTrue(isFifo(), "without a line");
        int parties = 20;
        CountingSemaphore semaphore = semaphore(0, waiting);
        AtomicInteger served = new AtomicInteger();
        try (Crew crew = new Crew()) {
            for (int i = 0; i < parties; i++) {
                int me = i;
                crew.start("party " + i, () -> {
                            semaphore.acquire(3); // all that there are: so the count is in the order of passing
                            assertEquals(me, served.getAndIncrement());
                            semaphore.release();
                            semaphore.release(2);
                            return null;
                        })
                        .awaitSleep();
            }
            semaphore.release();
            semaphore.release(2);
        }
        assertEquals(3, semaphore.availablePermits());
    }

    @Test
    void newcomersWithTimeStandInLineAndOthersBarge() throws InterruptedException {
        Assumptions.assumeTrue(isFifo(), "without a line");
        CountingSemaphore semaphore = semaphore(1, WaitStrategy.PARK);
        try (Crew crew = new Crew()) {
            crew.start("for two", () -> {
                        semaphore.acquire(2);
                        semaphore.release(2);
                        return null;
                    })
                    .awaitSleep();
            assertFalse(semaphore.tryAcquire(0, TimeUnit.SECONDS));
            assertFalse(semaphore.tryAcquire(10, TimeUnit.MILLISECONDS));
            assertTrue(semaphore.tryAcquire());
            semaphore.release(2);
        }
        assertEquals(2, semaphore.availablePermits());
    }

    @Test
    void oneThatLeavesTheFrontLetsTheNextOneThrough() {
        CountingSemaphore semaphore = semaphore(1, WaitStrategy.PARK);
        try (Crew crew = new Crew()) {
            crew.start("hasty", () -> {
                        assertFalse(semaphore.tryAcquire(2, 200, TimeUnit.MILLISECONDS));
                        return null;
                    })
                    .awaitSleep();
            Crew.Member<?> interrupted = crew.start(
                    "interrupted", () -> assertThrows(InterruptedException.class, () -> semaphore.acquire(3)));
            interrupted.awaitSleep();
            crew.start("next", () -> {
                semaphore.acquire();
                semaphore.release();
                return null;
            });
            Crew.giveTime(20);
            interrupted.thread().interrupt();
        }
        assertEquals(1, semaphore.availablePermits());
    }
}
