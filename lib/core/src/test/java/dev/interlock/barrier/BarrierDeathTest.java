package dev.interlock.barrier;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.MortalMemory;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Those who wait for the dead hear of it, however they wait. */
class BarrierDeathTest {
    private record Kind(String name, Constructor constructor) {}

    @FunctionalInterface
    private interface Constructor {
        IntFunction<Barrier> make(Memory memory, Runnable action, WaitStrategy waiting);
    }

    private static Stream<Kind> kinds() {
        return Stream.of(
                new Kind("CentralBarrier", (memory, action, waiting) -> {
                    Barrier barrier = new CentralBarrier(memory, 2, action, waiting);
                    return party -> barrier;
                }),
                new Kind("TurnstileBarrier", (memory, action, waiting) -> {
                    Barrier barrier = new TurnstileBarrier(memory, 2, action, waiting);
                    return party -> barrier;
                }),
                new Kind(
                        "TournamentBarrier",
                        (memory, action, waiting) -> new TournamentBarrier(memory, 2, action, waiting)::party),
                new Kind(
                        "DisseminationBarrier",
                        (memory, action, waiting) -> new DisseminationBarrier(memory, 2, waiting)::party),
                new Kind("Rendezvous", (memory, action, waiting) -> new Rendezvous(memory, waiting)::party));
    }

    @TestFactory
    Stream<DynamicTest> onePartyThatDiedAfterTheLastRoundIsMissed() {
        return kinds().flatMap(kind -> Stream.of(WaitStrategy.values())
                .map(waiting -> DynamicTest.dynamicTest(kind.name + " " + waiting, () -> {
                    MortalMemory memory = new MortalMemory();
                    IntFunction<Barrier> barrier = kind.constructor.make(memory, null, waiting);
                    try (Crew crew = new Crew()) {
                        crew.start("living", () -> barrier.apply(1).await());
                        memory.runAndDie(() -> pass(barrier.apply(0)));
                    }
                    assertThrows(
                            BrokenBarrierException.class, () -> barrier.apply(1).await(10, TimeUnit.SECONDS));
                    isUsableAgain(barrier);
                })));
    }

    @TestFactory
    Stream<DynamicTest> onePartyThatDiedWhileItWaitedIsMissed() {
        return kinds().flatMap(kind -> Stream.of(WaitStrategy.values())
                .map(waiting -> DynamicTest.dynamicTest(kind.name + " " + waiting, () -> {
                    MortalMemory memory = new MortalMemory();
                    IntFunction<Barrier> barrier = kind.constructor.make(memory, null, waiting);
                    bothPass(barrier);
                    try (Crew crew = new Crew()) {
                        int[] party = new int[1];
                        // Like a dead one it does nothing but sleep, until it hears the same as the others.
                        Crew.Member<?> mortal = crew.start("mortal", () -> {
                            party[0] = memory.self();
                            return assertThrows(BrokenBarrierException.class, () -> barrier.apply(0)
                                    .await());
                        });
                        Crew.giveTime(20);
                        assertTrue(mortal.thread().isAlive());
                        memory.kill(party[0]);
                    }
                    assertTrue(barrier.apply(1).isBroken());
                    isUsableAgain(barrier);
                })));
    }

    private static void isUsableAgain(IntFunction<Barrier> barrier) {
        assertTrue(barrier.apply(1).isBroken());
        barrier.apply(1).reset();
        assertFalse(barrier.apply(1).isBroken());
        bothPass(barrier);
    }

    private static void bothPass(IntFunction<Barrier> barrier) {
        try (Crew crew = new Crew()) {
            crew.startAll(2, party -> {
                barrier.apply(party).await(1, TimeUnit.HOURS);
                barrier.apply(party).await();
            });
        }
    }

    private static void pass(Barrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }
}
