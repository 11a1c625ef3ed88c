package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.posix.Creation;
import dev.interlock.posix.SharedMemory;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds between two JVMs, one of which may be killed. */
@Timeout(120)
class ProcessesTest {
    private static final int ROUNDS = 100_000;

    private final String name = TestSegments.unique();

    @AfterEach
    void remove() {
        TestSegments.remove(name);
    }

    /** Two counters that change together, on words that say nothing of who may. */
    static final class Counters {
        final Memory memory;
        final LongWord first;
        final LongWord second;

        Counters(Memory memory) {
            this.memory = memory;
            first = memory.longWord(0);
            second = memory.newLine().longWord(0);
        }

        void increment() {
            first.setPlain(first.getPlain() + 1);
            second.setPlain(second.getPlain() + 1);
        }
    }

    /** Locks and counts, in the parent and in the child alike. */
    private static void count(Lock lock, Counters counters) {
        for (int i = 0; i < ROUNDS; i++) {
            lock.lock();
            try {
                counters.increment();
            } finally {
                lock.unlock();
            }
        }
    }

    private static Lock lock(Segment segment, String kind, int party) {
        switch (kind) {
            case "Mutex":
                return segment.mutex("lock");
            case "TasLock":
                return segment.attach("lock", TasLock::new);
            case "PetersonLock":
                return segment.attach("lock", PetersonLock::new).party(party);
            default:
                throw new IllegalArgumentException(kind);
        }
    }

    static final class CountingChild {
        public static void main(String[] args) throws Exception {
            try (Segment segment = Segment.attach(args[0])) {
                Lock lock = lock(segment, args[1], 1);
                Counters counters = segment.attach("counters", Counters::new);
                System.out.println("ready");
                System.in.read();
                count(lock, counters);
            }
        }
    }

    private void exclude(String kind) throws Exception {
        try (Segment segment = Segment.open(name);
                ChildJvm child = new ChildJvm(CountingChild.class, name, kind)) {
            Lock lock = lock(segment, kind, 0);
            Counters counters = segment.attach("counters", Counters::new);
            assertEquals("ready", child.line());
            child.go();
            count(lock, counters);
            assertEquals("", child.rest());
            assertEquals(0, child.join());
            assertEquals(2L * ROUNDS, counters.first.getVolatile());
            assertEquals(2L * ROUNDS, counters.second.getVolatile());
        }
    }

    @Test
    void mutexExcludesProcesses() throws Exception {
        exclude("Mutex");
    }

    @Test
    void tasLockExcludesProcesses() throws Exception {
        exclude("TasLock");
    }

    @Test
    void petersonLockExcludesProcesses() throws Exception {
        exclude("PetersonLock");
    }

    static final class TurnsChild {
        public static void main(String[] args) throws Exception {
            try (Segment segment = Segment.attach(args[0])) {
                CountingSemaphore mine = segment.semaphore("child", 0);
                CountingSemaphore theirs = segment.semaphore("parent", 0);
                Counters counters = segment.attach("counters", Counters::new);
                for (int i = 0; i < ROUNDS / 10; i++) {
                    mine.acquire();
                    counters.increment();
                    theirs.release();
                }
            }
        }
    }

    @Test
    void semaphoresPassTheTurnBetweenProcesses() throws Exception {
        try (Segment segment = Segment.open(name);
                ChildJvm child = new ChildJvm(TurnsChild.class, name)) {
            CountingSemaphore mine = segment.semaphore("parent", 0);
            CountingSemaphore theirs = segment.semaphore("child", 0);
            Counters counters = segment.attach("counters", Counters::new);
            for (int i = 0; i < ROUNDS / 10; i++) {
                counters.increment();
                theirs.release();
                mine.acquire();
                assertEquals(2L * (i + 1), counters.first.getPlain());
            }
            assertEquals("", child.rest());
            assertEquals(0, mine.availablePermits() + theirs.availablePermits());
        }
    }

    static final class SendingChild {
        public static void main(String[] args) throws Exception {
            try (Segment segment = Segment.attach(args[0])) {
                Mailbox<Long> mailbox = segment.mailbox("mailbox", Codec.int64(), 16, 8);
                for (long i = 0; i < ROUNDS; i++) {
                    mailbox.send(i);
                }
                mailbox.close();
            }
        }
    }

    @Test
    void mailboxLosesNothingAndKeepsTheOrderBetweenProcesses() throws Exception {
        try (Segment segment = Segment.open(name);
                ChildJvm child = new ChildJvm(SendingChild.class, name)) {
            Mailbox<Long> mailbox = segment.mailbox("mailbox", Codec.int64(), 16, 8);
            for (long i = 0; i < ROUNDS; i++) {
                assertEquals(i, mailbox.receive());
            }
            assertThrows(MailboxClosedException.class, mailbox::receive);
            assertEquals("", child.rest());
        }
    }

    static final class HoldingChild {
        public static void main(String[] args) throws Exception {
            Segment segment = Segment.attach(args[0]);
            segment.mutex("lock").lock();
            Counters counters = segment.attach("counters", Counters::new);
            counters.first.setVolatile(counters.memory.self());
            System.out.println("held");
            System.in.read();
        }
    }

    @Test
    void aProcessThatIsKilledIsDeadAtOnceWhoeverWaits() throws Exception {
        try (Segment segment = Segment.open(name);
                ChildJvm child = new ChildJvm(HoldingChild.class, name)) {
            Counters counters = segment.attach("counters", Counters::new);
            assertEquals("held", child.line());
            int party = (int) counters.first.getVolatile();
            assertTrue(counters.memory.isAlive(party));
            assertTrue(counters.memory.isAlive(counters.memory.self()));
            child.kill();
            assertFalse(counters.memory.isAlive(party));
            assertTrue(counters.memory.isAlive(counters.memory.self()));
        }
    }

    @Test
    void aMutexWhoseOwnerIsKilledIsRefusedUntilItIsRepaired() throws Exception {
        try (Segment segment = Segment.open(name);
                ChildJvm child = new ChildJvm(HoldingChild.class, name)) {
            Mutex mutex = segment.mutex("lock");
            assertEquals("held", child.line());
            assertFalse(mutex.tryLock(200, TimeUnit.MILLISECONDS), "its owner lives");
            child.kill();
            assertThrows(OwnerDiedException.class, mutex::lock);
            assertThrows(OwnerDiedException.class, mutex::lock);
            assertThrows(OwnerDiedException.class, mutex::tryLock);
            AtomicBoolean underLock = new AtomicBoolean();
            assertTrue(mutex.repair(() -> underLock.set(mutex.isHeldByCurrentParty())));
            assertTrue(underLock.get());
            mutex.lock();
            mutex.unlock();
            assertFalse(mutex.repair(() -> {}), "nothing to repair");
        }
    }

    @Test
    void aMutexWhoseOwnerIsKilledRunsTheRepairOfTheNextOwner() throws Exception {
        try (Segment segment = Segment.open(name);
                ChildJvm child = new ChildJvm(HoldingChild.class, name)) {
            Mutex mutex = segment.mutex("lock");
            AtomicBoolean repaired = new AtomicBoolean();
            mutex.onOwnerDeath(() -> repaired.set(true));
            assertEquals("held", child.line());
            Thread killer = new Thread(() -> {
                try {
                    Thread.sleep(100);
                    child.kill();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            killer.start();
            mutex.lock(); // waits for the living, then takes over from the dead
            killer.join();
            assertTrue(repaired.get());
            mutex.unlock();
        }
    }

    static final class CreatingChild {
        public static void main(String[] args) throws Exception {
            System.out.println("ready");
            while (true) {
                Segment.open(args[0]).close();
                Segment.unlink(args[0]);
            }
        }
    }

    @Test
    void aCreatorThatIsKilledAnywhereHoldsUpNobody() throws Exception {
        for (int round = 0; round < 10; round++) {
            try (ChildJvm child = new ChildJvm(CreatingChild.class, name)) {
                assertEquals("ready", child.line());
                Thread.sleep(50 + 3 * round);
                child.kill();
            }
            try (Segment segment = Segment.open(name)) {
                assertTrue(segment.mutex("m").tryLock());
            }
            TestSegments.remove(name);
        }
    }

    static final class LockingChild {
        public static void main(String[] args) throws Exception {
            SharedMemory memory = SharedMemory.open(args[0], Creation.CREATE_NEW);
            memory.fileLock().lock(Format.DIRECTORY_BYTE, 1, false);
            memory.resize(4 << 20);
            System.out.println("locked");
            System.in.read();
        }
    }

    @Test
    void anOpenerThatWaitsForACreatorGoesOnWhenThatIsKilled() throws Exception {
        try (ChildJvm child = new ChildJvm(LockingChild.class, name)) {
            assertEquals("locked", child.line());
            Thread opener = new Thread(() -> Segment.open(name).close());
            opener.start();
            opener.join(300);
            assertTrue(opener.isAlive(), "the creator lives, and holds the lock");
            child.kill();
            opener.join();
            Segment.attach(name).close();
        }
    }

    /** Goes on until the segment says what is wrong. For 200 ms the JVM may
     * say in its own words that memory has gone, and words may read as anything. */
    static final class VictimChild {
        interface Step {
            void run() throws InterruptedException;
        }

        static void untilRefused(String who, Step step) {
            while (true) {
                try {
                    step.run();
                } catch (SegmentException | InterruptedException e) {
                    System.out.println(who + ": " + e);
                    return;
                } catch (RuntimeException | InternalError e) {
                    System.out.println(who + ", before the segment knew: " + e);
                }
            }
        }

        public static void main(String[] args) throws Exception {
            Segment segment = Segment.attach(args[0]);
            Mutex mutex = segment.mutex("lock");
            Mailbox<byte[]> mailbox = segment.mailbox("mailbox", Codec.bytes(), 64, 4096);
            CountingSemaphore semaphore = segment.semaphore("s", 0);
            Thread sleeper = new Thread(() -> untilRefused("sleeper", semaphore::acquire));
            sleeper.start();
            System.out.println("ready");
            untilRefused("locker", () -> {
                mutex.lock();
                mutex.unlock();
            });
            untilRefused("sender", () -> {
                mailbox.send(new byte[4000]);
                mailbox.receive();
            });
            sleeper.join();
            untilRefused("opener", () -> Segment.attach(args[0]).close());
        }
    }

    @Test
    void aSegmentTruncatedByAnotherProcessWhileInUseCrashesNobody() throws Exception {
        for (long size : new long[] {0, 4096, Format.OBJECTS, Format.OBJECTS + 8192}) {
            try (Segment segment = Segment.open(name)) {
                segment.mutex("lock");
                segment.mailbox("mailbox", Codec.bytes(), 64, 4096);
                segment.semaphore("s", 0);
                try (ChildJvm child = new ChildJvm(VictimChild.class, name)) {
                    assertEquals("ready", child.line());
                    Thread.sleep(300);
                    try (java.io.RandomAccessFile file = new java.io.RandomAccessFile("/dev/shm" + name, "rw")) {
                        file.setLength(size);
                    }
                    String rest = child.rest();
                    assertEquals(0, child.join(), rest);
                    for (String who : List.of("locker", "sender", "sleeper", "opener")) {
                        String told = who + ": " + SegmentException.class.getName() + ": segment " + name;
                        assertTrue(rest.contains(told), rest);
                    }
                }
            }
            TestSegments.remove(name);
            assertFalse(Files.exists(Path.of("/dev/shm" + name)));
        }
    }
}
