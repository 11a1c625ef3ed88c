package dev.interlock.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntFunction;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Threads that do the same thing over and over, and count how often, until they are stopped.
 *
 * <p>Threads of JMH's own would mislead where one may starve: JMH divides what each has done by the time from its own first
 * step to its last, so that one which waited until the end of an iteration, and then did a single step, counts as the fastest.
 */
public final class Contenders {
    private static final int PADDING = 32;

    private final AtomicLongArray counts;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;
    private volatile Throwable failure;

    /** Entries in all, and of the threads or processes that got least and most: the results, for each unit of time. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Entries {
        /** Of all. */
        public long entered;

        /** Of the one with the fewest. */
        public long smallest;

        /** Of the one with the most. */
        public long largest;

        void add(LongSummaryStatistics shares) {
            entered += shares.getSum();
            smallest += shares.getMin();
            largest += shares.getMax();
        }
    }

    /** What a thread does each time. It is interrupted at the end, lest it wait for threads that have stopped. */
    interface Step {
        void run() throws InterruptedException;
    }

    /**
     * Starts the threads.
     *
     * @param params of the benchmark, which must be run in a single thread
     * @param count how many threads
     * @param steps what each does, by its index
     */
    Contenders(BenchmarkParams params, int count, IntFunction<Step> steps) {
        if (params.getThreads() != 1) {
            throw new IllegalArgumentException("-t " + params.getThreads() + ": give the threads as -p threads=");
        }
        counts = new AtomicLongArray((count + 2) * PADDING);
        for (int i = 0; i < count; i++) {
            int own = (i + 1) * PADDING;
            Step step = steps.apply(i);
            Thread thread = new Thread(() -> run(step, own), "contender-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private void run(Step step, int own) {
        try {
            while (!stopped) {
                some(step, own);
            }
        } catch (InterruptedException e) {
            if (!stopped) {
                failure = e;
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    /** A method of its own, so that it is compiled as one that is called, not in the middle of a loop that never ends. */
    private void some(Step step, int own) throws InterruptedException {
        for (int i = 0; i < 1000 && !stopped; i++) {
            step.run();
            counts.setOpaque(own, counts.getPlain(own) + 1);
        }
    }

    /**
     * Lets them run for a while.
     *
     * @param millis how long
     * @param entries what they do meanwhile is added there
     */
    void count(long millis, Entries entries) throws InterruptedException {
        long[] before = counts();
        Thread.sleep(millis);
        long[] after = counts();
        if (failure != null) {
            throw new IllegalStateException("a thread failed", failure);
        }
        LongSummaryStatistics shares = new LongSummaryStatistics();
        for (int i = 0; i < before.length; i++) {
            shares.accept(after[i] - before[i]);
        }
        entries.add(shares);
    }

    private long[] counts() {
        long[] now = new long[threads.size()];
        for (int i = 0; i < now.length; i++) {
            now[i] = counts.getOpaque((i + 1) * PADDING);
        }
        return now;
    }

    /** Ends the threads. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.interrupt();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
