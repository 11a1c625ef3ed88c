package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.buffer.MessageRing;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.posix.Creation;
import dev.interlock.posix.SharedMemory;
import dev.interlock.semaphore.CountingSemaphore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of examples/c and examples/python are partners of JVMs: compiled and run as they stand there. */
@Timeout(120)
class ForeignClientsTest {
    private static final int ROUNDS = 100_000;
    private static final Path EXAMPLES = CPrograms.EXAMPLES;

    @TempDir
    private static Path programs;

    private final String name = TestSegments.unique();

    @BeforeAll
    static void compile() throws Exception {
        for (String program : List.of("accounts", "turns", "ring")) {
            CPrograms.compile(EXAMPLES.resolve("c").resolve(program + ".c"), programs.resolve(program));
        }
        CPrograms.compile(Path.of("src", "test", "c", "promises.c"), programs.resolve("promises"), "-pthread");
    }

    @AfterEach
    void remove() {
        TestSegments.remove(name);
    }

    private static ChildJvm c(String program, String... arguments) throws Exception {
        List<String> command =
                new java.util.ArrayList<>(List.of(programs.resolve(program).toString()));
        command.addAll(List.of(arguments));
        return new ChildJvm(command);
    }

    private static ChildJvm python(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        return new ChildJvm(command);
    }

    /** Runs a program that imports interlock.py, and finds the segment's name in {@code sys.argv}. */
    private ChildJvm pythonProgram(String program) throws Exception {
        return new ChildJvm(List.of("env", "PYTHONPATH=" + EXAMPLES.resolve("python"), "python3", "-c", program, name));
    }

    private static final class Counters {
        final LongWord first;
        final LongWord second;

        Counters(Memory memory) {
            first = memory.longWord(0);
            second = memory.newLine().longWord(0);
        }
    }

    @Test
    void aMutexExcludesJvmsAndC() throws Exception {
        try (Segment segment = Segment.open(name)) {
            Mutex lock = segment.mutex("lock");
            Counters counters = segment.attach("counters", Counters::new);
            try (ChildJvm other = c("accounts", name, "count", "" + ROUNDS)) {
                for (int i = 0; i < ROUNDS; i++) {
                    lock.lock();
                    counters.first.setPlain(counters.first.getPlain() + 1);
                    counters.second.setPlain(counters.second.getPlain() + 1);
                    lock.unlock();
                }
                assertEquals("repairs 0\n", other.rest());
                assertEquals(0, other.join());
            }
            assertEquals(2L * ROUNDS, counters.first.getVolatile());
            assertEquals(2L * ROUNDS, counters.second.getVolatile());
        }
    }

    @Test
    void aJvmRepairsWhatAKilledCProgramHeld() throws Exception {
        try (Segment segment = Segment.open(name)) {
            Mutex lock = segment.mutex("lock");
            Counters counters = segment.attach("counters", Counters::new);
            try (ChildJvm other = c("accounts", name, "hold")) {
                assertEquals("held", other.line());
                assertFalse(lock.tryLock(150, TimeUnit.MILLISECONDS), "its owner lives");
                other.kill();
            }
            long start = System.nanoTime();
            assertThrows(OwnerDiedException.class, lock::lock);
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1));
            assertTrue(lock.repair(() -> counters.second.setPlain(counters.first.getPlain())));
            lock.lock();
            assertEquals(1, counters.second.getPlain());
            lock.unlock();
        }
    }

    static final class Holder {
        public static void main(String[] args) throws Exception {
            Segment segment = Segment.attach(args[0]);
            segment.mutex("lock").lock();
            segment.attach("counters", Counters::new).first.setVolatile(7);
            System.out.println("held");
            System.in.read();
            segment.close();
        }
    }

    @Test
    void aCProgramRepairsWhatAKilledJvmHeld() throws Exception {
        try (Segment segment = Segment.open(name)) {
            segment.mutex("lock");
            Counters counters = segment.attach("counters", Counters::new);
            try (ChildJvm holder = new ChildJvm(Holder.class, name)) {
                assertEquals("held", holder.line());
                try (ChildJvm other = c("accounts", name, "count", "1")) {
                    Thread.sleep(150); // it waits, and sees that the owner lives
                    holder.kill();
                    assertEquals("repairs 1\n", other.rest());
                }
            }
            assertEquals(8, counters.first.getVolatile());
            assertEquals(8, counters.second.getVolatile());
            assertTrue(segment.mutex("lock").tryLock());
        }
    }

    @Test
    void semaphoresPassTheTurnBetweenJvmsAndC() throws Exception {
        try (Segment segment = Segment.open(name)) {
            CountingSemaphore theirs = segment.semaphore("to c", 0);
            CountingSemaphore mine = segment.semaphore("to java", 0);
            try (ChildJvm other = c("turns", name, "" + ROUNDS / 2)) {
                for (int i = 0; i < ROUNDS / 2; i++) {
                    theirs.release();
                    mine.acquire();
                }
                assertEquals("done\n", other.rest());
            }
            assertEquals(0, mine.availablePermits() + theirs.availablePermits());
        }
    }

    @Test
    void aRingCarriesMessagesFromJvmsToC() throws Exception {
        try (Segment segment = Segment.open(name)) {
            MessageRing ring = segment.ring("r", 64, 8);
            try (ChildJvm first = c("ring", name, "r", "receive", "" + ROUNDS / 2);
                    ChildJvm second = c("ring", name, "r", "receive", "" + ROUNDS / 2)) {
                for (long i = 0; i < ROUNDS; i++) {
                    try (MessageRing.Claim claim = ring.claim(8)) {
                        claim.buffer().putLong(i);
                        claim.publish();
                    }
                }
                String received = first.rest() + second.rest();
                long sum = 0;
                for (String line : received.split("\n")) {
                    assertTrue(line.endsWith(", again 0"), received);
                    sum += Long.parseLong(line.substring("sum ".length(), line.indexOf(',')));
                }
                assertEquals(ROUNDS * (ROUNDS - 1L) / 2, sum);
            }
        }
    }

    @Test
    void aMailboxCarriesMessagesFromCToJvmsInOrder() throws Exception {
        try (Segment segment = Segment.open(name)) {
            Mailbox<Long> mailbox = segment.mailbox("b", Codec.int64(), 64, 8);
            try (ChildJvm other = c("ring", name, "b", "send", "" + ROUNDS)) {
                for (long i = 0; i < ROUNDS; i++) {
                    assertEquals(i, mailbox.receive());
                }
                assertEquals("sum 0, again 0\n", other.rest());
            }
        }
    }

    /** Publishes 0, 1, …, count - 1. */
    private static void publish(MessageRing ring, int count) throws Exception {
        for (long i = 0; i < count; i++) {
            try (MessageRing.Claim claim = ring.claim(8)) {
                claim.buffer().putLong(i);
                claim.publish();
            }
        }
    }

    @Test
    void whatAKilledCReceiverHeldIsDeliveredAgain() throws Exception {
        try (Segment segment = Segment.open(name)) {
            MessageRing ring = segment.ring("r", 8, 8);
            publish(ring, 3);
            try (ChildJvm other = c("ring", name, "r", "read")) {
                assertEquals("0", other.line());
                other.kill();
            }
            for (long i = 0; i < 3; i++) {
                try (MessageRing.Message message = ring.tryRead(1, TimeUnit.SECONDS)) {
                    assertEquals(i, message.buffer().getLong());
                    assertEquals(i == 0, message.redelivered());
                }
            }
            assertEquals(1, ring.recoveries());
        }
    }

    @Test
    void whatAKilledPythonReceiverHeldIsDeliveredAgain() throws Exception {
        try (Segment segment = Segment.open(name)) {
            MessageRing ring = segment.ring("r", 8, 8);
            publish(ring, 2);
            try (ChildJvm other = pythonProgram("""
                    import sys, time, interlock
                    mailbox = interlock.Segment(sys.argv[1]).mailbox("r")
                    message = mailbox.receive()
                    print(int.from_bytes(message.payload, sys.byteorder), flush=True)
                    time.sleep(60)
                    """)) {
                assertEquals("0", other.line());
                other.kill();
            }
            for (long i = 0; i < 2; i++) {
                try (MessageRing.Message message = ring.tryRead(1, TimeUnit.SECONDS)) {
                    assertEquals(i, message.buffer().getLong());
                    assertEquals(i == 0, message.redelivered());
                }
            }
        }
    }

    @Test
    void whatAKilledCSenderClaimedIsSkipped() throws Exception {
        try (Segment segment = Segment.open(name)) {
            MessageRing ring = segment.ring("r", 2, 8);
            try (ChildJvm other = c("ring", name, "r", "claim")) {
                assertEquals("held", other.line());
                publish(ring, 1);
                other.kill();
            }
            try (MessageRing.Message message = ring.tryRead(1, TimeUnit.SECONDS)) {
                assertEquals(0, message.buffer().getLong());
                assertFalse(message.redelivered());
            }
            publish(ring, 2);
        }
    }

    static final class Receiver {
        public static void main(String[] args) throws Exception {
            MessageRing ring = Segment.attach(args[0]).ring("r", 8, 8);
            MessageRing.Message message = ring.read();
            ring.claim(8);
            System.out.println(message.buffer().getLong());
            System.in.read();
            message.close();
        }
    }

    @Test
    void whatAKilledJvmHeldIsDeliveredToCAgain() throws Exception {
        try (Segment segment = Segment.open(name)) {
            MessageRing ring = segment.ring("r", 8, 8);
            publish(ring, 3);
            try (ChildJvm holder = new ChildJvm(Receiver.class, name)) {
                assertEquals("0", holder.line());
                publish(ring, 3); // behind the claim that the holder will not publish
                holder.kill();
            }
            try (ChildJvm other = c("ring", name, "r", "receive", "6")) {
                assertEquals("sum 6, again 1\n", other.rest());
            }
            assertEquals(2, ring.recoveries());
        }
    }

    /** Prints so many messages of 8 bytes, as numbers, and tells those that are delivered again. */
    private ChildJvm pythonReceives(int count) throws Exception {
        return pythonProgram("""
                import sys, interlock
                with interlock.Segment(sys.argv[1]) as segment:
                    mailbox = segment.mailbox("r")
                    for _ in range(%d):
                        with mailbox.receive() as message:
                            number = int.from_bytes(message.payload, sys.byteorder)
                            print(number, "again" if message.redelivered else "once")
                """.formatted(count));
    }

    @Test
    void whatAKilledJvmHeldIsDeliveredToPythonAgain() throws Exception {
        try (Segment segment = Segment.open(name)) {
            MessageRing ring = segment.ring("r", 8, 8);
            publish(ring, 3);
            try (ChildJvm holder = new ChildJvm(Receiver.class, name)) {
                assertEquals("0", holder.line());
                publish(ring, 3); // behind the claim that the holder will not publish
                holder.kill();
            }
            try (ChildJvm python = pythonReceives(6)) {
                assertEquals("0 again\n1 once\n2 once\n0 once\n1 once\n2 once\n", python.rest());
                assertEquals(0, python.join());
            }
            assertEquals(2, ring.recoveries());
            publish(ring, 8); // all slots are free
        }
    }

    @Test
    void cReturnsTheErrorsThatItPromises() throws Exception {
        try (Segment segment = Segment.open(name)) {
            segment.mutex("lock");
            segment.semaphore("permits", 0);
            segment.semaphore("most permits", Integer.MAX_VALUE);
            segment.ring("ring", 1, 8);
            MessageRing closed = segment.ring("closed", 1, 8);
            publish(closed, 1);
            closed.close();
            segment.mutex("removed lock");
            segment.semaphore("removed permits", 0);
            segment.ring("removed ring", 1, 8);
            try (ChildJvm other = c("promises", name, "errors")) {
                assertEquals("found", other.line());
                for (String object : List.of("removed lock", "removed permits", "removed ring")) {
                    assertTrue(segment.remove(object));
                }
                other.go();
                assertEquals("done\n", other.rest());
            }
        }
    }

    @Test
    void cWakesWhoeverCanGoOn() throws Exception {
        try (Segment segment = Segment.open(name)) {
            segment.ring("ring", 2, 8);
            segment.ring("closed", 1, 8).close();
            try (ChildJvm other = c("promises", name, "wakes")) {
                assertEquals("done\n", other.rest());
            }
        }
    }

    @Test
    void cRefusesThreadsForWhichNoNumberIsLeft() throws Exception {
        try (Segment segment = Segment.open(name)) {
            segment.mutex("lock");
            publish(segment.ring("ring", 2, 8), 1);
            try (ChildJvm other = c("promises", name, "numbers")) {
                assertEquals("done\n", other.rest());
            }
        }
    }

    @Test
    void pythonRefusesThreadsForWhichNoNumberIsLeft() throws Exception {
        try (Segment segment = Segment.open(name)) {
            publish(segment.ring("r", 8, 8), 2);
            try (ChildJvm python = pythonProgram("""
                    import errno, itertools, sys, threading, interlock
                    segment = interlock.Segment(sys.argv[1])
                    segment._numbers = itertools.count(interlock.MAX_NUMBER - segment.first)  # as if they had been used up
                    def receive():
                        try:
                            print(int.from_bytes(segment.mailbox("r").receive().payload, sys.byteorder))
                        except OSError as e:
                            print(errno.errorcode[e.errno])
                    receive()
                    other = threading.Thread(target=receive)
                    other.start()
                    other.join()
                    print(segment.self_party() & interlock.MAX_NUMBER)
                    """)) {
                assertEquals("0\nEUSERS\n" + ((1 << Format.THREAD_BITS) - 1) + "\n", python.rest());
            }
        }
    }

    /** Changes the only object of the segment, a ring. */
    private void change(Consumer<ByteBuffer> change) {
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            ByteBuffer ring = memory.map().position(Format.OBJECTS).slice();
            change.accept(ring.order(ByteOrder.nativeOrder()));
        }
    }

    /** States in which nobody leaves slot 0: free and owned, in phases that there are not, at positions of slots 1 and 3. */
    @ParameterizedTest
    @ValueSource(longs = {1, 0xa000_0000L, 0xc008_0001L, 0xe000_0000L, 1L << 32, 0x3_4000_0001L, 0x1_6000_0001L})
    void aCorruptedSlotIsRefusedByCAndPython(long state) throws Exception {
        try (Segment segment = Segment.open(name)) {
            segment.ring("r", 8, 8);
            change(ring -> ring.putLong(192, state));
            for (String what : List.of("send", "receive")) {
                try (ChildJvm other = c("ring", name, "r", what, "1")) {
                    assertEquals(what + ": Invalid or incomplete multibyte or wide character\n", other.rest());
                }
            }
            try (ChildJvm python = pythonReceives(1)) {
                String said = python.rest();
                assertTrue(said.contains("ValueError: corrupted: slot 0 has state"), said);
            }
        }
    }

    private interface Receivers {
        void receiveAll(MessageRing ring, int capacity) throws Exception;
    }

    /** A full ring whose head says that some have been read already. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 11, 15, 16, 17, 1_000, -1})
    void aHeadBeyondTheTruthHidesNothingForever(int head) throws Exception {
        Receivers jvm = (ring, capacity) -> {
            for (int i = 0; i < capacity; i++) {
                try (MessageRing.Message message = ring.tryRead()) {
                    assertNotNull(message, "read " + i + " of " + capacity);
                }
            }
            assertNull(ring.tryRead());
        };
        Receivers inC = (ring, capacity) -> {
            try (ChildJvm other = c("ring", name, "r", "receive", "" + capacity)) {
                assertEquals("sum " + capacity * (capacity - 1) / 2 + ", again 0\n", other.rest());
            }
        };
        Receivers python = (ring, capacity) -> {
            try (ChildJvm other = pythonReceives(capacity)) {
                Set<String> received = Set.copyOf(List.of(other.rest().split("\n")));
                for (int i = 0; i < capacity; i++) {
                    assertTrue(received.contains(i + " once"), received::toString);
                }
                assertEquals(0, other.join());
            }
        };
        for (Receivers receivers : List.of(jvm, inC, python)) {
            for (int capacity : new int[] {1, 2, 8}) {
                try (Segment segment = Segment.open(name)) {
                    MessageRing ring = segment.ring("r", capacity, 8);
                    publish(ring, capacity);
                    change(bytes -> bytes.putInt(128, head));
                    receivers.receiveAll(ring, capacity);
                    publish(ring, capacity);
                }
                remove();
            }
        }
    }

    @Test
    void pythonListsTheObjects() throws Exception {
        try (Segment segment = Segment.open(name)) {
            segment.mutex("accounts");
            segment.ring("grüße", 1000, 64);
            try (ChildJvm python =
                    python(EXAMPLES.resolve("python/interlock.py").toString(), name)) {
                assertEquals("accounts Mutex\ngrüße MessageRing 1024 64\n", python.rest());
                assertEquals(0, python.join());
            }
        }
    }

    @Test
    void pythonAndJvmsReceiveFromOneMailboxEachMessageOnce() throws Exception {
        int count = 4_000;
        try (Segment segment = Segment.open(name)) {
            Mailbox<String> mailbox = segment.mailbox("b", Codec.utf8(), 8, 16);
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        mailbox.send("" + i);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            boolean[] seen = new boolean[count];
            try (ChildJvm python =
                    python(EXAMPLES.resolve("python/interlock.py").toString(), name, "receive", "b", "" + count / 2)) {
                sender.start();
                for (int i = 0; i < count / 2; i++) {
                    int got = Integer.parseInt(mailbox.receive());
                    assertFalse(seen[got]);
                    seen[got] = true;
                }
                for (String line : python.rest().split("\n")) {
                    int got = Integer.parseInt(line.strip());
                    assertFalse(seen[got]);
                    seen[got] = true;
                }
                assertEquals(0, python.join());
            }
            sender.join();
            for (boolean one : seen) {
                assertTrue(one);
            }
        }
    }

    @Test
    void whatIsLargerThanTheSegmentInItIsAcceptedAndWhatIsSmallerIsRefused() throws Exception {
        String listing = EXAMPLES.resolve("python/interlock.py").toString();
        try (Segment segment = Segment.open(name)) {
            segment.mutex("lock");
            segment.attach("counters", Counters::new);
            resize(2 * SegmentOptions.DEFAULT.size());
            try (ChildJvm other = c("accounts", name, "count", "5");
                    ChildJvm python = python(listing, name)) {
                assertEquals("repairs 0\n", other.rest());
                assertEquals("lock Mutex", python.line());
            }
            try (Segment again = Segment.attach(name)) {
                assertEquals(5, again.attach("counters", Counters::new).first.getVolatile());
            }
        }
        resize(SegmentOptions.DEFAULT.size() - 4096);
        try (ChildJvm other = c("accounts", name, "count", "5");
                ChildJvm python = python(listing, name)) {
            assertTrue(other.join() != 0, other.rest());
            assertTrue(python.join() != 0, python.rest());
        }
    }

    private void resize(long size) {
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            memory.resize(size);
        }
    }

    /** Starts the only object of the segment, a ring of capacity 8 and messages of 8 bytes, so many positions before the wrap. */
    private void startBeforeTheWrap(int positions) {
        int first = -positions & -8;
        change(bytes -> {
            bytes.putInt(64, first).putInt(128, first);
            for (int i = 0; i < 8; i++) {
                bytes.putLong(192 + 64 * i, (long) (first + i) << 32);
            }
        });
    }

    @Test
    void positionsWrapAroundBetweenJvmsAndC() throws Exception {
        try (Segment segment = Segment.open(name)) {
            MessageRing ring = segment.ring("r", 8, 8);
            startBeforeTheWrap(ROUNDS / 4);
            try (ChildJvm other = c("ring", name, "r", "send", "" + ROUNDS / 2)) {
                for (long i = 0; i < ROUNDS / 2; i++) {
                    try (MessageRing.Message message = ring.read()) {
                        assertEquals(i, message.buffer().getLong());
                    }
                }
                assertEquals("sum 0, again 0\n", other.rest());
            }
        }
    }

    @Test
    void positionsWrapAroundWhereCReceives() throws Exception {
        try (Segment segment = Segment.open(name)) {
            MessageRing ring = segment.ring("r", 8, 8);
            startBeforeTheWrap(ROUNDS / 4);
            try (ChildJvm other = c("ring", name, "r", "receive", "" + ROUNDS / 2)) {
                publish(ring, ROUNDS / 2);
                assertEquals("sum " + (ROUNDS / 2) * (ROUNDS / 2 - 1L) / 2 + ", again 0\n", other.rest());
            }
        }
    }

    @Test
    void positionsWrapAroundWherePythonReceives() throws Exception {
        int count = 2_000;
        try (Segment segment = Segment.open(name)) {
            Mailbox<String> mailbox = segment.mailbox("b", Codec.utf8(), 8, 8);
            startBeforeTheWrap(count / 2);
            StringBuilder sent = new StringBuilder();
            try (ChildJvm python =
                    python(EXAMPLES.resolve("python/interlock.py").toString(), name, "receive", "b", "" + count)) {
                for (int i = 0; i < count; i++) {
                    mailbox.send("" + i);
                    sent.append(i).append(" \n");
                }
                assertEquals(sent.toString(), python.rest());
            }
        }
    }

    @Test
    void theSourcesAgreeWithTheFormat() throws Exception {
        String header = Files.readString(EXAMPLES.resolve("c/interlock.h"));
        for (String constant : List.of(
                "IL_DIRECTORY = " + Format.DIRECTORY,
                "IL_OBJECTS = " + Format.OBJECTS,
                "IL_ENTRY_LENGTH = " + Format.ENTRY_LENGTH,
                "IL_VERSION = " + Format.VERSION)) {
            assertTrue(header.contains(constant + ","), constant);
        }
    }
}
