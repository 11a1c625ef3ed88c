package dev.interlock.jmh;

import dev.interlock.mutex.Mutex;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.ClhLock;
import dev.interlock.spin.McsLock;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Locks whose waiters spin against locks whose waiters sleep, with critical sections of a given time. Nobody works
 * outside. The counters are for each millisecond.
 *
 * <p>{@link SpinOrBlock} runs it, and draws the chart.
 */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class SpinOrBlockBenchmark extends ContendedBenchmark {
    private static final int SAMPLES = 15;
    private static final long SAMPLE_TOKENS = 100_000;

    /** The lock: six that spin, three that sleep. */
    @Param({
        "TasLock",
        "TtasLock",
        "BackoffLock",
        "TicketLock",
        "ClhLock",
        "McsLock",
        "Mutex",
        "synchronized",
        "ReentrantLock"
    })
    public String impl;

    /** How long the critical section lasts, in nanoseconds of this machine. */
    @Param({"0", "100", "1000", "10000"})
    public long nanos;

    private long tokens;

    /** Makes the lock, and finds out how many tokens of {@link Blackhole#consumeCPU} last so long. */
    @Override
    IntFunction<Contenders.Step> steps() {
        tokens = nanos == 0 ? 0 : Math.max(1, Math.round(nanos / nanosPerToken()));
        if (impl.equals("synchronized")) {
            return index -> this::enterMonitor;
        }
        Lock lock =
                switch (impl) {
                    case "TasLock" -> new TasLock();
                    case "TtasLock" -> new TtasLock();
                    case "BackoffLock" -> new BackoffLock();
                    case "TicketLock" -> new TicketLock();
                    case "ClhLock" -> new ClhLock();
                    case "McsLock" -> new McsLock();
                    case "Mutex" -> new Mutex();
                    case "ReentrantLock" -> new ReentrantLock();
                    default -> throw new IllegalArgumentException("impl: " + impl);
                };
        return index -> () -> enter(lock);
    }

    private void enterMonitor() {
        synchronized (this) {
            work();
        }
    }

    private void enter(Lock lock) {
        lock.lock();
        try {
            work();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        if (tokens != 0) {
            Blackhole.consumeCPU(tokens);
        }
    }

    /** The median of a few samples; the first ones warm up. */
    private static double nanosPerToken() {
        long[] samples = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            long start = System.nanoTime();
            Blackhole.consumeCPU(SAMPLE_TOKENS);
            samples[i] = System.nanoTime() - start;
        }
        Arrays.sort(samples);
        return (double) samples[SAMPLES / 2] / SAMPLE_TOKENS;
    }
}
