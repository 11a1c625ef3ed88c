package dev.interlock.examples;

import dev.interlock.buffer.MessageRing;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.shared.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A message of 32 bytes goes to another process and comes back, through one medium or another. */
interface RoundTrips {
    int LENGTH = 32;
    long STOP = -1;

    /** Sends a message whose first eight bytes are the value. */
    void send(long value) throws IOException, InterruptedException;

    /** Receives a message, and returns the value of its first eight bytes. */
    long receive() throws IOException, InterruptedException;

    /** Two rings of a segment, one for each direction; the one side's "to" is the other's "from". */
    static RoundTrips rings(Segment segment, String to, String from, WaitStrategy waiting) {
        Function<Memory, MessageRing> layout = memory -> new MessageRing(memory, 64, LENGTH, waiting);
        MessageRing out = segment.attach(to, layout);
        MessageRing in = segment.attach(from, layout);
        return new RoundTrips() {
            @Override
            public void send(long value) throws InterruptedException {
                try (MessageRing.Claim claim = out.claim(LENGTH)) {
                    ByteBuffer buffer = claim.buffer();
                    for (int i = 0; i < LENGTH; i += Long.BYTES) {
                        buffer.putLong(i, value + i);
                    }
                    claim.publish();
                }
            }

            @Override
            public long receive() throws InterruptedException {
                try (MessageRing.Message message = in.read()) {
                    return message.buffer().getLong(0);
                }
            }
        };
    }

    static RoundTrips channels(ReadableByteChannel in, WritableByteChannel out) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LENGTH);
        return new RoundTrips() {
            @Override
            public void send(long value) throws IOException {
                buffer.clear();
                buffer.putLong(0, value);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }

            @Override
            public long receive() throws IOException {
                buffer.clear();
                while (buffer.hasRemaining()) {
                    if (in.read(buffer) < 0) {
                        throw new IOException("the other process has gone");
                    }
                }
                return buffer.getLong(0);
            }
        };
    }

    static RoundTrips channel(ByteChannel channel) {
        return channels(channel, channel);
    }

    /** The two pipes between a process and its child. */
    static RoundTrips streams(InputStream in, OutputStream out) {
        RoundTrips channels = channels(Channels.newChannel(in), Channels.newChannel(out));
        return new RoundTrips() {
            @Override
            public void send(long value) throws IOException, InterruptedException {
                channels.send(value);
                out.flush();
            }

            @Override
            public long receive() throws IOException, InterruptedException {
                return channels.receive();
            }
        };
    }

    /** Sends back what comes, until the other side stops. */
    default void echo() throws IOException, InterruptedException {
        long value;
        do {
            value = receive();
            send(value);
        } while (value != STOP);
    }

    /** Round trips for some time after some time of warming up: nanoseconds each, by batch, sorted. */
    default List<Double> measure(int batch, long seconds) throws IOException, InterruptedException {
        List<Double> samples = new ArrayList<>();
        long start = System.nanoTime();
        long warm = start + TimeUnit.SECONDS.toNanos(seconds) / 2;
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        long now = start;
        for (long value = 0; now - end < 0; ) {
            for (int i = 0; i < batch; i++, value++) {
                send(value);
                long back = receive();
                if (back != value) {
                    throw new IllegalStateException("sent " + value + ", came back " + back);
                }
            }
            long then = System.nanoTime();
            if (now - warm >= 0) {
                samples.add((then - now) / (double) batch);
            }
            now = then;
        }
        send(STOP);
        receive();
        Collections.sort(samples);
        return samples;
    }
}
