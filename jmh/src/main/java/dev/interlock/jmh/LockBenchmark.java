package dev.interlock.jmh;

import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.ClhLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.McsLock;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.util.LongSummaryStatistics;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
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
import org.openjdk.jmh.infra.BenchmarkParams;
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
    @Param({
        "synchronized",
        "ReentrantLock",
        "ReentrantLockFair",
        "StampedLock",
        "Mutex",
        "ReentrantMutex",
        "TasLock",
        "TtasLock",
        "BackoffLock",
        "TicketLock",
        "AndersonLock",
        "ClhLock",
        "McsLock",
        "PetersonLock",
        "FilterLock",
        "BakeryLock"
    })
    public String impl;

    /** The work inside, in tokens of {@link Blackhole#consumeCPU}: about a nanosecond each or two. */
    @Param("0")
    public long inside;

    /** The work between an unlock and the next lock, in the same unit. */
    @Param("0")
    public long outside;

    private IntFunction<Lock> locks;
    private long count;
    private AtomicReferenceArray<Share> shares;

    private static IntFunction<Lock> newLocks(String impl, int threads) {
        return switch (impl) {
            case "synchronized" -> party -> null;
            case "ReentrantLock" -> each(new ReentrantLock());
            case "ReentrantLockFair" -> each(new ReentrantLock(true));
            case "StampedLock" -> each(new StampedLock().asWriteLock());
            case "Mutex" -> each(new Mutex());
            case "ReentrantMutex" -> each(new ReentrantMutex());
            case "TasLock" -> each(new TasLock());
            case "TtasLock" -> each(new TtasLock());
            case "BackoffLock" -> each(new BackoffLock());
            case "TicketLock" -> each(new TicketLock());
            case "AndersonLock" -> each(new AndersonLock(threads));
            case "ClhLock" -> each(new ClhLock());
            case "McsLock" -> each(new McsLock());
            case "PetersonLock" -> new PetersonLock()::party; // two threads at most
            case "FilterLock" -> new FilterLock(threads)::party;
            case "BakeryLock" -> new BakeryLock(threads)::party;
            default -> throw new IllegalArgumentException("impl: " + impl);
        };
    }

    private static IntFunction<Lock> each(Lock lock) {
        return party -> lock;
    }

    /** Makes the lock. */
    @Setup(Level.Trial)
    public void makeLock(BenchmarkParams params) {
        locks = newLocks(impl, params.getThreads());
        shares = new AtomicReferenceArray<>(params.getThreads());
    }

    /** How often each thread entered. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Share {
        /** Entries of the thread with the fewest: set in one thread only, for the counters of all are added up. */
        public long smallest;

        /** Entries of the thread with the most: the same. */
        public long largest;

        private Lock lock; // null for synchronized
        private long entered;

        /** Makes this known to the first thread. */
        @Setup(Level.Trial)
        public void join(LockBenchmark benchmark, ThreadParams thread) {
            lock = benchmark.locks.apply(thread.getThreadIndex());
            benchmark.shares.set(thread.getThreadIndex(), this);
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

    private LongSummaryStatistics entries() {
        return IntStream.range(0, shares.length())
                .mapToLong(i -> shares.get(i).entered)
                .summaryStatistics();
    }

    /** One entry into the critical section. */
    @Benchmark
    public void enter(Share share) {
        Lock lock = share.lock;
        if (lock == null) {
            synchronized (this) {
                work();
            }
        } else {
            lock.lock();
            try {
                work();
            } finally {
                lock.unlock();
            }
        }
        share.entered++;
        if (outside != 0) {
            Blackhole.consumeCPU(outside);
        }
    }

    private void work() {
        count++;
        if (inside != 0) {
            Blackhole.consumeCPU(inside);
        }
    }
}
