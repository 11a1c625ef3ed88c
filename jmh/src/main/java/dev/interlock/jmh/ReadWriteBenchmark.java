package dev.interlock.jmh;

import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * Readers and writers, from as many threads as {@code -t} says, each entering as one or the other at random.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar ReadWriteBenchmark -t 4}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@Threads(2)
@State(Scope.Benchmark)
public class ReadWriteBenchmark {
    /** The lock; Mutex stands for not telling readers from writers. */
    @Param({"ReentrantReadWriteLock", "StampedLock", "ReadWriteMutex", "Mutex"})
    public String impl;

    /** How many of a hundred entries are writes. */
    @Param({"0", "10"})
    public int writes;

    /** The work inside, in tokens of {@link Blackhole#consumeCPU}. */
    @Param("10")
    public long inside;

    private Lock read;
    private Lock write;

    /** Makes the lock. */
    @Setup(Level.Trial)
    public void makeLock() {
        if (impl.equals("Mutex")) {
            read = new Mutex();
            write = read;
            return;
        }
        ReadWriteLock lock =
                switch (impl) {
                    case "ReentrantReadWriteLock" -> new ReentrantReadWriteLock();
                    case "StampedLock" -> new StampedLock().asReadWriteLock();
                    case "ReadWriteMutex" -> new ReadWriteMutex();
                    default -> throw new IllegalArgumentException("impl: " + impl);
                };
        read = lock.readLock();
        write = lock.writeLock();
    }

    /** One entry. */
    @Benchmark
    public void enter() {
        Lock lock = writes > 0 && ThreadLocalRandom.current().nextInt(100) < writes ? write : read;
        lock.lock();
        try {
            Blackhole.consumeCPU(inside);
        } finally {
            lock.unlock();
        }
    }
}
