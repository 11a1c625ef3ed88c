package dev.interlock.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.barrier.Barrier;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every barrier promises, in any memory. */
public abstract class BarrierContractTest {
    /** For the kinds of barrier. */
    protected BarrierContractTest() {}

    /**
     * Makes a barrier in a memory of its own.
     *
     * @param parties how many must arrive
     * @param action run in each round, or null
     * @param waiting how its parties wait
     * @return the barrier as each party sees it, or null if this kind has not as many parties, or no action
     */
    protected abstract IntFunction<Barrier> barrier(int parties, Runnable action, WaitStrategy waiting);

    private IntFunction<Barrier> made(int parties, Runnable action, WaitStrategy waiting) {
        IntFunction<Barrier> barrier = barrier(parties, action, waiting);
        Assumptions.assumeTrue(barrier != null, "not for this kind");
        return barrier;
    }

    private IntFunction<Barrier> two() {
        return made(2, null, WaitStrategy.ADAPTIVE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 13})
    void nobodyPassesBeforeAllHaveArrivedRoundAfterRound(int parties) {
        int rounds = 300;
        IntFunction<Barrier> barrier = made(parties, null, WaitStrategy.ADAPTIVE);
        AtomicInteger arrived = new AtomicInteger();
        AtomicInteger chosen = new AtomicInteger();
        try (Crew crew = new Crew()) {
            crew.startAll(parties, party -> {
                Barrier mine = barrier.apply(party);
                assertEquals(parties, mine.parties());
                for (int round = 1; round <= rounds; round++) {
                    arrived.incrementAndGet();
                    if (mine.await()) {
                        chosen.incrementAndGet();
                    }
                    int now = arrived.get();
                    assertTrue(now >= round * parties, () -> now + " have arrived");
                    assertTrue(now < (round + 2) * parties, () -> now + " have arrived");
                }
            });
        }
        assertEquals(rounds, chosen.get());
        assertFalse(barrier.apply(0).isBroken());
    }

    @ParameterizedTest
    @EnumSource
    void everyWayOfWaitingPasses(WaitStrategy waiting) {
        IntFunction<Barrier> barrier = made(2, null, waiting);
        int rounds = waiting == WaitStrategy.SPIN ? 200 : 2_000; // two that spin on one CPU take a time slice each
        int[] plain = new int[2];
        try (Crew crew = new Crew()) {
            crew.startAll(2, party -> {
                for (int round = 1; round <= rounds; round++) {
                    plain[party] = round;
                    barrier.apply(party).await(Long.MAX_VALUE, TimeUnit.DAYS);
                    assertEquals(round, plain[1 - party]);
                    barrier.apply(party).await();
                }
            });
        }
    }

    @Test
    void theActionRunsOnceARoundBeforeAnyPasses() {
        int[] runs = new int[1];
        IntFunction<Barrier> barrier = made(3, () -> runs[0]++, WaitStrategy.ADAPTIVE);
        try (Crew crew = new Crew()) {
            crew.startAll(3, party -> {
                for (int round = 1; round <= 300; round++) {
                    barrier.apply(party).await();
                    assertEquals(round, runs[0]);
                    barrier.apply(party).await();
                    round++;
                }
            });
        }
    }

    @Test
    void anActionThatThrowsBreaksTheBarrier() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        IntFunction<Barrier> barrier = made(
                2,
                () -> {
                    if (runs.incrementAndGet() == 1) {
                        throw new ArithmeticException();
                    }
                },
                WaitStrategy.PARK);
        AtomicInteger broken = new AtomicInteger();
        AtomicInteger thrown = new AtomicInteger();
        try (Crew crew = new Crew()) {
            crew.startAll(2, party -> {
                try {
                    barrier.apply(party).await();
                } catch (BrokenBarrierException e) {
                    broken.incrementAndGet();
                } catch (ArithmeticException e) {
                    thrown.incrementAndGet();
                }
            });
        }
        assertEquals(1, broken.get());
        assertEquals(1, thrown.get());
        assertTrue(barrier.apply(0).isBroken());
        barrier.apply(0).reset();
        passes(barrier, 2);
    }

    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE"})
    void aTimeoutOrInterruptionWhileTheActionRunsComesTooLate(WaitStrategy waiting) {
        for (boolean interrupt : new boolean[] {false, true}) {
            CountDownLatch runs = new CountDownLatch(1);
            CountDownLatch mayEnd = new CountDownLatch(1);
            IntFunction<Barrier> barrier = made(
                    2,
                    () -> {
                        runs.countDown();
                        pass(mayEnd);
                    },
                    waiting);
            try (Crew crew = new Crew()) {
                // Party 0 runs the action: of numbered parties always, of others as the last to arrive.
                Crew.Member<?> impatient = crew.start("impatient", () -> {
                    assertFalse(
                            interrupt
                                    ? barrier.apply(1).await()
                                    : barrier.apply(1).await(500, TimeUnit.MILLISECONDS));
                    assertEquals(interrupt, Thread.interrupted());
                    return null;
                });
                impatient.awaitSleep();
                crew.start("last", () -> {
                    assertTrue(barrier.apply(0).await());
                    return null;
                });
                pass(runs);
                if (interrupt) {
                    impatient.thread().interrupt();
                }
                Crew.giveTime(interrupt ? 20 : 520);
                assertFalse(barrier.apply(0).isBroken());
                mayEnd.countDown();
            }
            assertFalse(barrier.apply(0).isBroken());
        }
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTimeoutBreaksItForAllUntilReset(WaitStrategy waiting) throws Exception {
        IntFunction<Barrier> barrier = made(3, null, waiting);
        try (Crew crew = new Crew()) {
            crew.start(
                    "patient",
                    () -> assertThrows(
                            BrokenBarrierException.class, () -> barrier.apply(1).await()));
            long start = System.nanoTime();
            // The patient one must be inside before this breaks it, or it would be refused: the same to it.
            assertThrows(TimeoutException.class, () -> barrier.apply(0).await(20, TimeUnit.MILLISECONDS));
            assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertTrue(barrier.apply(2).isBroken());
        assertThrows(BrokenBarrierException.class, () -> barrier.apply(2).await());
        assertThrows(BrokenBarrierException.class, () -> barrier.apply(2).await(1, TimeUnit.DAYS));
        barrier.apply(2).reset();
        assertFalse(barrier.apply(0).isBroken());
        passes(barrier, 3);
    }

    @Test
    void aTimeoutOfZeroOrLessDoesNotWait() {
        IntFunction<Barrier> barrier = two();
        assertThrows(TimeoutException.class, () -> barrier.apply(0).await(0, TimeUnit.SECONDS));
        barrier.apply(0).reset();
        assertThrows(TimeoutException.class, () -> barrier.apply(1).await(Long.MIN_VALUE, TimeUnit.DAYS));
        barrier.apply(0).reset();
        passes(barrier, 2);
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptionBreaksItForAll(WaitStrategy waiting) throws Exception {
        IntFunction<Barrier> barrier = made(3, null, waiting);
        try (Crew crew = new Crew()) {
            Crew.Member<?> interrupted = crew.start(
                    "interrupted",
                    () -> assertThrows(
                            InterruptedException.class, () -> barrier.apply(0).await()));
            crew.start(
                    "other",
                    () -> assertThrows(
                            BrokenBarrierException.class, () -> barrier.apply(1).await()));
            Crew.giveTime(20);
            interrupted.thread().interrupt();
        }
        assertTrue(barrier.apply(0).isBroken());
        barrier.apply(0).reset();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> barrier.apply(2).await());
        assertFalse(Thread.interrupted());
        assertTrue(barrier.apply(0).isBroken());
    }

    @Test
    void resetSendsThoseWhoWaitAway() {
        IntFunction<Barrier> barrier = two();
        barrier.apply(0).reset();
        for (int round = 0; round < 10; round++) {
            try (Crew crew = new Crew()) {
                crew.start(
                                "waiter",
                                () -> assertThrows(BrokenBarrierException.class, () -> barrier.apply(1)
                                        .await()))
                        .awaitSleep();
                barrier.apply(0).reset();
            }
            assertFalse(barrier.apply(0).isBroken());
            passes(barrier, 2);
        }
    }

    /** Timeouts, interruptions and resets at random: each round ends for all, and the barrier works in the end. */
    @Test
    void survivesBreakingAtAnyMoment() throws Exception {
        IntFunction<Barrier> barrier = made(2, null, WaitStrategy.PARK);
        AtomicInteger left = new AtomicInteger(2);
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 2; i++) {
                int party = i;
                crew.start("party " + i, () -> {
                    for (int round = 0; round < 1_000; round++) {
                        try {
                            barrier.apply(party).await(5 + round % 50, TimeUnit.MICROSECONDS);
                        } catch (TimeoutException | BrokenBarrierException e) {
                            Thread.onSpinWait();
                        }
                    }
                    return left.decrementAndGet();
                });
            }
            while (left.get() != 0) {
                barrier.apply(0).reset();
                Thread.yield();
            }
        }
        barrier.apply(0).reset();
        // Numbered parties may have come a different number of times; reset sets that back.
        passes(barrier, 2);
    }

    private static void passes(IntFunction<Barrier> barrier, int parties) {
        try (Crew crew = new Crew()) {
            crew.startAll(parties, party -> {
                barrier.apply(party).await();
                barrier.apply(party).await(1, TimeUnit.DAYS);
            });
        }
    }
}
