package dev.interlock.jmh;

import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A permit taken and given back, from as many threads as {@code -t} says.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar SemaphoreBenchmark -t 2 -p impl=CountingSemaphore,Semaphore}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@Threads(1)
@State(Scope.Benchmark)
public class SemaphoreBenchmark {
    /** The semaphore; the peers are those of java.util.concurrent. */
    @Param({"CountingSemaphore", "CountingSemaphoreFair", "BinarySemaphore", "PermitPool", "Semaphore", "SemaphoreFair"
    })
    public String impl;

    /** How many permits there are; BinarySemaphore has one. */
    @Param("1")
    public int permits;

    /** The work with the permit, in tokens of {@link Blackhole#consumeCPU}. */
    @Param("0")
    public long inside;

    private Pair pair;

    /** Makes the semaphore. */
    @Setup
    public void make() {
        pair = switch (impl) {
            case "CountingSemaphore", "CountingSemaphoreFair" -> {
                CountingSemaphore semaphore = new CountingSemaphore(permits, impl.endsWith("Fair"));
                yield new Pair(semaphore::acquire, semaphore::release);
            }
            case "BinarySemaphore" -> {
                BinarySemaphore semaphore = new BinarySemaphore(true);
                yield new Pair(semaphore::acquire, semaphore::release);
            }
            case "PermitPool" -> {
                PermitPool pool = new PermitPool(permits);
                yield new Pair(pool::acquire, pool::release);
            }
            case "Semaphore" -> {
                Semaphore semaphore = new Semaphore(permits);
                yield new Pair(semaphore::acquire, semaphore::release);
            }
            case "SemaphoreFair" -> {
                Semaphore semaphore = new Semaphore(permits, true);
                yield new Pair(semaphore::acquire, semaphore::release);
            }
            default -> throw new IllegalArgumentException("impl: " + impl);
        };
    }

    /** One permit, there and back. */
    @Benchmark
    public void acquireRelease() throws InterruptedException {
        pair.acquire.run();
        if (inside != 0) {
            Blackhole.consumeCPU(inside);
        }
        pair.release.run();
    }

    private interface Verb {
        void run() throws InterruptedException;
    }

    private record Pair(Verb acquire, Verb release) {}
}
