package dev.interlock.barrier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.interlock.contract.Crew;
import dev.interlock.contract.PresetMemory;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Barriers in their last rounds before the number of the round wraps around. */
class BarrierWrapTest {
    private static final long ROUND = 0xffff_fffdL;
    private static final int PARTIES = 2;

    /** The first two words are the state of the epoch and its event count. */
    private static Memory late(PresetMemory.Preset others) {
        return new PresetMemory(
                Memory.heap(), (draw, initial) -> draw == 0 ? ROUND : draw == 1 ? initial : others.of(draw, initial));
    }

    @TestFactory
    Stream<DynamicTest> passesAndResetsBeyondTheLastRound() {
        CentralBarrier central =
                new CentralBarrier(late((draw, initial) -> ROUND - 1 << 32), PARTIES, null, WaitStrategy.ADAPTIVE);
        TournamentBarrier tournament =
                new TournamentBarrier(late((draw, initial) -> ROUND), PARTIES, null, WaitStrategy.ADAPTIVE);
        DisseminationBarrier dissemination =
                new DisseminationBarrier(late((draw, initial) -> ROUND), PARTIES, WaitStrategy.ADAPTIVE);
        Rendezvous rendezvous = new Rendezvous(late((draw, initial) -> ROUND), WaitStrategy.ADAPTIVE);
        return Stream.of(
                DynamicTest.dynamicTest("CentralBarrier", () -> passes(party -> central)),
                DynamicTest.dynamicTest("TournamentBarrier", () -> passes(tournament::party)),
                DynamicTest.dynamicTest("DisseminationBarrier", () -> passes(dissemination::party)),
                DynamicTest.dynamicTest("Rendezvous", () -> passes(rendezvous::party)));
    }

    private static void passes(IntFunction<Barrier> barrier) {
        inStep(barrier);
        barrier.apply(0).reset();
        inStep(barrier);
    }

    private static void inStep(IntFunction<Barrier> barrier) {
        int rounds = 10;
        AtomicInteger arrived = new AtomicInteger();
        try (Crew crew = new Crew()) {
            crew.startAll(PARTIES, party -> pass(barrier.apply(party), rounds, arrived));
        }
        assertEquals(rounds * PARTIES, arrived.get());
    }

    private static void pass(Barrier mine, int rounds, AtomicInteger arrived)
            throws InterruptedException, BrokenBarrierException {
        for (int round = 1; round <= rounds; round++) {
            arrived.incrementAndGet();
            mine.await();
            int now = arrived.get();
            if (now < round * PARTIES || now >= (round + 2) * PARTIES) {
                throw new AssertionError(now + " have arrived in round " + round);
            }
        }
    }
}
