package dev.interlock.jmh;

import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReentrantMutex;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
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
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.Control;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Taking turns by conditions: each thread waits for its turn, one condition a thread, and gives the turn to the next.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar ConditionBenchmark -t 2}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@Threads(2)
@State(Scope.Benchmark)
public class ConditionBenchmark {
    private static final long PATIENCE_MILLIS = 100;

    /** The lock that the conditions belong to; the peers are that of java.util.concurrent and a monitor, which has one. */
    @Param({"Mutex", "ReentrantMutex", "ReentrantLock", "synchronized"})
    public String impl;

    private final Object monitor = new Object();
    private Lock lock; // null for synchronized
    private Condition[] mayGo;
    private int turn;

    /** Makes the lock and its conditions. */
    @Setup(Level.Iteration)
    public void make(BenchmarkParams params) {
        lock = switch (impl) {
            case "Mutex" -> new Mutex();
            case "ReentrantMutex" -> new ReentrantMutex();
            case "ReentrantLock" -> new ReentrantLock();
            case "synchronized" -> null;
            default -> throw new IllegalArgumentException("impl: " + impl);
        };
        mayGo = new Condition[params.getThreads()];
        for (int i = 0; lock != null && i < mayGo.length; i++) {
            mayGo[i] = lock.newCondition();
        }
        turn = 0;
    }

    /** One turn; gives up when the iteration ends. */
    @Benchmark
    public boolean take(ThreadParams thread, Control control) throws InterruptedException {
        int self = thread.getThreadIndex();
        return lock == null ? takeInMonitor(self, control) : takeUnderLock(self, control);
    }

    private boolean takeUnderLock(int self, Control control) throws InterruptedException {
        lock.lock();
        try {
            while (turn != self) {
                if (!mayGo[self].await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) && control.stopMeasurement) {
                    return false;
                }
            }
            turn = (self + 1) % mayGo.length;
            mayGo[turn].signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean takeInMonitor(int self, Control control) throws InterruptedException {
        synchronized (monitor) {
            while (turn != self) {
                if (control.stopMeasurement) {
                    return false;
                }
                monitor.wait(PATIENCE_MILLIS);
            }
            turn = (self + 1) % mayGo.length;
            monitor.notifyAll();
            return true;
        }
    }
}
