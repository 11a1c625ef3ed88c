package dev.interlock.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One mutex in shared memory, wanted by several threads of one process, or by as many processes of one thread each: ours
 * in JVMs, and a process-shared mutex of pthreads, plain and robust, in C programs that gcc compiles here. The work inside
 * is to raise a number.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar SharedMutexBenchmark}
 *
 * <p>The results are the counters: {@code entered}, entries of all parties, {@code smallest} and {@code largest}, those of
 * the party that got least and most, all for each microsecond. The score itself counts rounds and says nothing.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
public class SharedMutexBenchmark {
    private static final int MILLIS = 500;

    /** Whose mutex. */
    @Param({"Mutex", "pthread plain", "pthread robust"})
    public String impl;

    /** Whether the parties are threads of one process or processes. */
    @Param({"threads", "processes"})
    public String parties;

    /** How many. */
    @Param({"2", "4", "8"})
    public int count;

    private final List<MutexWorker> workers = new ArrayList<>();
    private MutexWorker.Program program;
    private long entered;

    /**
     * Makes the mutex and starts the parties.
     *
     * @throws IOException if that fails
     * @throws InterruptedException if interrupted
     */
    @Setup
    public void start() throws IOException, InterruptedException {
        String name = "/interlock-jmh-" + ProcessHandle.current().pid();
        program = impl.equals("Mutex") ? MutexWorker.java(name) : MutexWorker.c(name, impl.split(" ")[1]);
        entered = 0;
        boolean threads = parties.equals("threads");
        for (int worker = 0; worker < (threads ? 1 : count); worker++) {
            workers.add(program.start(threads ? count : 1));
        }
        for (MutexWorker worker : workers) {
            worker.awaitReady();
        }
    }

    /**
     * Ends the parties and removes the mutex.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void stop() throws IOException {
        for (MutexWorker worker : workers) {
            worker.close();
        }
        workers.clear();
        program.close();
    }

    /**
     * All parties for half a second.
     *
     * @param entries the results
     * @throws IOException if a party fails
     */
    @Benchmark
    public void round(Contenders.Entries entries) throws IOException {
        for (MutexWorker worker : workers) {
            worker.begin(MILLIS);
        }
        LongSummaryStatistics shares = new LongSummaryStatistics();
        for (MutexWorker worker : workers) {
            for (long share : worker.end()) {
                shares.accept(share);
            }
        }
        entered += shares.getSum();
        long counted = workers.get(0).count();
        if (counted != entered) {
            throw new IllegalStateException(impl + " let two in at once: " + entered + " entries, counted " + counted);
        }
        entries.add(shares);
    }
}
