package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Nobody passes before all have arrived, and nobody is left behind. */
class BarriersTest {
    private record Kind(String name, int most, BiFunction<Memory, Integer, IntFunction<Barrier>> constructor) {}

    private static Stream<Kind> kinds() {
        return Stream.of(
                new Kind("CentralBarrier", 3, (memory, parties) -> {
                    Barrier barrier = new CentralBarrier(memory, parties, null, WaitStrategy.PARK);
                    return party -> barrier;
                }),
                new Kind("TurnstileBarrier", 3, (memory, parties) -> {
                    Barrier barrier = new TurnstileBarrier(memory, parties, null, WaitStrategy.PARK);
                    return party -> barrier;
                }),
                new Kind(
                        "DisseminationBarrier",
                        3,
                        (memory, parties) -> new DisseminationBarrier(memory, parties, WaitStrategy.PARK)::party),
                new Kind(
                        "TournamentBarrier",
                        3,
                        (memory, parties) -> new TournamentBarrier(memory, parties, null, WaitStrategy.PARK)::party),
                new Kind("Rendezvous", 2, (memory, parties) -> new Rendezvous(memory, WaitStrategy.PARK)::party));
    }

    /** A barrier, and how often each party has passed it. */
    private record Track(IntFunction<Barrier> barrier, Word[] laps) {
        Track(Memory memory, Kind kind, int parties) {
            this(kind.constructor.apply(memory, parties), new Word[parties]);
            for (int i = 0; i < parties; i++) {
                laps[i] = memory.word(0);
            }
        }

        void pass(int party) throws InterruptedException, BrokenBarrierException {
            barrier.apply(party).await();
            laps[party].getAndAdd(1);
        }

        void passInTime(int party) throws InterruptedException {
            try {
                barrier.apply(party).await(1, TimeUnit.SECONDS);
                laps[party].getAndAdd(1);
            } catch (TimeoutException | BrokenBarrierException e) {
                if (!barrier.apply(party).isBroken()) {
                    throw new AssertionError("gave up, and the barrier is whole", e);
                }
            }
        }

        boolean isInStep() {
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (Word lap : laps) {
                least = Math.min(least, lap.getVolatile());
                most = Math.max(most, lap.getVolatile());
            }
            return most - least <= 1;
        }
    }

    private static Exploration<Track> parties(Kind kind, int count) {
        Exploration<Track> exploration = Exploration.of(memory -> new Track(memory, kind, count));
        for (int i = 0; i < count; i++) {
            int me = i;
            exploration.party("p" + i, track -> track.pass(me));
        }
        return exploration.check("in step", Track::isInStep);
    }

    @TestFactory
    Stream<DynamicTest> twoPartiesPassTwice() {
        return kinds().map(kind -> DynamicTest.dynamicTest(
                kind.name, () -> parties(kind, 2).rounds(2).states(500_000).run()));
    }

    @TestFactory
    Stream<DynamicTest> threePartiesPass() {
        return kinds().filter(kind -> kind.most > 2)
                .map(kind -> DynamicTest.dynamicTest(
                        kind.name,
                        () -> parties(kind, 3).spurious(false).states(500_000).run()));
    }

    @TestFactory
    Stream<DynamicTest> threePartiesPassThreeTimesAtRandom() {
        return kinds().filter(kind -> kind.most > 2)
                .map(kind -> DynamicTest.dynamicTest(
                        kind.name,
                        () -> parties(kind, 3).rounds(3).random(4, 1_000).run()));
    }

    @TestFactory
    Stream<DynamicTest> allPassOrTheBarrierBreaks() {
        return kinds().map(kind -> DynamicTest.dynamicTest(kind.name, () -> {
            Report report = Exploration.of((Memory memory) -> new Track(memory, kind, 2))
                    .party("left", track -> track.passInTime(0))
                    .party("right", track -> track.passInTime(1))
                    .checkAtEnd(
                            "all or broken",
                            track -> track.laps[0].getVolatile() == track.laps[1].getVolatile()
                                    || track.barrier.apply(0).isBroken())
                    .states(500_000)
                    .run();
            assertTrue(report.violation().isEmpty());
        }));
    }

    private static Stream<BarrierOf> kindsWithAnAction() {
        return Stream.of(
                new BarrierOf("CentralBarrier", (memory, action) -> {
                    Barrier barrier = new CentralBarrier(memory, 2, action, WaitStrategy.PARK);
                    return party -> barrier;
                }),
                new BarrierOf("TurnstileBarrier", (memory, action) -> {
                    Barrier barrier = new TurnstileBarrier(memory, 2, action, WaitStrategy.PARK);
                    return party -> barrier;
                }),
                new BarrierOf(
                        "TournamentBarrier",
                        (memory, action) -> new TournamentBarrier(memory, 2, action, WaitStrategy.PARK)::party));
    }

    private record BarrierOf(String name, BiFunction<Memory, Runnable, IntFunction<Barrier>> constructor) {}

    /** A barrier of two, and how often its action has run and a party has passed. */
    private record Acting(IntFunction<Barrier> barrier, Word actions, Word passed) {
        static Acting of(Memory memory, BarrierOf kind) {
            Word actions = memory.word(0);
            return new Acting(kind.constructor.apply(memory, () -> actions.getAndAdd(1)), actions, memory.word(0));
        }

        void passInTime(int party) throws InterruptedException {
            try {
                barrier.apply(party).await(1, TimeUnit.SECONDS);
                passed.getAndAdd(1);
            } catch (TimeoutException | BrokenBarrierException e) {
                if (!barrier.apply(party).isBroken()) {
                    throw new AssertionError("gave up, and the barrier is whole", e);
                }
            }
        }

        boolean isBroken() {
            return barrier.apply(0).isBroken();
        }
    }

    @TestFactory
    Stream<DynamicTest> whenTheActionHasRunNoTimeoutBreaksTheRound() {
        return kindsWithAnAction()
                .map(kind -> DynamicTest.dynamicTest(kind.name, () -> {
                    Report report = Exploration.of((Memory memory) -> Acting.of(memory, kind))
                            .party("left", acting -> acting.passInTime(0))
                            .party("right", acting -> acting.passInTime(1))
                            .check(
                                    "runs in a whole round",
                                    acting -> acting.actions.getVolatile() == 0 || !acting.isBroken())
                            .checkAtEnd(
                                    "all or nobody",
                                    acting -> acting.passed.getVolatile() == 2 * acting.actions.getVolatile())
                            .states(500_000)
                            .run();
                    assertTrue(report.violation().isEmpty());
                }));
    }

    @TestFactory
    Stream<DynamicTest> deathInTheActionBreaksTheBarrier() {
        return kindsWithAnAction()
                .map(kind -> DynamicTest.dynamicTest(kind.name, () -> {
                    Report report = Exploration.of((Memory memory) -> Acting.of(memory, kind))
                            .party("mortal", acting -> acting.passInTime(0))
                            .party("other", acting -> acting.passInTime(1))
                            .kills(1, "mortal")
                            .spurious(false)
                            .states(500_000)
                            .run();
                    assertTrue(report.violation().isEmpty());
                }));
    }

    /** A barrier of two: one party dies, one has been in the first round with it, one waits for it in the second. */
    private record Mourners(Memory memory, IntFunction<Barrier> barrier, Word stage) {
        private static final int SECOND_ROUND = 1;
        private static final int OVER = 2;
        private static final int RESET = 3;

        Mourners(Memory memory, Kind kind) {
            this(memory, kind.constructor.apply(memory, 2), memory.word(0));
        }

        void die() throws InterruptedException {
            try {
                barrier.apply(0).await();
                barrier.apply(0).await();
            } catch (BrokenBarrierException e) {
                return;
            }
        }

        /** Knows nothing of the mortal party yet, so it may have to give up; later it takes its place. */
        void begin() throws InterruptedException, BrokenBarrierException {
            try {
                barrier.apply(1).await(1, TimeUnit.SECONDS);
                stage.setVolatile(SECOND_ROUND);
            } catch (TimeoutException | BrokenBarrierException e) {
                stage.setVolatile(OVER);
            }
            while (stage.getVolatile() == SECOND_ROUND) {
                memory.pause();
            }
            if (stage.getVolatile() == RESET) {
                barrier.apply(0).await();
            }
        }

        /** Must pass or hear of the death, and pass after a reset with somebody who lives. */
        void go() throws InterruptedException, BrokenBarrierException {
            while (stage.getVolatile() == 0) {
                memory.pause();
            }
            if (stage.getVolatile() == SECOND_ROUND) {
                try {
                    barrier.apply(1).await();
                    stage.setVolatile(OVER);
                } catch (BrokenBarrierException e) {
                    barrier.apply(1).reset();
                    stage.setVolatile(RESET);
                    barrier.apply(1).await();
                }
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> deathOfAPartyBreaksTheBarrierAndAfterAResetTheLivingPass() {
        return kinds().map(kind -> DynamicTest.dynamicTest(kind.name, () -> {
            Report report = Exploration.of((Memory memory) -> new Mourners(memory, kind))
                    .party("mortal", Mourners::die)
                    .party("first", Mourners::begin)
                    .party("second", Mourners::go)
                    .kills(1, "mortal")
                    .spurious(false)
                    .preemptions(5)
                    .states(1_000_000)
                    .run();
            assertTrue(report.violation().isEmpty());
        }));
    }
}
