package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class DescriptorTest {
    private static boolean isCloseOnExec(int number) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + number))) {
                if (line.startsWith("flags:")) {
                    return (Integer.parseInt(line.substring(6).strip(), 8) & LibC.O_CLOEXEC) != 0;
                }
            }
            throw new AssertionError("no flags of descriptor " + number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The descriptor by which this process has a file open. */
    private static int numberOf(Path file) throws IOException {
        Path real = file.toRealPath();
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.filter(link -> real.equals(target(link)))
                    .mapToInt(link -> Integer.parseInt(link.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (NoSuchFileException e) {
            return link; // closed meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOpen(int number) {
        return Files.exists(Path.of("/proc/self/fd/" + number));
    }

    @Test
    void everyDescriptorIsCloseOnExec(@TempDir Path directory) throws Exception {
        String name = Children.name("cloexec");
        Fifo fifo = Fifo.create(directory.resolve("fifo"));
        Path file = Files.createFile(directory.resolve("file"));
        Blocker blocker = Blocker.borrow();
        try (Pipe pipe = Pipe.open();
                PipeSource source = fifo.openSourceNonBlocking();
                PipeSink sink = fifo.openSinkNonBlocking();
                EventFd eventFd = EventFd.create(0);
                EventFd adopted = EventFd.ofProcess(ProcessHandle.current().pid(), eventFd.descriptor());
                SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW);
                SharedMemory reader = SharedMemory.openReadOnly(name);
                SharedMemory anonymous = SharedMemory.anonymous("cloexec");
                MessageQueue queue = MessageQueue.open(name, Creation.CREATE_NEW);
                FileLock lock = FileLock.open(file)) {
            int[] numbers = {
                pipe.source().descriptor.number(),
                pipe.sink().descriptor.number(),
                source.descriptor.number(),
                sink.descriptor.number(),
                eventFd.descriptor(),
                adopted.descriptor(),
                blocker.eventfd(),
                memory.descriptor(),
                reader.descriptor(),
                anonymous.descriptor(),
                queue.polled().number(),
                numberOf(file)
            };
            for (int number : numbers) {
                assertTrue(isCloseOnExec(number), () -> number + " among " + Arrays.toString(numbers) + lock);
            }
        } finally {
            blocker.giveBack();
            SharedMemory.unlink(name);
            MessageQueue.unlink(name);
        }
    }

    @Test
    void theLastUserClosesTheNumberNotTheFirstToSaySo() {
        EventFd eventFd = EventFd.create(0);
        Descriptor descriptor = eventFd.polled();
        int number = descriptor.acquire();
        assertEquals(number, descriptor.acquire());
        eventFd.close();
        assertTrue(descriptor.isClosed());
        assertTrue(isOpen(number), "in use, so that no other file can get the number");
        assertThrows(IllegalStateException.class, descriptor::acquire);
        assertEquals(-1, descriptor.tryAcquire());
        descriptor.release();
        assertTrue(isOpen(number));
        descriptor.release();
        assertFalse(isOpen(number));
    }

    @Test
    void closingTwiceClosesNoNumberOfAnotherObject() {
        EventFd first = EventFd.create(0);
        int number = first.descriptor();
        first.close();
        try (EventFd second = EventFd.create(0);
                EventFd third = EventFd.create(0)) {
            assertNotEquals(second.descriptor(), third.descriptor());
            first.close();
            assertTrue(isOpen(second.descriptor()) && isOpen(third.descriptor()), () -> "number " + number);
        }
    }
}
