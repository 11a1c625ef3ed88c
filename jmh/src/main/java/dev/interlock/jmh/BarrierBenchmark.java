package dev.interlock.jmh;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * One round of a barrier, with as many parties as {@code -t} says: rounds are the score divided by the parties.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar BarrierBenchmark -t 2 -p impl=CentralBarrier,CyclicBarrier}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@Threads(2)
@State(Scope.Benchmark)
public class BarrierBenchmark {
    private static final long PATIENCE_MILLIS = 200;

    /** The barrier; the peers are those of java.util.concurrent. */
    @Param({
        "CentralBarrier",
        "TurnstileBarrier",
        "DisseminationBarrier",
        "TournamentBarrier",
        "Rendezvous",
        "CyclicBarrier",
        "Phaser",
        "Exchanger"
    })
    public String impl;

    private IntFunction<Round> rounds;

    /** Makes the barrier. */
    @Setup(Level.Iteration)
    public void make(BenchmarkParams params) {
        int parties = params.getThreads();
        rounds = switch (impl) {
            case "CentralBarrier" -> each(new CentralBarrier(parties));
            case "TurnstileBarrier" -> each(new TurnstileBarrier(parties));
            case "DisseminationBarrier" -> numbered(new DisseminationBarrier(parties)::party);
            case "TournamentBarrier" -> numbered(new TournamentBarrier(parties)::party);
            case "Rendezvous" -> numbered(new Rendezvous()::party); // two threads
            case "CyclicBarrier" -> {
                CyclicBarrier barrier = new CyclicBarrier(parties);
                yield party -> () -> barrier.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
            case "Phaser" -> {
                Phaser phaser = new Phaser(parties);
                yield party ->
                        () -> phaser.awaitAdvanceInterruptibly(phaser.arrive(), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
            case "Exchanger" -> { // two threads
                Exchanger<Object> exchanger = new Exchanger<>();
                yield party -> () -> exchanger.exchange(this, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
            default -> throw new IllegalArgumentException("impl: " + impl);
        };
    }

    private static IntFunction<Round> each(Barrier barrier) {
        return party -> () -> barrier.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static IntFunction<Round> numbered(IntFunction<Barrier> barrier) {
        return party -> {
            Barrier mine = barrier.apply(party);
            return () -> mine.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        };
    }

    /** One arrival. At the end of an iteration the last arrivals find nobody, and end by timeout. */
    @Benchmark
    public boolean await(Party party) throws InterruptedException {
        try {
            party.round.run();
            return true;
        } catch (TimeoutException | BrokenBarrierException e) {
            return false;
        }
    }

    private interface Round {
        void run() throws InterruptedException, TimeoutException, BrokenBarrierException;
    }

    /** A party. */
    @State(Scope.Thread)
    public static class Party {
        private Round round;

        /** Finds its place. */
        @Setup(Level.Iteration)
        public void join(BarrierBenchmark benchmark, ThreadParams thread) {
            round = benchmark.rounds.apply(thread.getThreadIndex());
        }
    }
}
