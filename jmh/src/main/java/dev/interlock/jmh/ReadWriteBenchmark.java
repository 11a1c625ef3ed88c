package dev.interlock.jmh;

import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.IntFunction;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Readers and writers, each thread entering as one or the other at random.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar ReadWriteBenchmark -p threads=4}
 */
public class ReadWriteBenchmark extends ContendedBenchmark {
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

    @Override
    IntFunction<Contenders.Step> steps() {
        makeLock();
        return index -> this::enter;
    }

    private void makeLock() {
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

    private void enter() {
        Lock lock = writes > 0 && ThreadLocalRandom.current().nextInt(100) < writes ? write : read;
        lock.lock();
        try {
            Blackhole.consumeCPU(inside);
        } finally {
            lock.unlock();
        }
    }
}
