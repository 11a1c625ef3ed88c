package dev.interlock.jmh;

import dev.interlock.mutex.Mutex;
import dev.interlock.spin.TasLock;
import java.util.Arrays;
import java.util.LongSummaryStatistics;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * One lock under contention, from as many threads as {@code -t} says: operations of all threads together, and beside it
 * ({@code smallest}, {@code largest}) of the thread that got least and of the one that got most, in the same unit.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar LockBenchmark -t 4 -p impl=Mutex,ReentrantLock}
 *
 * <p>With a fair lock both are the score divided by the number of threads. A high score whose smallest is near zero is
 * that of one thread that keeps the lock to itself.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@Threads(2)
@State(Scope.Benchmark)
public class LockBenchmark {
    /** The lock; the peers are synchronized and those of java.util.concurrent. */
    @Param({"synchronized", "ReentrantLock", "ReentrantLockFair", "StampedLock", "Mutex", "TasLock"})
    public String impl;

    /** The work inside, in tokens of {@link Blackhole#consumeCPU}: about a nanosecond each or two. */
    @Param("0")
    public long inside;

    /** The work between an unlock and the next lock, in the same unit. */
    @Param("0")
    public long outside;

    private Critical critical;
    private Share[] shares;

    /** What runs under the lock under test. */
    private abstract static class Critical {
        private long count;

        abstract void enter(long tokens);

        /** A plain increment and the work. */
        final void inside(long tokens) {
            count++;
            if (tokens != 0) {
                Blackhole.consumeCPU(tokens);
            }
        }
    }

    private static final class Synchronized extends Critical {
        @Override
        void enter(long tokens) {
            synchronized (this) {
                inside(tokens);
            }
        }
    }

    private static final class Locked extends Critical {
        private final Lock lock;

        Locked(Lock lock) {
            this.lock = lock;
        }

        @Override
        void enter(long tokens) {
            lock.lock();
            try {
                inside(tokens);
            } finally {
                lock.unlock();
            }
        }
    }

    private static Lock newLock(String impl) {
        return switch (impl) {
            case "ReentrantLock" -> new ReentrantLock();
            case "ReentrantLockFair" -> new ReentrantLock(true);
            case "StampedLock" -> new StampedLock().asWriteLock();
            case "Mutex" -> new Mutex();
            case "TasLock" -> new TasLock();
            default -> throw new IllegalArgumentException("impl: " + impl);
        };
    }

    /** Makes the lock. */
    @Setup(Level.Trial)
    public void makeLock() {
        critical = impl.equals("synchronized") ? new Synchronized() : new Locked(newLock(impl));
    }

    /** How often each thread entered. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Share {
        /** Entries of the thread with the fewest: set in one thread only, for the counters of all are added up. */
        public long smallest;

        /** Entries of the thread with the most: the same. */
        public long largest;

        private long entered;

        /** Makes this known to the first thread. */
        @Setup(Level.Trial)
        public void join(LockBenchmark benchmark, ThreadParams thread) {
            benchmark.join(this, thread.getThreadIndex(), thread.getThreadCount());
        }

        /** Counts from zero. */
        @Setup(Level.Iteration)
        public void reset() {
            entered = 0;
        }

        /** In the first thread, when all have stopped: compares. */
        @TearDown(Level.Iteration)
        public void compare(LockBenchmark benchmark, ThreadParams thread) {
            if (thread.getThreadIndex() == 0) {
                LongSummaryStatistics entries = benchmark.entries();
                smallest = entries.getMin();
                largest = entries.getMax();
            }
        }
    }

    private synchronized void join(Share share, int index, int threads) {
        if (shares == null) {
            shares = new Share[threads];
        }
        shares[index] = share;
    }

    private synchronized LongSummaryStatistics entries() {
        return Arrays.stream(shares).mapToLong(share -> share.entered).summaryStatistics();
    }

    /** One entry into the critical section. */
    @Benchmark
    public void enter(Share share) {
        critical.enter(inside);
        share.entered++;
        if (outside != 0) {
            Blackhole.consumeCPU(outside);
        }
    }
}
