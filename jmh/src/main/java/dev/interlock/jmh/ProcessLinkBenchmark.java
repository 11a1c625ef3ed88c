package dev.interlock.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
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
import org.openjdk.jmh.annotations.Timeout;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What each mechanism of interprocess communication costs between two JVMs, in one table: the round trip of a message,
 * and how many go one way. All wait blocking, as they do by default; the ring spins a little first. Rings of others are compared in {@link
 * TwoJvmBenchmark}. A semaphore and an
 * eventfd carry no bytes: they guard a slot of shared memory. A message of 64 KiB passes a message queue in 8 pieces.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@Timeout(time = 60)
public class ProcessLinkBenchmark {
    /** One message there and the same back. */
    @State(Scope.Thread)
    public static class Echo extends Connected {
        /** Starts the second JVM. */
        public Echo() {
            super(true);
        }
    }

    /** Messages one way; the second JVM swallows them, and full buffers slow the sender down. */
    @State(Scope.Thread)
    public static class OneWay extends Connected {
        /** Starts the second JVM. */
        public OneWay() {
            super(false);
        }
    }

    /** A connection and a message. */
    @State(Scope.Thread)
    public abstract static class Connected {
        /** By what. */
        @Param({"RING", "PIPE", "FIFO", "MESSAGE_QUEUE", "UNIX_SOCKET", "TCP", "SEMAPHORE", "EVENTFD"})
        public String mechanism;

        /** Bytes of a message. */
        @Param({"32", "1024", "65536"})
        public int size;

        private final boolean echo;
        ProcessLink link;
        ByteBuffer message;

        Connected(boolean echo) {
            this.echo = echo;
        }

        /**
         * Connects.
         *
         * @throws IOException if that fails
         * @throws InterruptedException if interrupted
         */
        @Setup
        public void connect() throws IOException, InterruptedException {
            message = ByteBuffer.allocateDirect(size);
            link = ProcessLink.start(ProcessLink.Mechanism.valueOf(mechanism), size, echo);
        }

        /**
         * Ends the second JVM.
         *
         * @throws IOException if that fails
         */
        @TearDown
        public void disconnect() throws IOException {
            link.close();
        }
    }

    /**
     * There and back.
     *
     * @param connected the connection
     * @return the message received
     * @throws IOException if the connection breaks
     * @throws InterruptedException if interrupted
     */
    @Benchmark
    public ByteBuffer roundTrip(Echo connected) throws IOException, InterruptedException {
        connected.link.send(connected.message.clear());
        connected.link.receive(connected.message.clear());
        return connected.message;
    }

    /**
     * One way.
     *
     * @param connected the connection
     * @throws IOException if the connection breaks
     * @throws InterruptedException if interrupted
     */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public void throughput(OneWay connected) throws IOException, InterruptedException {
        connected.link.send(connected.message.clear());
    }
}
