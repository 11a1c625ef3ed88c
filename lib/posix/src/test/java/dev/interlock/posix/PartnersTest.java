package dev.interlock.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.posix.PosixSemaphore.Way;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** C, Python and the shell as equal partners, in both directions, under load. */
@Timeout(600)
class PartnersTest {
    private static final int LOAD = 100_000;

    private static final long SUM = LOAD * (LOAD + 1L) / 2;

    private final String name = Children.name("partner");

    @AfterEach
    void removeWhatIsLeft() throws Exception {
        for (String file :
                new String[] {name.substring(1), "sem." + name.substring(1), "sem." + name.substring(1) + "2"}) {
            Files.deleteIfExists(Path.of("/dev/shm", file));
        }
        try {
            MessageQueue.unlink(name);
        } catch (PosixException.NotFound e) {
            assertEquals(name, e.object()); // the test had no queue
        }
    }

    private NamedSemaphore semaphore(String suffix, int permits, Way way) {
        return NamedSemaphore.open(name + suffix, Creation.CREATE_NEW, 0600, permits, way);
    }

    @ParameterizedTest
    @CsvSource({"C, WORD", "C, CALLS", "PYTHON, WORD", "PYTHON, CALLS"})
    void aSemaphoreExcludesTheOtherLanguage(Partner partner, Way way) throws Exception {
        assumeTrue(
                way == Way.CALLS || SemaphoreLayout.isKnown(), "the layout of sem_t is not known: no word to work on");
        try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW);
                NamedSemaphore semaphore = semaphore("", 1, way)) {
            ByteBuffer buffer = memory.grow(4096);
            Process other = partner.start("sem-add", name, name, LOAD);
            for (int round = 0; round < LOAD; round++) {
                semaphore.acquire();
                buffer.putLong(0, buffer.getLong(0) + 1);
                semaphore.release();
            }
            assertEquals("", Children.finish(other));
            assertEquals(2 * LOAD, buffer.getLong(0));
            assertEquals(1, semaphore.availablePermits());
        }
    }

    @ParameterizedTest
    @CsvSource({"C, WORD", "C, CALLS", "PYTHON, WORD", "PYTHON, CALLS"})
    void sleepersOfEitherLanguageWakeTheOther(Partner partner, Way way) throws Exception {
        assumeTrue(
                way == Way.CALLS || SemaphoreLayout.isKnown(), "the layout of sem_t is not known: no word to work on");
        try (NamedSemaphore ping = semaphore("", 0, way);
                NamedSemaphore pong = semaphore("2", 0, way)) {
            Process other = partner.start("sem-pong", ping.name(), pong.name(), LOAD);
            for (int round = 0; round < LOAD; round++) {
                ping.release();
                assertTrue(pong.tryAcquire(60, TimeUnit.SECONDS), "round " + round);
            }
            assertEquals("", Children.finish(other));
        }
    }

    @Test
    void aSemaphoreMadeInPythonIsOpenedHere() throws Exception {
        Partner.PYTHON.run("sem-make", name, 3);
        try (NamedSemaphore semaphore = NamedSemaphore.open(name)) {
            assertEquals(3, semaphore.availablePermits());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theClassicPairOfWriterAndReaderWorksBothWays(Partner partner) throws Exception {
        String text = "Hello World!";
        partner.run("shm-write", name, text);
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            byte[] bytes = new byte[text.length()];
            memory.map().get(bytes);
            assertEquals(text, new String(bytes, UTF_8));
            memory.map().put("Hallo Welt!!".getBytes(UTF_8));
            assertEquals("Hallo Welt!!", partner.run("shm-read", name, text.length()));
        }
    }

    /** A record of shared memory: its number at 0, the same as text at 8. */
    private static void put(ByteBuffer record, int number) {
        record.putLong(0, number);
        record.put(8, String.format("%-24d", number).getBytes(UTF_8));
    }

    private static int get(ByteBuffer record) {
        byte[] text = new byte[24];
        record.get(8, text);
        assertEquals("" + record.getLong(0), new String(text, UTF_8).strip());
        return (int) record.getLong(0);
    }

    @ParameterizedTest
    @EnumSource
    void aReaderInTheOtherLanguageGetsEveryRecordOfAWriterHere(Partner partner) throws Exception {
        try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW);
                NamedSemaphore items = semaphore("", 0, Way.best());
                NamedSemaphore spaces = semaphore("2", 1, Way.best())) {
            ByteBuffer record = memory.grow(4096);
            Process reader = partner.start("shm-consume", items.name(), spaces.name(), name, LOAD);
            for (int number = 1; number <= LOAD; number++) {
                spaces.acquire();
                put(record, number);
                items.release();
            }
            assertEquals("" + SUM, Children.finish(reader));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderHereGetsEveryRecordOfAWriterInTheOtherLanguage(Partner partner) throws Exception {
        try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW);
                NamedSemaphore items = semaphore("", 0, Way.best());
                NamedSemaphore spaces = semaphore("2", 1, Way.best())) {
            ByteBuffer record = memory.grow(4096);
            Process writer = partner.start("shm-produce", items.name(), spaces.name(), name, LOAD);
            long sum = 0;
            for (int number = 1; number <= LOAD; number++) {
                items.acquire();
                sum += get(record);
                spaces.release();
            }
            assertEquals("", Children.finish(writer));
            assertEquals(SUM, sum);
        }
    }

    @Test
    void unnamedSemaphoresMadeHereServeC() throws Exception {
        try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW)) {
            ByteBuffer buffer = memory.grow(4096);
            PosixSemaphore items = UnnamedSemaphore.create(buffer, 0, 0);
            PosixSemaphore spaces = UnnamedSemaphore.create(buffer, 32, 1);
            Process consumer = Partner.C.start("usem-consume", name, LOAD);
            for (int number = 1; number <= LOAD; number++) {
                spaces.acquire();
                buffer.putLong(64, number);
                items.release();
            }
            assertEquals("" + SUM, Children.finish(consumer));
        }
    }

    @Test
    void unnamedSemaphoresMadeInCServeHere() throws Exception {
        Partner.C.run("usem-make", name, 1);
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            ByteBuffer buffer = memory.map();
            PosixSemaphore items = UnnamedSemaphore.at(buffer, 0);
            PosixSemaphore spaces = UnnamedSemaphore.at(buffer, 32);
            Process producer = Partner.C.start("usem-produce", name, LOAD);
            long sum = 0;
            for (int number = 1; number <= LOAD; number++) {
                items.acquire();
                sum += buffer.getLong(64);
                spaces.release();
            }
            assertEquals("", Children.finish(producer));
            assertEquals(SUM, sum);
        }
    }

    @Test
    void aMessageQueueCarriesFromCToHere() throws Exception {
        try (MessageQueue queue = MessageQueue.open(name, Creation.CREATE_NEW, 0600, 10, 32)) {
            Process sender = Partner.C.start("mq-send", name, LOAD);
            long sum = 0;
            for (int count = 0; count < LOAD; count++) {
                MessageQueue.Message message = queue.receive(60, TimeUnit.SECONDS);
                long number = Long.parseLong(new String(message.bytes(), UTF_8));
                assertEquals(number % 3, message.priority());
                sum += number;
            }
            assertEquals("", Children.finish(sender));
            assertEquals(SUM, sum);
        }
    }

    @Test
    void aMessageQueueCarriesFromHereToC() throws Exception {
        try (MessageQueue queue = MessageQueue.open(name, Creation.CREATE_NEW, 0600, 10, 32)) {
            Process receiver = Partner.C.start("mq-receive", name, LOAD);
            for (int number = 1; number <= LOAD; number++) {
                assertTrue(queue.send(("" + number).getBytes(UTF_8), 2, 60, TimeUnit.SECONDS));
            }
            assertEquals(SUM + " " + 2 * LOAD, Children.finish(receiver));
        }
    }

    @Test
    void aFifoCarriesFromCToHere(@TempDir Path directory) throws Exception {
        Fifo fifo = Fifo.create(directory.resolve("fifo"));
        Process writer = Partner.C.start("fifo-write", fifo.path(), LOAD);
        try (PipeSource source = fifo.openSource()) {
            String text = new String(Channels.newInputStream(source).readAllBytes(), UTF_8);
            assertEquals(SUM, text.lines().mapToLong(Long::parseLong).sum());
        }
        Children.finish(writer);
    }

    @Test
    void aFifoCarriesFromHereToC(@TempDir Path directory) throws Exception {
        Fifo fifo = Fifo.create(directory.resolve("fifo"));
        Process reader = Partner.C.start("fifo-read", fifo.path());
        try (PipeSink sink = fifo.openSink()) {
            for (int number = 1; number <= LOAD; number++) {
                sink.write(ByteBuffer.wrap((number + "\n").getBytes(UTF_8)));
            }
        }
        assertEquals("" + SUM, Children.finish(reader));
    }

    @Test
    void anEventFdCarriesFromTheForkOfACProgramToHere() throws Exception {
        Process program = Partner.C.start("eventfd-add", LOAD);
        BufferedReader output = Children.output(program);
        try (EventFd counter = EventFd.ofProcess(program.pid(), Integer.parseInt(output.readLine()))) {
            long sum = 0;
            while (sum < LOAD) {
                sum += counter.take();
            }
            assertEquals(LOAD, sum);
            assertEquals("done", output.readLine());
            assertEquals(0, counter.tryTake());
        }
        end(program);
    }

    @Test
    void anEventFdCarriesFromHereToTheForkOfACProgram() throws Exception {
        Process program = Partner.C.start("eventfd-take", LOAD);
        BufferedReader output = Children.output(program);
        try (EventFd counter = EventFd.ofProcess(program.pid(), Integer.parseInt(output.readLine()))) {
            for (int count = 0; count < LOAD; count++) {
                counter.add(1);
            }
            assertEquals("done", output.readLine());
            assertEquals(0, counter.tryTake());
        }
        end(program);
    }

    private static void end(Process program) throws IOException, InterruptedException {
        program.getOutputStream().close();
        assertTrue(program.waitFor(Children.WATCHDOG_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, program.exitValue());
    }

    /**
     * Real-time signals queue, up to the limit that the program has set itself: it takes none before it is told to, so
     * the limit is met for certain, and time and again later.
     */
    @Test
    void queuedSignalsCarryTheirValuesToC() throws Exception {
        Process program = Partner.C.start("signals", LOAD);
        BufferedReader output = Children.output(program);
        assertEquals("ready", output.readLine());
        int refused = 0;
        for (int value = 1; value <= LOAD; value++) {
            while (!isQueued(program, -value)) {
                if (refused++ == 0) {
                    program.getOutputStream().close(); // it begins to take them
                }
                Thread.sleep(0, 100_000);
            }
        }
        assertTrue(refused > 0, "the limit was never met");
        String sum = output.readLine();
        assertNotNull(sum);
        assertEquals(-SUM, Long.parseLong(sum));
        assertEquals("", Children.finish(program));
    }

    private static boolean isQueued(Process program, int value) {
        try {
            Signals.queue(program.pid(), 34, value);
            return true;
        } catch (PosixException.WouldBlock e) {
            return false;
        }
    }

    /** Signals to a JVM have no values and merge, so that only answered ones can be counted. */
    @Test
    void signalsGoBothWaysWhenEachIsAnswered() throws Exception {
        int rounds = 10_000;
        long[] pid = {0};
        AtomicInteger handled = new AtomicInteger();
        CountDownLatch known = new CountDownLatch(1);
        try (Signals.Handler handler = Signals.handle(Signal.USR1, () -> {
            handled.incrementAndGet();
            Concurrent.await(known);
            Signals.queue(pid[0], 34, 1);
        })) {
            Process program =
                    Partner.C.start("signal-pong", ProcessHandle.current().pid(), rounds);
            pid[0] = program.pid();
            known.countDown();
            assertEquals("" + rounds, Children.finish(program), handler::toString);
        }
        assertEquals(rounds, handled.get());
    }

    /** What may fail. */
    private interface Step {
        void take() throws Exception;
    }

    private record Wait(Step blocked, Step end) {}

    private static void read(Fifo fifo) throws Exception {
        try (PipeSource source = fifo.openSource()) {
            assertEquals(1, source.read(ByteBuffer.allocate(1)));
        }
    }

    private static void write(Fifo fifo) throws Exception {
        try (PipeSink sink = fifo.openSink()) {
            assertEquals(1, sink.write(ByteBuffer.allocate(1)));
        }
    }

    /** EINTR: the handler runs on the sleeping thread itself, whose call the kernel breaks off. */
    @Test
    void signalsToABlockedThreadEndNoWait(@TempDir Path directory) throws Exception {
        Fifo readFirst = Fifo.create(directory.resolve("read-first"));
        Fifo writtenFirst = Fifo.create(directory.resolve("written-first"));
        Path file = Files.createFile(directory.resolve("file"));
        try (Signals.Handler handler = Signals.handle(Signal.USR1, () -> {});
                Pipe empty = Pipe.open();
                Pipe full = Pipe.open();
                EventFd polled = EventFd.create(0);
                Poll poll = new Poll();
                FileLock held = FileLock.open(file);
                FileLock wanted = FileLock.open(file);
                EventFd counter = EventFd.create(0);
                NamedSemaphore fast = semaphore("", 0, Way.best());
                NamedSemaphore calls = semaphore("2", 0, Way.CALLS);
                MessageQueue queue = MessageQueue.open(name, Creation.CREATE_NEW, 0600, 1, 8)) {
            poll.add(polled, Poll.Event.READ);
            held.lock(0, 0, false);
            List<Wait> waits = List.of(
                    new Wait(() -> empty.source().read(ByteBuffer.allocate(1)), () -> empty.sink()
                            .write(ByteBuffer.allocate(1))),
                    new Wait(() -> full.sink().write(ByteBuffer.allocate(1 << 17)), () -> full.source()
                            .read(ByteBuffer.allocate(1 << 16))),
                    new Wait(() -> read(readFirst), () -> write(readFirst)),
                    new Wait(() -> write(writtenFirst), () -> read(writtenFirst)),
                    new Wait(counter::take, () -> counter.add(1)),
                    new Wait(poll::await, () -> polled.add(1)),
                    new Wait(() -> wanted.tryLock(0, 0, false, 1, TimeUnit.DAYS), () -> held.unlock(0, 0)),
                    new Wait(() -> fast.tryAcquire(1, TimeUnit.DAYS), fast::release),
                    new Wait(() -> calls.tryAcquire(1, TimeUnit.DAYS), calls::release),
                    new Wait(queue::receive, () -> queue.send(new byte[1], 0)));
            for (Wait wait : waits) {
                CompletableFuture<Path> task = new CompletableFuture<>();
                Concurrent<?> waiter = Concurrent.start(() -> {
                    task.complete(Path.of("/proc/thread-self").toRealPath());
                    wait.blocked.take();
                    return null;
                });
                waiter.awaitBlocked();
                String thread = task.get().getFileName().toString();
                assertEquals("", Partner.C.run("tgkill", ProcessHandle.current().pid(), thread, 50));
                assertTrue(waiter.thread.isAlive(), handler::toString);
                wait.end.take();
                waiter.join();
            }
        }
    }
}
