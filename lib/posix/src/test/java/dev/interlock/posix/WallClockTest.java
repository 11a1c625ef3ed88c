package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.posix.PosixSemaphore.Way;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step of the wall clock ends no wait early and makes none longer. The clock of the machine is left alone: a child
 * process gets its time from a library loaded before the C library, which makes the step while the child waits.
 */
@Timeout(600)
class WallClockTest {
    private static final int HOUR = 3600;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {HOUR, -HOUR})
    void aStepOfTheWallClockChangesNoWait(int step) throws Exception {
        assumeTrue(Partner.isInstalled("gcc"), "gcc is not installed: no library to shift the clock with");
        Path library = directory.resolve("wallclock.so");
        String source =
                Path.of("src", "test", "c", "wallclock.c").toAbsolutePath().toString();
        Children.run(List.of(
                "gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", "" + library, source));
        ProcessBuilder builder =
                new ProcessBuilder(Children.javaCommand(Waiter.class, Children.name("clock"), "" + directory));
        builder.environment().put("LD_PRELOAD", library.toString());
        builder.environment()
                .put("WALL_CLOCK_FILE", directory.resolve(Waiter.STEPPED).toString());
        builder.environment().put("WALL_CLOCK_STEP", "" + step);
        String waits = "[eventfd, fifo, file lock, futex, message queue, poll, WORD, CALLS, TRIES]";
        assertEquals(
                "step of " + step / HOUR + " h during a wait: " + waits + " step of 0 h before a wait: " + waits,
                Children.finish(Children.start(builder.redirectErrorStream(true))));
    }

    /** Makes the step during the first of each kind of wait; then waits again. Prints the waits that took their time. */
    static final class Waiter {
        static final String STEPPED = "stepped";

        private static final long WAIT_NANOS = 100_000_000;
        private static final int MILLIS_PER_HOUR = 3_600_000;

        public static void main(String[] args) throws Exception {
            Path directory = Path.of(args[1]);
            Path stepped = directory.resolve(STEPPED);
            Fifo fifo = Fifo.create(directory.resolve("fifo"));
            Path file = Files.createFile(directory.resolve("file"));
            try (EventFd eventFd = EventFd.create(0);
                    FileLock lock = FileLock.open(file);
                    FileLock other = FileLock.open(file);
                    SharedMemory memory = SharedMemory.anonymous("clock");
                    MessageQueue queue = MessageQueue.open(args[0], Creation.CREATE_NEW);
                    Poll poll = new Poll()) {
                lock.lock(0, 0, false);
                ByteBuffer buffer = memory.grow(4096);
                Futex futex = Futex.at(buffer, 0);
                Map<String, Callable<?>> waits = new LinkedHashMap<>();
                waits.put("eventfd", () -> eventFd.take(WAIT_NANOS, TimeUnit.NANOSECONDS));
                waits.put("fifo", () -> awaitWriter(fifo));
                waits.put("file lock", () -> other.tryLock(0, 0, false, WAIT_NANOS, TimeUnit.NANOSECONDS));
                waits.put("futex", () -> futex.awaitInterruptibly(0, WAIT_NANOS));
                waits.put("message queue", () -> queue.receive(WAIT_NANOS, TimeUnit.NANOSECONDS));
                waits.put("poll", () -> poll.await(WAIT_NANOS, TimeUnit.NANOSECONDS));
                for (Way way : List.of(Way.best(), Way.CALLS, Way.TRIES)) {
                    PosixSemaphore semaphore = UnnamedSemaphore.create(buffer, 64 + 32 * way.ordinal(), 0, way);
                    waits.put("" + way, () -> semaphore.tryAcquire(WAIT_NANOS, TimeUnit.NANOSECONDS));
                }
                run("during", waits, stepped);
                Files.createFile(stepped);
                run("before", waits, null);
            } finally {
                MessageQueue.unlink(args[0]);
            }
        }

        private static Object awaitWriter(Fifo fifo) throws InterruptedException {
            try (PipeSource source = fifo.openSource(WAIT_NANOS, TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("a writer came: " + source);
            } catch (TimeoutException e) {
                return null;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void run(String when, Map<String, Callable<?>> waits, Path stepDuringWait) throws Exception {
            long shift = 0;
            List<String> inTime = new java.util.ArrayList<>();
            for (Map.Entry<String, Callable<?>> wait : waits.entrySet()) {
                long wall = System.currentTimeMillis();
                long start = System.nanoTime();
                Concurrent<Void> stepper = Concurrent.start(() -> {
                    Thread.sleep(WAIT_NANOS / 2_000_000);
                    if (stepDuringWait != null) {
                        Files.createFile(stepDuringWait);
                    }
                    return null;
                });
                wait.getValue().call();
                long elapsed = System.nanoTime() - start;
                stepper.join();
                shift = Math.round((double) (System.currentTimeMillis() - wall) / MILLIS_PER_HOUR);
                if (stepDuringWait != null) {
                    Files.delete(stepDuringWait);
                }
                if (elapsed >= WAIT_NANOS) {
                    inTime.add(wait.getKey());
                }
            }
            System.out.print("step of " + shift + " h " + when + " a wait: " + inTime + " ");
        }
    }
}
