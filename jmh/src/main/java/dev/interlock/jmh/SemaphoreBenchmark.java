package dev.interlock.jmh;

import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A permit taken and given back.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar SemaphoreBenchmark -p threads=2 -p impl=CountingSemaphore,Semaphore}
 */
public class SemaphoreBenchmark extends ContendedBenchmark {
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

    @Override
    IntFunction<Contenders.Step> steps() {
        Pair pair =
                switch (impl) {
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
        return index -> () -> thereAndBack(pair);
    }

    private void thereAndBack(Pair pair) throws InterruptedException {
        pair.acquire.run();
        if (inside != 0) {
            Blackhole.consumeCPU(inside);
        }
        pair.release.run();
    }

    private record Pair(Contenders.Step acquire, Contenders.Step release) {}
}
