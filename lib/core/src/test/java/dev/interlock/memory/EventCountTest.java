package dev.interlock.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.PresetMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventCountTest {
    private final Memory memory = Memory.heap();
    private final EventCount events = new EventCount(memory);
    private final AtomicInteger tokens = new AtomicInteger();

    @Test
    void oneThatCanPassDoesNotWait() throws InterruptedException {
        tokens.set(1);
        assertTrue(take(WaitStrategy.PARK, Memory.NO_DEADLINE));
        assertEquals(0, tokens.get());
    }

    @ParameterizedTest
    @EnumSource
    void timesOutNotBeforeItsDeadline(WaitStrategy waiting) throws InterruptedException {
        long start = System.nanoTime();
        assertFalse(take(waiting, memory.deadlineAfter(20, TimeUnit.MILLISECONDS)));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20));
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineThatHasPassedTriesOnce(WaitStrategy waiting) throws InterruptedException {
        assertFalse(take(waiting, memory.deadlineAfter(0, TimeUnit.SECONDS)));
        tokens.set(1);
        assertTrue(take(waiting, memory.deadlineAfter(-1, TimeUnit.SECONDS)));
    }

    @ParameterizedTest
    @EnumSource
    void interruptionBeforeTheWaitEndsItEvenIfItCouldPass(WaitStrategy waiting) {
        tokens.set(1);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> take(waiting, Memory.NO_DEADLINE));
        assertFalse(Thread.interrupted());
        assertEquals(1, tokens.get());
    }

    @ParameterizedTest
    @EnumSource
    void interruptionDuringTheWaitEndsIt(WaitStrategy waiting) {
        try (Crew crew = new Crew()) {
            Crew.Member<?> waiter = crew.start(
                    "waiter", () -> assertThrows(InterruptedException.class, () -> take(waiting, Memory.NO_DEADLINE)));
            Crew.giveTime(10);
            waiter.thread().interrupt();
        }
        put(1);
        assertEquals(1, tokens.get());
    }

    @ParameterizedTest
    @EnumSource
    void anUninterruptibleWaitKeepsTheInterruption(WaitStrategy waiting) {
        try (Crew crew = new Crew()) {
            Crew.Member<Boolean> waiter = crew.start("waiter", () -> {
                events.awaitUninterruptibly(this::tryTake, this::passOn, waiting, 10);
                return Thread.interrupted();
            });
            Crew.giveTime(10);
            waiter.thread().interrupt();
            Crew.giveTime(10);
            assertTrue(waiter.thread().isAlive());
            put(1);
            assertTrue(waiter.result());
        }
    }

    @Test
    void oneSignalForSeveralTokensIsPassedOn() {
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 10; i++) {
                crew.start("waiter " + i, () -> take(WaitStrategy.PARK, Memory.NO_DEADLINE))
                        .awaitSleep();
            }
            tokens.set(10);
            events.signal();
        }
        assertEquals(0, tokens.get());
    }

    @Test
    void signalAllReachesThoseWhoseConditionDiffers() {
        AtomicInteger turn = new AtomicInteger();
        try (Crew crew = new Crew()) {
            crew.startAll(8, index -> {
                for (int round = 0; round < 500; round++) {
                    int mine = round * 8 + index;
                    assertTrue(
                            events.await(() -> turn.get() == mine, () -> {}, WaitStrategy.PARK, 0, Memory.NO_DEADLINE));
                    turn.set(mine + 1);
                    events.signalAll();
                }
            });
        }
        assertEquals(4_000, turn.get());
    }

    /** A lost signal leaves a taker asleep beside its token. */
    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE"})
    void losesNoSignal(WaitStrategy waiting) {
        int each = 20_000;
        try (Crew crew = new Crew()) {
            crew.startAll(6, index -> {
                for (int i = 0; i < each; i++) {
                    if (index % 2 == 0) {
                        assertTrue(take(waiting, Memory.NO_DEADLINE));
                    } else {
                        put(1);
                    }
                }
            });
        }
        assertEquals(0, tokens.get());
    }

    /** One token goes round: each signal must arrive, whoever else gives up at that moment. */
    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE"})
    void losesNoSignalAmongWaitersThatGiveUp(WaitStrategy waiting) {
        int each = 4_000;
        AtomicInteger left = new AtomicInteger(3);
        List<Crew.Member<?>> quitters = new ArrayList<>();
        try (Crew crew = new Crew()) {
            crew.startAll(3, index -> {
                for (int i = 0; i < each; i++) {
                    assertTrue(take(waiting, Memory.NO_DEADLINE));
                    put(1);
                }
                left.decrementAndGet();
            });
            for (int i = 0; i < 2; i++) {
                quitters.add(crew.start("quitter " + i, () -> {
                    while (left.get() != 0) {
                        try {
                            if (take(waiting, memory.deadlineAfter(30, TimeUnit.MICROSECONDS))) {
                                put(1);
                            }
                        } catch (InterruptedException e) {
                            continue;
                        }
                    }
                    return null;
                }));
            }
            put(1);
            while (left.get() != 0) {
                quitters.forEach(quitter -> quitter.thread().interrupt());
                Thread.yield();
            }
        }
        assertEquals(1, tokens.get());
    }

    private boolean take(WaitStrategy waiting, long deadlineNanos) throws InterruptedException {
        return events.await(this::tryTake, this::passOn, waiting, 10, deadlineNanos);
    }

    private boolean tryTake() {
        int available = tokens.get();
        return available > 0 && (tokens.compareAndSet(available, available - 1) || tryTake());
    }

    private void passOn() {
        if (tokens.get() > 0) {
            events.signal();
        }
    }

    private void put(int added) {
        tokens.addAndGet(added);
        events.signal();
    }

    @Test
    void countsBeyondTheLastEvent() {
        EventCount late = new EventCount(new PresetMemory(memory, (draw, initial) -> 0xffff_fff8));
        for (int i = 0; i < 5; i++) {
            AtomicInteger token = new AtomicInteger();
            try (Crew crew = new Crew()) {
                crew.start(
                                "waiter",
                                () -> late.await(
                                        () -> token.compareAndSet(1, 0),
                                        () -> {},
                                        WaitStrategy.PARK,
                                        0,
                                        Memory.NO_DEADLINE))
                        .awaitSleep();
                token.set(1);
                late.signal();
            }
        }
    }
}
