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
 * Messages of 32 bytes between two JVMs, of which this starts the second: our ring and mailbox in a segment, with all that
 * they do to survive a death, beside Agrona's rings on the same kind of memory, Chronicle Queue on files in memory, and the
 * kernel's own means. Round trips with their percentiles, and how many messages go one way.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar TwoJvmBenchmark}
 *
 * <p>Ours spin for a while and then sleep, as they do unless told otherwise; Agrona's and Chronicle's only spin, having
 * nothing to sleep on. {@code RING_PARK} and {@code FUTEX} sleep at once: their round trips are two wake-ups, to be
 * compared with {@code JDK_PIPE}, read and write through the JDK's own channels.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            Opens.MISC,
            Opens.LANG,
            Opens.REFLECT,
            Opens.IO,
            Opens.UTIL,
            Opens.NIO,
            Opens.CHANNELS,
            Opens.REF,
            Opens.COMPILER
        })
@Timeout(time = 60)
public class TwoJvmBenchmark {
    private static final int LENGTH = 32;

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
        @Param({
            "RING",
            "MAILBOX",
            "AGRONA_ONE_TO_ONE",
            "AGRONA_MANY_TO_ONE",
            "CHRONICLE_QUEUE",
            "RING_PARK",
            "FUTEX",
            "JDK_PIPE",
            "PIPE",
            "UNIX_SOCKET",
            "MESSAGE_QUEUE"
        })
        public String mechanism;

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
            message = ByteBuffer.allocateDirect(LENGTH);
            link = ProcessLink.start(ProcessLink.Mechanism.valueOf(mechanism), LENGTH, echo);
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
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public void throughput(OneWay connected) throws IOException, InterruptedException {
        connected.link.send(connected.message.clear());
    }
}
