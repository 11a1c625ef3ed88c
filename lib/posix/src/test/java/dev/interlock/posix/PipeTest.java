package dev.interlock.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
@SuppressWarnings("try") // closing early is what is tested
class PipeTest {
    private final Pipe pipe = Pipe.open();
    private final PipeSource source = pipe.source();
    private final PipeSink sink = pipe.sink();

    @AfterEach
    void close() {
        pipe.close();
    }

    private static ByteBuffer allocate(boolean direct, int capacity) {
        return direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private String read(int most) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(most);
        source.read(buffer);
        return UTF_8.decode(buffer.flip()).toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesComeOutInOrderThroughAnyBuffer(boolean direct) throws Exception {
        byte[] sent = new byte[1_000_000];
        new Random(1).nextBytes(sent);
        Concurrent<Integer> writer = Concurrent.start(() -> {
            ByteBuffer buffer = allocate(direct, sent.length + 7).position(7);
            buffer.put(sent).position(7);
            int written = sink.write(buffer);
            sink.close();
            assertFalse(buffer.hasRemaining());
            return written;
        });
        ByteBuffer received = allocate(direct, sent.length + 100).position(50);
        int count = 0;
        while (count != -1) {
            count = source.read(received);
        }
        assertEquals(sent.length, writer.join());
        received.flip().position(50);
        byte[] bytes = new byte[received.remaining()];
        received.get(bytes);
        org.junit.jupiter.api.Assertions.assertArrayEquals(sent, bytes);
    }

    @Test
    void theEndComesAfterTheLastWriterAndTheLastByte() throws Exception {
        sink.write(bytes("abc"));
        sink.close();
        assertEquals("ab", read(2));
        assertEquals("c", read(2));
        assertEquals(-1, source.read(ByteBuffer.allocate(1)));
        assertEquals(-1, source.read(ByteBuffer.allocate(1)));
    }

    @Test
    void streamsAreMadeOfTheEnds() throws Exception {
        try (OutputStream out = Channels.newOutputStream(sink);
                InputStream in = Channels.newInputStream(source)) {
            out.write("hello".getBytes(UTF_8));
            sink.close();
            assertEquals("hello", new String(in.readAllBytes(), UTF_8));
        }
    }

    @Test
    void withoutAReaderAWriteBreaks() throws Exception {
        source.close();
        PosixException e = assertThrows(BrokenPipeException.class, () -> sink.write(bytes("x")));
        assertEquals("EPIPE", e.errnoName());
        assertEquals("write", e.call());
        assertTrue(sink.isOpen());
    }

    @Test
    void aBlockedWriteBreaksWhenTheReaderLeaves() throws Exception {
        Concurrent<Integer> writer = Concurrent.start(() -> sink.write(ByteBuffer.allocate(1 << 20)));
        writer.awaitBlocked();
        source.close();
        assertThrows(BrokenPipeException.class, writer::join);
    }

    @Test
    void anInterruptClosesAndEndsABlockedRead() throws Exception {
        Concurrent<Integer> reader = Concurrent.start(() -> {
            try {
                return source.read(ByteBuffer.allocate(1));
            } finally {
                assertTrue(Thread.currentThread().isInterrupted());
            }
        });
        reader.awaitBlocked();
        reader.thread.interrupt();
        assertThrows(ClosedByInterruptException.class, reader::join);
        assertFalse(source.isOpen());
    }

    @Test
    void anInterruptClosesAndEndsABlockedWrite() throws Exception {
        ByteBuffer data = ByteBuffer.allocate(1 << 20);
        Concurrent<Integer> writer = Concurrent.start(() -> sink.write(data));
        writer.awaitBlocked();
        writer.thread.interrupt();
        assertThrows(ClosedByInterruptException.class, writer::join);
        assertEquals(1 << 16, data.position());
    }

    @Test
    void anInterruptOfBeforeEndsAReadAtOnce() throws Exception {
        sink.write(bytes("x"));
        Concurrent<Integer> reader = Concurrent.start(() -> {
            Thread.currentThread().interrupt();
            return source.read(ByteBuffer.allocate(1));
        });
        assertThrows(ClosedByInterruptException.class, reader::join);
    }

    @Test
    void aCloseFromAnotherThreadEndsBlockedCalls() throws Exception {
        for (int round = 0; round < 200; round++) {
            try (Pipe one = Pipe.open();
                    Pipe other = Pipe.open()) {
                Concurrent<Integer> reader = Concurrent.start(() -> one.source().read(ByteBuffer.allocate(1)));
                Concurrent<Integer> writer = Concurrent.start(() -> other.sink().write(ByteBuffer.allocate(1 << 20)));
                if (round % 10 == 0) {
                    reader.awaitBlocked();
                    writer.awaitBlocked();
                }
                one.source().close();
                other.sink().close();
                assertThrows(ClosedChannelException.class, reader::join);
                assertThrows(ClosedChannelException.class, writer::join);
            }
        }
    }

    @Test
    void aCloseDuringTheWaitIsToldFromOneBeforeIt() throws Exception {
        Concurrent<Integer> reader = Concurrent.start(() -> source.read(ByteBuffer.allocate(1)));
        reader.awaitBlocked();
        source.close();
        assertThrows(AsynchronousCloseException.class, reader::join);
        ClosedChannelException e =
                assertThrows(ClosedChannelException.class, () -> source.read(ByteBuffer.allocate(1)));
        assertEquals(ClosedChannelException.class, e.getClass());
        assertThrows(IllegalStateException.class, source::capacity);
        assertThrows(IllegalStateException.class, source::redirect);
    }

    @Test
    void nonBlockingCallsMoveWhatTheyCan() throws Exception {
        source.configureBlocking(false);
        sink.configureBlocking(false);
        assertEquals(0, source.read(ByteBuffer.allocate(10)));
        assertEquals(1 << 16, sink.write(ByteBuffer.allocate(1 << 20)));
        assertEquals(0, sink.write(bytes("x")));
        assertEquals(10, source.read(ByteBuffer.allocate(10)));
        assertEquals(0, sink.write(ByteBuffer.allocate(Pipe.PIPE_BUF)), "all or nothing up to PIPE_BUF");
        sink.close();
    }

    @Test
    void anEmptyBufferMovesNothingAndDoesNotWait() throws Exception {
        assertEquals(0, source.read(ByteBuffer.allocate(0)));
        assertEquals(0, sink.write(ByteBuffer.allocate(0)));
        assertThrows(
                IllegalArgumentException.class,
                () -> source.read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
    }

    @Test
    void theCapacityIsReadAndSet() throws Exception {
        assertEquals(65536, source.capacity());
        assertEquals(8192, sink.capacity(5000));
        assertEquals(8192, source.capacity());
        sink.write(ByteBuffer.allocate(8192));
        assertEquals(
                "EBUSY",
                assertThrows(PosixException.class, () -> sink.capacity(1)).errnoName());
        assertThrows(IllegalArgumentException.class, () -> sink.capacity(0));
    }

    @Test
    void recordsOfPipeBufBytesAreNeverMixed() throws Exception {
        int writers = 4;
        int records = 2500;
        List<Concurrent<Void>> running = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            byte mark = (byte) (writer + 1);
            boolean direct = writer % 2 == 0;
            running.add(Concurrent.start(() -> {
                ByteBuffer block = allocate(direct, Pipe.PIPE_BUF);
                while (block.hasRemaining()) {
                    block.put(mark);
                }
                for (int record = 0; record < records; record++) {
                    sink.write(block.flip());
                }
                return null;
            }));
        }
        int[] seen = new int[writers + 1];
        ByteBuffer block = ByteBuffer.allocateDirect(Pipe.PIPE_BUF);
        for (int record = 0; record < writers * records; record++) {
            block.clear();
            while (block.hasRemaining()) {
                source.read(block);
            }
            byte mark = block.get(0);
            for (int index = 0; index < Pipe.PIPE_BUF; index += 8) {
                assertEquals(mark, block.get(index));
            }
            seen[mark]++;
        }
        for (Concurrent<Void> writer : running) {
            writer.join();
        }
        org.junit.jupiter.api.Assertions.assertArrayEquals(new int[] {0, records, records, records, records}, seen);
    }

    @Test
    void aChildReadsFromASink() throws Exception {
        Process child = Children.start(new ProcessBuilder("sort").redirectInput(source.redirect()));
        source.close();
        sink.write(bytes("b\na\n"));
        sink.close();
        assertEquals("a\nb", Children.finish(child));
    }

    @Test
    void aChildWritesToASource() throws Exception {
        Process child = Children.start(new ProcessBuilder("seq", "100000").redirectOutput(sink.redirect()));
        sink.close();
        String text = new String(Channels.newInputStream(source).readAllBytes(), UTF_8);
        assertEquals(
                100_000,
                text.lines().mapToLong(Long::parseLong).filter(line -> line > 0).count());
        Children.finish(child);
    }

    @Test
    void aChildSeesTheEndAlthoughTheParentsEndsDoNotBlock() throws Exception {
        Process child =
                Children.start(new ProcessBuilder("sh", "-c", "sleep 0.1; cat").redirectInput(source.redirect()));
        source.close();
        sink.write(bytes("late"));
        sink.close();
        assertEquals("late", Children.finish(child));
    }
}
