package dev.interlock.jmh;

import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;

/**
 * One thing wanted by several threads at once.
 *
 * <p>The results are the counters: {@code entered}, entries of all threads together, {@code smallest} and {@code largest},
 * those of the thread that got least and of the one that got most, all for each microsecond. With a fair lock both are {@code
 * entered} divided by the number of threads; if the smallest is near zero, one thread keeps the lock to itself. The score
 * itself counts iterations and says nothing.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public abstract class ContendedBenchmark {
    /** How many threads. */
    @Param("2")
    public int threads;

    private Contenders contenders;

    /** Makes the thing, and says what each thread does with it, by its index. */
    abstract IntFunction<Contenders.Step> steps();

    /** Starts the threads. */
    @Setup(Level.Trial)
    public void start(BenchmarkParams params) {
        contenders = new Contenders(params, threads, steps());
    }

    /** Ends the threads. */
    @TearDown(Level.Trial)
    public void stop() throws InterruptedException {
        contenders.stop();
    }

    /** All threads for an iteration. */
    @Benchmark
    public void contend(Contenders.Entries entries, IterationParams iteration) throws InterruptedException {
        contenders.count(iteration.getTime().convertTo(TimeUnit.MILLISECONDS), entries);
    }
}
