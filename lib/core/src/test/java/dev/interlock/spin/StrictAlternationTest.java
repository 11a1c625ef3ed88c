package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Not the contract of other locks: a party alone enters once. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StrictAlternationTest {
    private final StrictAlternation turns = new StrictAlternation();

    @Test
    void partiesTakeTurns() {
        List<Integer> entered = new ArrayList<>();
        int rounds = 5_000;
        try (Crew crew = new Crew()) {
            crew.startAll(2, index -> {
                for (int i = 0; i < rounds; i++) {
                    turns.party(index).lock();
                    entered.add(index);
                    turns.party(index).unlock();
                }
            });
        }
        assertEquals(2 * rounds, entered.size());
        assertEquals(Collections.nCopies(2 * rounds, true), alternates(entered));
    }

    private static List<Boolean> alternates(List<Integer> entered) {
        List<Boolean> right = new ArrayList<>();
        for (int i = 0; i < entered.size(); i++) {
            right.add(entered.get(i) == i % 2);
        }
        return right;
    }

    @Test
    void partyThatStaysOutsideBlocksTheOther() throws InterruptedException {
        Lock mine = turns.party(0);
        mine.lock();
        mine.unlock();
        assertFalse(mine.tryLock());
        assertFalse(mine.tryLock(5, TimeUnit.MILLISECONDS));
        assertTrue(turns.party(1).tryLock());
        turns.party(1).unlock();
        assertTrue(mine.tryLock(Long.MAX_VALUE, TimeUnit.DAYS));
        mine.unlock();
    }

    @Test
    void givingUpDoesNotPassTheTurn() {
        try (Crew crew = new Crew()) {
            Crew.Member<?> waiter = crew.start("waiter", () -> {
                assertThrows(InterruptedException.class, turns.party(1)::lockInterruptibly);
                assertThrows(IllegalMonitorStateException.class, turns.party(1)::unlock);
                return null;
            });
            Crew.giveTime(10);
            waiter.thread().interrupt();
        }
        assertFalse(turns.party(1).tryLock());
        assertTrue(turns.party(0).tryLock());
    }

    @Test
    void timeoutsOfZeroOrLessTryOnce() throws InterruptedException {
        for (long timeout : new long[] {0, -1, Long.MIN_VALUE}) {
            assertFalse(turns.party(1).tryLock(timeout, TimeUnit.DAYS), "not its turn");
            assertTrue(turns.party(0).tryLock(timeout, TimeUnit.DAYS));
            turns.party(0).unlock();
            assertTrue(turns.party(1).tryLock(timeout, TimeUnit.DAYS));
            turns.party(1).unlock();
        }
    }

    @Test
    void oneThatWasInterruptedBeforeDoesNotEnter() {
        Lock mine = turns.party(0);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, mine::lockInterruptibly);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> mine.tryLock(1, TimeUnit.DAYS));
        assertFalse(Thread.interrupted(), "cleared");
        assertTrue(mine.tryLock(), "its turn, and the view is free");
    }

    @Test
    void lockKeepsTheInterruption() {
        try (Crew crew = new Crew()) {
            Crew.Member<Boolean> stubborn = crew.start("stubborn", () -> {
                turns.party(1).lock();
                turns.party(1).unlock();
                return Thread.interrupted();
            });
            awaitUse(turns.party(1));
            stubborn.thread().interrupt();
            turns.party(0).lock();
            turns.party(0).unlock();
            assertTrue(stubborn.result());
        }
    }

    @Test
    void aViewThatAnotherThreadUsesIsRefused() {
        try (Crew crew = new Crew()) {
            crew.start("waiter", () -> {
                turns.party(1).lock();
                turns.party(1).unlock();
                return null;
            });
            awaitUse(turns.party(1));
            assertThrows(IllegalMonitorStateException.class, turns.party(1)::lock);
            assertThrows(IllegalMonitorStateException.class, turns.party(1)::tryLock);
            assertThrows(IllegalMonitorStateException.class, turns.party(1)::unlock);
            turns.party(0).lock();
            turns.party(0).unlock();
        }
        assertTrue(turns.party(0).tryLock(), "the waiter has had its turn");
    }

    private static void awaitUse(Lock view) {
        while (view.toString().startsWith("view not in use")) {
            Thread.yield();
        }
    }

    @Test
    void mistakesAreRefused() {
        assertThrows(IndexOutOfBoundsException.class, () -> turns.party(2));
        assertThrows(IllegalMonitorStateException.class, turns.party(0)::unlock);
        turns.party(0).lock();
        assertThrows(IllegalMonitorStateException.class, turns.party(0)::lock);
        assertThrows(IllegalMonitorStateException.class, turns.party(1)::unlock);
        turns.party(0).unlock();
        assertThrows(UnsupportedOperationException.class, turns.party(0)::newCondition);
        assertThrows(IllegalArgumentException.class, () -> new StrictAlternation(Memory.heap(), WaitStrategy.PARK));
    }
}
