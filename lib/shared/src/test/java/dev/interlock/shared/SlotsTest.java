package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.barrier.CentralBarrier;
import dev.interlock.buffer.MessageRing;
import dev.interlock.contract.Crew;
import dev.interlock.mailbox.Codec;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.posix.Creation;
import dev.interlock.posix.SharedMemory;
import dev.interlock.spin.TasLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is alive: openings, their slots, and the words that name parties of openings that are gone. */
@Timeout(120)
class SlotsTest {
    private final String name = TestSegments.unique();

    @AfterEach
    void remove() {
        TestSegments.remove(name);
    }

    /** A word, and the memory that it is in. */
    private static final class Party {
        final Memory memory;
        final Word word;

        Party(Memory memory) {
            this.memory = memory;
            this.word = memory.word(0);
        }
    }

    @Test
    void whoHasLeftIsDeadAlsoWhenItsSlotIsTakenAgain() {
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < 3 * Format.SLOTS; i++) {
            try (Segment segment = Segment.open(name)) {
                Party party = segment.attach("p", Party::new);
                int self = party.memory.self();
                assertTrue(party.memory.isAlive(self));
                assertEquals(1, Slots.slotOf(self), "one slot is enough for openings one after the other");
                for (int dead : left.subList(Math.max(0, left.size() - 3), left.size())) {
                    assertNotEquals(dead, self);
                    assertFalse(party.memory.isAlive(dead));
                }
                try (Segment other = Segment.open(name)) {
                    Memory there = other.attach("p", Party::new).memory;
                    assertTrue(there.isAlive(self));
                    assertFalse(there.isAlive(i == 0 ? 0 : left.get(i - 1)));
                }
                left.add(self);
            }
        }
    }

    @Test
    void payloadThatLooksLikePartiesTakesNoSlots() throws Exception {
        try (Segment segment = Segment.open(name)) {
            MessageRing ring = segment.ring("r", 1, 4 * Format.SLOTS);
            try (MessageRing.Claim claim = ring.claim(4 * Format.SLOTS)) {
                for (int slot = 0; slot < Format.SLOTS; slot++) {
                    claim.buffer().putInt(slot << Format.THREAD_BITS | 7);
                }
                claim.publish();
            }
        }
        for (int i = 0; i < Format.SLOTS + 10; i++) {
            Segment.open(name).close();
        }
    }

    @Test
    void aSlotWhoseNumbersAreUsedUpIsTakenAgainWhenNoWordNamesIt() {
        int owner;
        try (Segment segment = Segment.open(name)) {
            Party party = segment.attach("p", Party::new);
            owner = party.memory.self();
            party.word.setVolatile(owner);
        }
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            ByteBuffer buffer = memory.map();
            for (int slot = 1; slot < Format.SLOTS; slot++) {
                buffer.putInt(Format.SLOT_TABLE + slot * Format.SLOT_LENGTH + Format.SLOT_LAST, Format.MAX_BASE + slot);
            }
        }
        try (Segment segment = Segment.open(name)) {
            Party party = segment.attach("p", Party::new);
            assertEquals(2, Slots.slotOf(party.memory.self()), "slot 1 is named");
            assertFalse(party.memory.isAlive(owner));
            party.word.setVolatile(0);
        }
        try (Segment segment = Segment.open(name)) {
            assertEquals(2, Slots.slotOf(segment.attach("p", Party::new).memory.self()), "it has numbers again");
            try (Segment next = Segment.open(name)) {
                assertEquals(1, Slots.slotOf(next.attach("p", Party::new).memory.self()), "nothing names it");
            }
        }
    }

    @Test
    void asManyOpeningsAsSlotsAtOnce() {
        List<Segment> open = new ArrayList<>();
        try {
            for (int i = 1; i < Format.SLOTS; i++) {
                open.add(Segment.open(name));
            }
            SegmentException e = assertThrows(SegmentException.class, () -> Segment.open(name));
            assertEquals(SegmentException.Reason.NO_SLOT, e.reason());
            open.remove(500).close();
            Segment.open(name).close();
        } finally {
            open.forEach(Segment::close);
        }
    }

    @Test
    void whatIsHeldAtCloseIsReportedToTheOthers() throws Exception {
        Segment leaver = Segment.open(name);
        Mutex held = leaver.mutex("m");
        held.lock();
        try (Segment segment = Segment.open(name)) {
            Mutex mutex = segment.mutex("m");
            assertFalse(mutex.tryLock(150, TimeUnit.MILLISECONDS), "its owner lives");
            leaver.close();
            assertThrows(OwnerDiedException.class, mutex::lock);
            assertTrue(mutex.repair(() -> {}));
            assertTrue(mutex.tryLock());
        }
    }

    static final class ParentOfSleeper {
        public static void main(String[] args) throws Exception {
            System.setProperty("jdk.lang.Process.launchMechanism", args[1]);
            Segment segment = Segment.attach(args[0]);
            segment.mutex("m").lock();
            Process sleeper = new ProcessBuilder("sleep", "60").start();
            System.out.println("sleeper " + sleeper.pid());
            System.in.read();
            segment.mutex("m").unlock();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POSIX_SPAWN", "VFORK", "FORK"})
    void aChildOfTheDeadDoesNotKeepItAlive(String launchMechanism) throws Exception {
        try (Segment segment = Segment.open(name);
                ChildJvm child = new ChildJvm(ParentOfSleeper.class, name, launchMechanism)) {
            Mutex mutex = segment.mutex("m");
            String line = child.line();
            while (!line.startsWith("sleeper ")) {
                line = child.line(); // newer JVMs warn of a mechanism that is deprecated
            }
            ProcessHandle sleeper = ProcessHandle.of(Long.parseLong(line.substring("sleeper ".length())))
                    .orElseThrow();
            try {
                assertFalse(mutex.tryLock(150, TimeUnit.MILLISECONDS), "its owner lives");
                child.kill();
                long killed = System.nanoTime();
                assertThrows(OwnerDiedException.class, mutex::lock);
                assertTrue(System.nanoTime() - killed < TimeUnit.SECONDS.toNanos(1), "within a second");
                assertTrue(sleeper.isAlive());
            } finally {
                sleeper.destroyForcibly();
            }
        }
    }

    static final class SpinLockHolder {
        public static void main(String[] args) throws Exception {
            try (Segment segment = Segment.attach(args[0])) {
                segment.attach("t", TasLock::new).lock();
                System.out.println("locked");
                System.in.read();
            }
        }
    }

    /** Each of the waiter's yields costs it the time slices of all who want its CPU. */
    @Test
    void whoYieldsOnABusyMachineRecoversWithinASecond() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (Segment segment = Segment.open(name);
                ChildJvm child = new ChildJvm(SpinLockHolder.class, name);
                Crew crew = new Crew()) {
            TasLock lock = segment.attach("t", TasLock::new);
            assertEquals("locked", child.line());
            try {
                crew.startAll(8, busy -> {
                    while (!done.get()) {
                        Thread.onSpinWait();
                    }
                });
                assertFalse(lock.tryLock(150, TimeUnit.MILLISECONDS), "its owner lives");
                child.kill();
                long killed = System.nanoTime();
                assertThrows(OwnerDiedException.class, lock::lock);
                assertTrue(System.nanoTime() - killed < TimeUnit.SECONDS.toNanos(1), "within a second");
            } finally {
                done.set(true);
            }
        }
    }

    /** Waits at one object of each kind, with nothing to come, and tells how much CPU each thread has used in ten seconds. */
    static final class Waiters {
        interface Wait {
            void run() throws Exception;
        }

        public static void main(String[] args) throws Exception {
            try (Segment segment = Segment.attach(args[0])) {
                Map<String, Wait> waits = Map.of(
                        "Mutex", segment.mutex("m")::lockInterruptibly,
                        "ReadWriteMutex", segment.readWriteMutex("rw", 2).readLock()::lockInterruptibly,
                        "CountingSemaphore", segment.semaphore("s", 0)::acquire,
                        "PermitPool", segment.permitPool("p", 1)::acquire,
                        "MessageRing", segment.ring("r", 1024, 32)::read,
                        "RingMailbox", segment.mailbox("b", Codec.bytes(), 1024, 32)::receive,
                        "UnboundedMailbox", segment.unboundedMailbox("u", Codec.bytes(), 1024, 32)::receive,
                        "CentralBarrier", segment.attach("c", memory -> new CentralBarrier(memory, 2))::await);
                List<Thread> threads = new ArrayList<>();
                waits.forEach((kind, wait) -> {
                    Thread thread = new Thread(() -> assertThrows(InterruptedException.class, wait::run), kind);
                    thread.start();
                    threads.add(thread);
                });
                Thread.sleep(300);
                Map<String, Long> before = cpuNanos();
                Thread.sleep(10_000);
                Map<String, Long> after = cpuNanos();
                for (Thread thread : threads) {
                    String shown = thread.getName()
                            .substring(0, Math.min(15, thread.getName().length()));
                    System.out.println(thread.getName() + " " + (after.get(shown) - before.get(shown)));
                    thread.interrupt();
                    thread.join();
                }
            }
        }

        /** For how long each thread of this process has run, by its name, of which the kernel keeps 15 characters. */
        private static Map<String, Long> cpuNanos() throws IOException {
            Map<String, Long> nanos = new HashMap<>();
            try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
                for (Path task : tasks) {
                    String times = Files.readString(task.resolve("schedstat"));
                    nanos.put(Files.readString(task.resolve("comm")).strip(), Long.parseLong(times.split(" ")[0]));
                }
            }
            return nanos;
        }
    }

    @Test
    void aWaiterCostsLessThanOnePercentOfACore() throws Exception {
        try (Segment segment = Segment.open(name)) {
            segment.mutex("m").lock();
            segment.readWriteMutex("rw", 2).writeLock().lock();
            segment.permitPool("p", 1).acquire();
            try (ChildJvm child = new ChildJvm(Waiters.class, name)) {
                List<String> lines = child.rest().lines().toList();
                assertEquals(8, lines.size(), lines.toString());
                System.out.println("CPU of each waiter in 10 s, in ns: " + lines);
                for (String line : lines) {
                    long nanos = Long.parseLong(line.substring(line.indexOf(' ') + 1));
                    assertTrue(nanos > 0 && nanos < TimeUnit.MILLISECONDS.toNanos(100), line);
                }
            }
            segment.mutex("m").unlock();
        }
    }
}
