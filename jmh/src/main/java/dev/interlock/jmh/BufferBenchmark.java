package dev.interlock.jmh;

import dev.interlock.buffer.BoundedBuffer;
import dev.interlock.buffer.MonitorBuffer;
import dev.interlock.buffer.SemaphoreBuffer;
import dev.interlock.buffer.SpscBuffer;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.jctools.queues.MpmcArrayQueue;
import org.jctools.queues.SpscArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/**
 * References through a buffer, from one producer to one consumer; {@code -tg 2,2} for two of each.
 *
 * <p>{@code transfer}: {@code offer} and {@code poll}, tried until they succeed. {@code block}: {@code put} and {@code take}, of
 * those that block. {@code alone}: one thread that offers and polls.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar BufferBenchmark.transfer -tg 1,1}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class BufferBenchmark {
    private static final int CAPACITY = 1024;
    private static final Integer ELEMENT = 777;

    /** All buffers; those named Spsc or OneToOne only with one thread each, Disruptor with one consumer. */
    @State(Scope.Group)
    public static class Any {
        /** The buffer. */
        @Param({
            "BoundedBuffer",
            "SpscBuffer",
            "SemaphoreBuffer",
            "MonitorBuffer",
            "MpmcArrayQueue",
            "SpscArrayQueue",
            "ManyToManyConcurrentArrayQueue",
            "OneToOneConcurrentArrayQueue",
            "Disruptor",
            "ArrayBlockingQueue",
            "LinkedBlockingQueue",
            "LinkedTransferQueue"
        })
        public String impl;

        private Queue<Integer> queue;

        /** Makes the buffer. */
        @Setup(Level.Iteration)
        public void make() {
            queue = switch (impl) {
                case "MpmcArrayQueue" -> new MpmcArrayQueue<>(CAPACITY);
                case "SpscArrayQueue" -> new SpscArrayQueue<>(CAPACITY);
                case "ManyToManyConcurrentArrayQueue" -> new ManyToManyConcurrentArrayQueue<>(CAPACITY);
                case "OneToOneConcurrentArrayQueue" -> new OneToOneConcurrentArrayQueue<>(CAPACITY);
                case "Disruptor" -> new DisruptorQueue<>(CAPACITY);
                case "LinkedTransferQueue" -> new LinkedTransferQueue<>(); // not bounded
                default -> blocking(impl);
            };
        }
    }

    /** Those that block. */
    @State(Scope.Group)
    public static class Blocking {
        /** The buffer. */
        @Param({
            "BoundedBuffer",
            "SpscBuffer",
            "SemaphoreBuffer",
            "MonitorBuffer",
            "ArrayBlockingQueue",
            "LinkedBlockingQueue"
        })
        public String impl;

        private BlockingQueue<Integer> queue;

        /** Makes the buffer. */
        @Setup(Level.Iteration)
        public void make() {
            queue = blocking(impl);
        }
    }

    /** One offered. */
    @Benchmark
    @Group("transfer")
    public boolean offer(Any buffer, Control control) {
        while (!control.stopMeasurement) {
            if (buffer.queue.offer(ELEMENT)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** One polled. */
    @Benchmark
    @Group("transfer")
    public Integer poll(Any buffer, Control control) {
        while (!control.stopMeasurement) {
            Integer element = buffer.queue.poll();
            if (element != null) {
                return element;
            }
            Thread.onSpinWait();
        }
        return null;
    }

    /** One put, waiting for room; gives up when the iteration ends. */
    @Benchmark
    @Group("block")
    public boolean put(Blocking buffer, Control control) throws InterruptedException {
        while (!control.stopMeasurement) {
            if (buffer.queue.offer(ELEMENT, 100, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return false;
    }

    /** One taken, waiting for it; gives up when the iteration ends. */
    @Benchmark
    @Group("block")
    public Integer take(Blocking buffer, Control control) throws InterruptedException {
        while (!control.stopMeasurement) {
            Integer element = buffer.queue.poll(100, TimeUnit.MILLISECONDS);
            if (element != null) {
                return element;
            }
        }
        return null;
    }

    /** One there and back. */
    @Benchmark
    @Group("alone")
    @GroupThreads(1)
    public Integer offerPoll(Any buffer) {
        buffer.queue.offer(ELEMENT);
        return buffer.queue.poll();
    }

    private static BlockingQueue<Integer> blocking(String impl) {
        return switch (impl) {
            case "BoundedBuffer" -> new BoundedBuffer<>(CAPACITY);
            case "SpscBuffer" -> new SpscBuffer<>(CAPACITY);
            case "SemaphoreBuffer" -> new SemaphoreBuffer<>(CAPACITY);
            case "MonitorBuffer" -> new MonitorBuffer<>(CAPACITY);
            case "ArrayBlockingQueue" -> new ArrayBlockingQueue<>(CAPACITY);
            case "LinkedBlockingQueue" -> new LinkedBlockingQueue<>(CAPACITY);
            default -> throw new IllegalArgumentException("impl: " + impl);
        };
    }
}
