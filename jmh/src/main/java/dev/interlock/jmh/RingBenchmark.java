package dev.interlock.jmh;

import dev.interlock.buffer.MessageRing;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
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
 * Messages of 32 bytes through a ring on the heap, from one sender to one receiver; {@code -tg 1,2} for two senders.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar RingBenchmark -tg 1,1}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"}) // for Agrona
@State(Scope.Group)
public class RingBenchmark {
    private static final int LENGTH = 32;
    private static final int CAPACITY = 1024;

    /** The ring; ArrayBlockingQueue copies into a new array each time. */
    @Param({"MessageRing", "OneToOneRingBuffer", "ManyToOneRingBuffer", "ArrayBlockingQueue"})
    public String impl;

    private Ring ring;

    /** Makes the ring. */
    @Setup(Level.Iteration)
    public void make() {
        ring = switch (impl) {
            case "MessageRing" -> new Ours();
            case "OneToOneRingBuffer" -> new Agrona(new OneToOneRingBuffer(buffer()));
            case "ManyToOneRingBuffer" -> new Agrona(new ManyToOneRingBuffer(buffer()));
            case "ArrayBlockingQueue" -> new Arrays();
            default -> throw new IllegalArgumentException("impl: " + impl);
        };
    }

    /** One sent. */
    @Benchmark
    @Group("transfer")
    public boolean send(Control control) {
        while (!control.stopMeasurement) {
            if (ring.send(42)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** One received. */
    @Benchmark
    @Group("transfer")
    public long receive(Control control) {
        while (!control.stopMeasurement) {
            long received = ring.receive();
            if (received != 0) {
                return received;
            }
            Thread.onSpinWait();
        }
        return 0;
    }

    private static UnsafeBuffer buffer() {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY * 2 * LENGTH + RingBufferDescriptor.TRAILER_LENGTH));
    }

    private abstract static class Ring {
        abstract boolean send(long value);

        abstract long receive();
    }

    private static final class Ours extends Ring {
        private final MessageRing ring = new MessageRing(Memory.heap(), CAPACITY, LENGTH, WaitStrategy.SPIN);

        @Override
        boolean send(long value) {
            MessageRing.Claim claim = ring.tryClaim(LENGTH);
            if (claim == null) {
                return false;
            }
            ByteBuffer buffer = claim.buffer();
            buffer.putLong(0, value).putLong(8, value).putLong(16, value).putLong(24, value);
            claim.publish();
            return true;
        }

        @Override
        long receive() {
            MessageRing.Message message = ring.tryRead();
            if (message == null) {
                return 0;
            }
            ByteBuffer buffer = message.buffer();
            long sum = buffer.getLong(0) + buffer.getLong(8) + buffer.getLong(16) + buffer.getLong(24);
            message.close();
            return sum;
        }
    }

    private static final class Agrona extends Ring {
        private final RingBuffer ring;
        private long sum;

        Agrona(RingBuffer ring) {
            this.ring = ring;
        }

        @Override
        boolean send(long value) {
            int index = ring.tryClaim(1, LENGTH);
            if (index <= 0) {
                return false;
            }
            for (int at = 0; at < LENGTH; at += 8) {
                ring.buffer().putLong(index + at, value);
            }
            ring.commit(index);
            return true;
        }

        @Override
        long receive() {
            sum = 0;
            ring.read(
                    (type, buffer, index, length) -> sum = buffer.getLong(index)
                            + buffer.getLong(index + 8)
                            + buffer.getLong(index + 16)
                            + buffer.getLong(index + 24),
                    1);
            return sum;
        }
    }

    private static final class Arrays extends Ring {
        private final ArrayBlockingQueue<long[]> queue = new ArrayBlockingQueue<>(CAPACITY);

        @Override
        boolean send(long value) {
            return queue.offer(new long[] {value, value, value, value});
        }

        @Override
        long receive() {
            long[] message = queue.poll();
            return message == null ? 0 : message[0] + message[1] + message[2] + message[3];
        }
    }
}
