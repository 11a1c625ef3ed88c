package dev.interlock.jmh;

import dev.interlock.posix.Creation;
import dev.interlock.posix.NamedSemaphore;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Acquire and release of a POSIX semaphore without contention: on its word, through the C library, and the JDK's for
 * comparison.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class PosixSemaphoreBenchmark {
    private final String name = "/interlock-jmh-" + ProcessHandle.current().pid();
    private final Semaphore jdk = new Semaphore(1);
    private NamedSemaphore semaphore;

    /** Makes the semaphore. */
    @Setup
    public void open() {
        semaphore = NamedSemaphore.open(name, Creation.CREATE_NEW, 0600, 1);
    }

    /** Removes it. */
    @TearDown
    public void unlink() {
        semaphore.close();
        NamedSemaphore.unlink(name);
    }

    /**
     * One atomic instruction each.
     *
     * @throws InterruptedException if interrupted
     */
    @Benchmark
    public void posixFast() throws InterruptedException {
        semaphore.acquire();
        semaphore.release();
    }

    /**
     * sem_trywait and sem_post through JNA.
     *
     * @throws InterruptedException if interrupted
     */
    @Benchmark
    @Fork(value = 1, jvmArgsAppend = "-Ddev.interlock.posix.semaphore=calls")
    public void posixByCalls() throws InterruptedException {
        semaphore.acquire();
        semaphore.release();
    }

    /**
     * The JDK's, for threads alone.
     *
     * @throws InterruptedException if interrupted
     */
    @Benchmark
    public void jdk() throws InterruptedException {
        jdk.acquire();
        jdk.release();
    }
}
