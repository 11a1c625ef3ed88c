package dev.interlock.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@SuppressWarnings("try") // closing early is what is tested
class FifoTest {
    @TempDir
    private Path directory;

    private Fifo fifo;

    @BeforeEach
    void create() {
        fifo = Fifo.create(directory.resolve("fifo"));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Test
    void bothEndsWaitForEachOther() throws Exception {
        Concurrent<PipeSource> reader = Concurrent.start(() -> fifo.openSource());
        Concurrent<PipeSink> writer = Concurrent.start(() -> fifo.openSink());
        try (PipeSource source = reader.join();
                PipeSink sink = writer.join()) {
            assertTrue(source.isBlocking());
            sink.write(bytes("hello"));
            ByteBuffer buffer = ByteBuffer.allocate(10);
            assertEquals(5, source.read(buffer));
            sink.close();
            assertEquals(-1, source.read(buffer));
        }
    }

    @Test
    void aSourceWaitsForAWriterThatWritesNothing() throws Exception {
        Concurrent<PipeSource> reader = Concurrent.start(() -> fifo.openSource());
        reader.awaitBlocked();
        try (PipeSink sink = fifo.openSink();
                PipeSource source = reader.join()) {
            assertTrue(sink.isOpen());
            assertTrue(source.isOpen());
        }
    }

    @Test
    void aWriterThatCameAndWentIsEnoughForASource() throws Exception {
        for (int round = 0; round < 50; round++) {
            Concurrent<PipeSource> reader = Concurrent.start(() -> fifo.openSource());
            try (PipeSink sink = fifo.openSink()) {
                sink.write(bytes("x"));
            }
            try (PipeSource source = reader.join()) {
                ByteBuffer buffer = ByteBuffer.allocate(10);
                assertEquals(1, source.read(buffer));
                assertEquals(-1, source.read(buffer));
            }
        }
    }

    @Test
    void aTimedOpenGivesUpNotBeforeItsTime() {
        long start = System.nanoTime();
        assertThrows(TimeoutException.class, () -> fifo.openSource(30, TimeUnit.MILLISECONDS));
        assertThrows(TimeoutException.class, () -> fifo.openSink(30, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= 60_000_000);
        assertThrows(TimeoutException.class, () -> fifo.openSink(-1, TimeUnit.MILLISECONDS));
        TimeoutException e = assertThrows(TimeoutException.class, () -> fifo.openSource(0, TimeUnit.MILLISECONDS));
        assertTrue(e.getMessage().contains(fifo.path().toString()));
    }

    @Test
    void anInterruptEndsTheWaitForTheOtherSide() throws Exception {
        Concurrent<PipeSource> reader = Concurrent.start(() -> fifo.openSource());
        reader.awaitBlocked();
        reader.thread.interrupt();
        assertThrows(InterruptedException.class, reader::join);
        Concurrent<PipeSink> writer = Concurrent.start(() -> fifo.openSink());
        writer.awaitBlocked();
        writer.thread.interrupt();
        assertThrows(InterruptedException.class, writer::join);
    }

    @Test
    void anInterruptOfBeforeIsSeenThoughTheOtherSideIsThere() throws Exception {
        try (PipeSource source = fifo.openSourceNonBlocking();
                PipeSink sink = fifo.openSinkNonBlocking()) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, fifo::openSource);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, fifo::openSink);
            assertTrue(source.isOpen() && sink.isOpen());
        }
    }

    @Test
    void withoutAReaderANonBlockingSinkIsRefusedTyped() {
        PosixException e = assertThrows(PosixException.NoReader.class, () -> fifo.openSinkNonBlocking());
        assertEquals("ENXIO", e.errnoName());
        assertEquals(fifo.path().toString(), e.object());
    }

    @Test
    void withoutAWriterANonBlockingSourceIsAtItsEndUntilOneComes() throws Exception {
        try (PipeSource source = fifo.openSourceNonBlocking()) {
            ByteBuffer buffer = ByteBuffer.allocate(10);
            assertFalse(source.isBlocking());
            assertEquals(-1, source.read(buffer));
            try (PipeSink sink = fifo.openSinkNonBlocking()) {
                assertEquals(0, source.read(buffer));
                sink.write(bytes("ab"));
                assertEquals(2, source.read(buffer));
            }
            assertEquals(-1, source.read(buffer));
        }
    }

    @Test
    void permissionIsForTheOwnerAloneUnlessSaidOtherwise() throws Exception {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(fifo.path())));
        Fifo readable = Fifo.create(directory.resolve("readable"), 0644);
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(readable.path())));
        assertThrows(IllegalArgumentException.class, () -> Fifo.create(directory.resolve("x"), 02666));
    }

    @Test
    void badPathsAreTyped() throws Exception {
        assertThrows(PosixException.AlreadyExists.class, () -> Fifo.create(fifo.path()));
        assertThrows(PosixException.NotFound.class, () -> Fifo.create(directory.resolve("no/fifo")));
        Fifo missing = Fifo.of(directory.resolve("missing"));
        assertThrows(PosixException.NotFound.class, missing::openSource);
        assertThrows(PosixException.NotFound.class, missing::openSinkNonBlocking);
        assertThrows(PosixException.NotFound.class, missing::unlink);
    }

    @Test
    void aSymbolicLinkAndAFileThatIsNoFifoAreRefused() throws Exception {
        Fifo link = Fifo.of(Files.createSymbolicLink(directory.resolve("link"), fifo.path()));
        assertEquals(
                "ELOOP", assertThrows(PosixException.class, link::openSource).errnoName());
        Fifo file = Fifo.of(Files.createFile(directory.resolve("file")));
        long before = Leaks.descriptors();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, file::openSink);
        assertTrue(e.getMessage().contains(file.path().toString()));
        assertThrows(IllegalArgumentException.class, file::openSourceNonBlocking);
        Leaks.assertNoMoreDescriptorsThan(before);
    }

    @Test
    void anUnlinkedFifoGoesOnForItsHolders() throws Exception {
        try (PipeSource source = fifo.openSourceNonBlocking();
                PipeSink sink = fifo.openSinkNonBlocking()) {
            fifo.unlink();
            assertFalse(Files.exists(fifo.path()));
            sink.write(bytes("x"));
            assertEquals(1, source.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void theShellReadsWhatJavaWrites() throws Exception {
        Process cat = Children.start(new ProcessBuilder(
                "sh", "-c", "cat < \"$0\" | wc -l", fifo.path().toString()));
        try (PipeSink sink = fifo.openSink()) {
            ByteBuffer line = bytes("line\n");
            for (int count = 0; count < 100_000; count++) {
                sink.write(line.rewind());
            }
        }
        assertEquals("100000", Children.finish(cat));
    }

    @Test
    void javaReadsWhatTheShellWrites() throws Exception {
        Process writer = Children.start(
                new ProcessBuilder("sh", "-c", "echo 0 > \"$0\"", fifo.path().toString()));
        try (PipeSource source = fifo.openSource()) {
            assertEquals("0\n", new String(Channels.newInputStream(source).readAllBytes(), UTF_8));
        }
        Children.finish(writer);
        writer = Children.start(new ProcessBuilder(
                "sh", "-c", "seq 100000 > \"$0\"", fifo.path().toString()));
        try (PipeSource source = fifo.openSource()) {
            String text = new String(Channels.newInputStream(source).readAllBytes(), UTF_8);
            assertEquals(5_000_050_000L, text.lines().mapToLong(Long::parseLong).sum());
        }
        Children.finish(writer);
    }
}
