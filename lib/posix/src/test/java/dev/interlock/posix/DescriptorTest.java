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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
        try (Pipe pipe = Pipe.open();
                PipeSource source = fifo.openSourceNonBlocking();
                PipeSink sink = fifo.openSinkNonBlocking();
                EventFd eventFd = EventFd.create(0);
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

    @Test
    void withoutDescriptorsEveryOpenFailsTypedAndLeavesNothing() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 100; exec \"$@\"", "sh"));
        command.addAll(Children.javaCommand(Poor.class, Children.name("poor")));
        assertEquals("EMFILE EMFILE EMFILE EMFILE EMFILE EMFILE acquired", Children.run(command));
    }

    /** Uses all descriptors that it may have, then tries to open more, then gives one back. */
    static final class Poor {
        public static void main(String[] args) throws Exception {
            String name = args[0];
            List<Runnable> opens = List.of(
                    Pipe::open,
                    () -> EventFd.create(0),
                    () -> SharedMemory.open(name, Creation.OPEN),
                    () -> SharedMemory.anonymous("poor"),
                    () -> MessageQueue.open(name, Creation.OPEN),
                    () -> Fifo.of(Path.of(args[0])).openSourceNonBlocking());
            try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW);
                    MessageQueue queue = MessageQueue.open(name, Creation.CREATE_NEW)) {
                UnnamedSemaphore semaphore = UnnamedSemaphore.create(memory.grow(4096), 0, 0);
                // What is used later is loaded while there is a descriptor for it.
                Concurrent.start(() -> semaphore.tryAcquire(1, TimeUnit.MILLISECONDS))
                        .join();
                queue.send(new byte[1], 0);
                queue.receive();
                opens.forEach(open -> assertThrows(PosixException.class, () -> failing(open)));
                List<EventFd> all = new ArrayList<>();
                assertThrows(PosixException.class, () -> {
                    for (; ; ) {
                        all.add(EventFd.create(0));
                    }
                });
                StringBuilder result = new StringBuilder();
                for (int round = 0; round < 200; round++) {
                    result.setLength(0);
                    for (Runnable open : opens) {
                        result.append(assertThrows(PosixException.class, open::run)
                                        .errnoName())
                                .append(' ');
                    }
                }
                Concurrent<Boolean> waiter = Concurrent.start(() -> semaphore.tryAcquire(1, TimeUnit.DAYS));
                waiter.awaitBlocked();
                semaphore.release();
                result.append(waiter.join() && queue.trySend(new byte[1], 0) ? "acquired" : "failed");
                all.forEach(EventFd::close);
                System.out.println(result);
            } finally {
                SharedMemory.unlink(name);
                MessageQueue.unlink(name);
            }
        }

        private static void failing(Runnable open) {
            open.run();
            throw PosixException.of("none", "it has not failed", Errno.EPERM);
        }
    }
}
