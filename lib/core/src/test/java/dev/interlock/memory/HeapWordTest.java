package dev.interlock.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeapWordTest {
    private final Memory memory = Memory.heap();

    @Test
    void awaitReturnsAtOnceOnAnotherValue() throws InterruptedException {
        assertTrue(memory.word(1).await(0, Memory.NO_DEADLINE));
    }

    @Test
    void awaitTimesOutNotBeforeItsDeadline() throws InterruptedException {
        Word word = memory.word(0);
        long start = System.nanoTime();
        assertFalse(word.await(0, memory.deadlineAfter(30, TimeUnit.MILLISECONDS)));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(30));
    }

    @Test
    void awaitWithADeadlineThatHasPassedTriesOnce() throws InterruptedException {
        assertFalse(memory.word(0).await(0, memory.deadlineAfter(0, TimeUnit.SECONDS)));
        assertFalse(memory.word(0).await(0, memory.deadlineAfter(Long.MIN_VALUE, TimeUnit.DAYS)));
    }

    @Test
    void aSleepTellsWhetherItMayHaveTakenAWakeUp() throws InterruptedException {
        Word word = memory.word(0);
        assertEquals(Word.Outcome.CHANGED, word.sleep(1, Memory.NO_DEADLINE));
        assertEquals(Word.Outcome.TIMED_OUT, word.sleep(0, memory.deadlineAfter(1, TimeUnit.MILLISECONDS)));
        try (Crew crew = new Crew()) {
            Crew.Member<Word.Outcome> sleeper = crew.start("sleeper", () -> word.sleep(0, Memory.NO_DEADLINE));
            sleeper.awaitSleep();
            assertEquals(1, word.wake(1));
            assertEquals(Word.Outcome.WOKEN, sleeper.result());
        }
    }

    @Test
    void theLongestTimeoutsNeverPass() {
        assertEquals(Memory.NO_DEADLINE, memory.deadlineAfter(Long.MAX_VALUE, TimeUnit.NANOSECONDS));
        assertEquals(Memory.NO_DEADLINE, memory.deadlineAfter(Long.MAX_VALUE, TimeUnit.DAYS));
        assertFalse(memory.isPast(Memory.NO_DEADLINE));
    }

    @Test
    void wakeWithoutSleepersWakesNobody() throws InterruptedException {
        Word word = memory.word(0);
        assertEquals(0, word.wake(1));
        assertFalse(word.await(0, memory.deadlineAfter(1, TimeUnit.MILLISECONDS)));
        assertEquals(0, word.wake(Integer.MAX_VALUE), "one that timed out is not woken");
    }

    @Test
    void interruptionBeforeAndDuringTheWaitEndsIt() {
        Word word = memory.word(0);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> word.await(0, Memory.NO_DEADLINE));
        assertFalse(Thread.interrupted());
        try (Crew crew = new Crew()) {
            Crew.Member<?> sleeper = crew.start(
                    "sleeper", () -> assertThrows(InterruptedException.class, () -> word.await(0, Memory.NO_DEADLINE)));
            sleeper.awaitSleep();
            sleeper.thread().interrupt();
        }
        assertEquals(0, word.wake(1));
    }

    @Test
    void wakesInTheOrderOfArrival() {
        Word word = memory.word(0);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 8; i++) {
                int index = i;
                crew.start("sleeper " + i, () -> {
                            assertTrue(word.await(0, Memory.NO_DEADLINE));
                            return order.add(index);
                        })
                        .awaitSleep();
            }
            for (int i = 0; i < 8; i++) {
                assertEquals(1, word.wake(1));
                while (order.size() <= i) {
                    Thread.onSpinWait();
                }
            }
        }
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), order);
    }

    @Test
    void wakesTenThousandSleepers() {
        Word word = memory.word(0);
        AtomicInteger awake = new AtomicInteger();
        try (Crew crew = new Crew()) {
            crew.startAll(10_000, i -> {
                while (word.getVolatile() == 0) {
                    assertTrue(word.await(0, Memory.NO_DEADLINE));
                }
                awake.incrementAndGet();
            });
            Crew.giveTime(50);
            word.setVolatile(1);
            int woken = word.wake(Integer.MAX_VALUE);
            assertTrue(woken <= 10_000, () -> "woken: " + woken);
        }
        assertEquals(10_000, awake.get());
        assertEquals(0, word.wake(Integer.MAX_VALUE));
    }

    /** Change and wake against look and sleep: a lost wake-up would leave a party asleep. */
    @Test
    void losesNoWakeUp() {
        Word word = memory.word(0);
        int rounds = 10_000;
        try (Crew crew = new Crew()) {
            crew.startAll(2, party -> {
                for (int round = party; round < rounds; round += 2) {
                    for (int value = word.getVolatile(); value != round; value = word.getVolatile()) {
                        word.await(value, Memory.NO_DEADLINE);
                    }
                    word.setRelease(round + 1);
                    word.wake(1);
                }
            });
        }
        assertEquals(rounds, word.getVolatile());
    }

    /** Each wake-up that was counted reaches a party that reports it, also when that party times out or is interrupted. */
    @Test
    void timeoutsAndInterruptionsSwallowNoWakeUp() {
        Word word = memory.word(0);
        int parties = 3;
        AtomicInteger reported = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(parties);
        int counted = 0;
        try (Crew crew = new Crew()) {
            List<Crew.Member<?>> sleepers = new ArrayList<>();
            for (int i = 0; i < parties; i++) {
                sleepers.add(crew.start("sleeper " + i, () -> {
                    for (int round = 0; round < 4_000; round++) {
                        try {
                            if (word.await(0, memory.deadlineAfter(20 + round % 40, TimeUnit.MICROSECONDS))) {
                                reported.incrementAndGet();
                            }
                        } catch (InterruptedException e) {
                            continue;
                        }
                    }
                    return left.decrementAndGet();
                }));
            }
            for (int round = 0; left.get() != 0; round++) {
                counted += word.wake(1);
                if (round % 64 == 0) {
                    sleepers.get(round / 64 % parties).thread().interrupt();
                }
                Thread.yield();
            }
        }
        assertTrue(counted > 0);
        assertEquals(counted, reported.get());
    }

    @Test
    void modesAgreeOnTheValue() {
        Word word = memory.newLine().word(7);
        assertEquals(7, word.getPlain());
        word.setPlain(8);
        assertEquals(8, word.getOpaque());
        word.setOpaque(9);
        assertEquals(9, word.getAcquire());
        word.setRelease(10);
        assertEquals(10, word.getAndSet(Integer.MAX_VALUE));
        assertEquals(Integer.MAX_VALUE, word.getAndAdd(1));
        assertEquals(Integer.MIN_VALUE, word.getVolatile());
        assertFalse(word.compareAndSet(0, 1));
        assertTrue(word.compareAndSet(Integer.MIN_VALUE, 1));
        assertEquals("1", word.toString());
    }

    @Test
    void modesAgreeOnTheLongValue() {
        LongWord word = memory.newLine().longWord(7);
        assertEquals(7, word.getPlain());
        word.setPlain(8);
        assertEquals(8, word.getOpaque());
        word.setOpaque(9);
        assertEquals(9, word.getAcquire());
        word.setRelease(10);
        assertEquals(10, word.getAndSet(Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, word.getAndAdd(1));
        assertEquals(Long.MIN_VALUE, word.getVolatile());
        assertFalse(word.compareAndSet(0, 1));
        assertTrue(word.compareAndSet(Long.MIN_VALUE, 1));
        word.setVolatile(2);
        assertEquals("2", word.toString());
    }
}
