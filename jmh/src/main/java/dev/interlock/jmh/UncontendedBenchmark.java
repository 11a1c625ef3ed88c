package dev.interlock.jmh;

import dev.interlock.mutex.Mutex;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentOptions;
import dev.interlock.spin.TasLock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A lock and an unlock by the only thread that wants them, on the heap and in shared memory.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar UncontendedBenchmark}
 *
 * <p>Both kinds of memory are in use in every fork, as in a program that uses both, so no access is inlined as if it were
 * the only kind.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(5)
@State(Scope.Thread)
public class UncontendedBenchmark {
    private static final int ROUNDS_IN_BOTH_KINDS = 50_000;

    /** The lock; the peers are that of java.util.concurrent and a POSIX semaphore called through JNA. */
    @Param({
        "ReentrantLock",
        "Mutex",
        "shared Mutex",
        "TasLock",
        "shared TasLock",
        "JNA semaphore",
        "JNA semaphore, direct"
    })
    public String impl;

    private Segment segment;
    private JnaSemaphore semaphore;
    private Lock lock;

    /** Makes the lock, after use of both kinds of memory. */
    @Setup
    public void setUp() {
        String name = "/interlock-jmh-" + ProcessHandle.current().pid();
        segment = Segment.create(name, SegmentOptions.DEFAULT);
        Segment.unlink(name);
        semaphore = new JnaSemaphore(name, impl.endsWith("direct"));
        for (int i = 0; i < ROUNDS_IN_BOTH_KINDS; i += 1_000) {
            warm(new Mutex());
            warm(segment.mutex("warm"));
            warm(new TasLock());
            warm(segment.attach("warm spin", TasLock::new));
        }
        switch (impl) {
            case "ReentrantLock":
                lock = new ReentrantLock();
                break;
            case "Mutex":
                lock = new Mutex();
                break;
            case "shared Mutex":
                lock = segment.mutex("mutex");
                break;
            case "TasLock":
                lock = new TasLock();
                break;
            case "shared TasLock":
                lock = segment.attach("spin", TasLock::new);
                break;
            case "JNA semaphore":
            case "JNA semaphore, direct":
                lock = semaphore;
                break;
            default:
                throw new IllegalArgumentException("impl: " + impl);
        }
    }

    /** Gives back what the kernel keeps. */
    @TearDown
    public void tearDown() {
        segment.close();
        semaphore.close();
    }

    /** One of each. */
    @Benchmark
    public void lockAndUnlock() {
        lock.lock();
        lock.unlock();
    }

    private static void warm(Lock lock) {
        for (int i = 0; i < 1_000; i++) {
            lock.lock();
            lock.unlock();
        }
    }
}
