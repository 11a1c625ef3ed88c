package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class FileLockTest {
    private final String name = Children.name("lock");
    private SharedMemory one;
    private SharedMemory other;
    private FileLock here;
    private FileLock there;

    @BeforeEach
    void openTwice() {
        one = SharedMemory.open(name, Creation.CREATE_NEW);
        other = SharedMemory.open(name, Creation.OPEN);
        here = one.fileLock();
        there = other.fileLock();
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        SharedMemory.unlink(name);
    }

    @Test
    void anExclusiveLockExcludesTheOtherOpening() {
        assertTrue(here.tryLock(0, 10, false));
        assertFalse(there.tryLock(9, 1, false));
        assertFalse(there.tryLock(0, 1, true));
        assertTrue(there.tryLock(10, 1, false));
        here.unlock(0, 10);
        assertTrue(there.tryLock(0, 10, false));
    }

    @Test
    void sharedLocksExcludeOnlyExclusiveOnes() {
        assertTrue(here.tryLock(5, 1, true));
        assertTrue(there.tryLock(5, 1, true));
        assertFalse(there.tryLock(5, 1, false));
        here.unlock(5, 1);
        assertTrue(there.tryLock(5, 1, false));
    }

    @Test
    void oneOpeningNeverConflictsWithItself() {
        assertTrue(here.tryLock(0, 1, true));
        assertTrue(here.tryLock(0, 1, false));
        assertTrue(one.fileLock().tryLock(0, 1, false));
        assertFalse(here.isLockedByOther(0, 1));
    }

    @Test
    void unlockingTheMiddleKeepsTheRest() {
        assertTrue(here.tryLock(0, 30, false));
        here.unlock(10, 10);
        assertTrue(there.tryLock(10, 10, false));
        assertFalse(there.tryLock(9, 1, false));
        assertFalse(there.tryLock(20, 1, false));
    }

    @Test
    void lengthZeroReachesToTheEndOfAnyFile() {
        assertTrue(here.tryLock(100, 0, false));
        assertFalse(there.tryLock(Long.MAX_VALUE - 1, 1, false));
        assertTrue(there.tryLock(99, 1, false));
    }

    @Test
    void whetherAnotherHoldsALockIsSeenForEveryRange() {
        here.tryLock(3, 1, false);
        assertTrue(there.isLockedByOther(0, 10));
        assertTrue(there.isLockedByOther(3, 1));
        assertFalse(there.isLockedByOther(4, 1));
        assertFalse(here.isLockedByOther(0, 10));
        here.tryLock(3, 1, true);
        assertTrue(there.isLockedByOther(3, 1));
    }

    @Test
    void closingTheOpeningReleasesItsLocks() {
        assertTrue(here.tryLock(0, 1, false));
        here.close();
        assertFalse(there.tryLock(0, 1, false), "the locks of a shared memory object go with the object alone");
        one.close();
        assertTrue(there.tryLock(0, 1, false));
    }

    @Test
    void rangesThatAreNoneAreRefused() {
        for (long[] range : new long[][] {{-1, 1}, {0, -1}, {Long.MAX_VALUE, 1}, {1, Long.MAX_VALUE}}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> here.tryLock(range[0], range[1], false));
            assertEquals("no range of " + range[1] + " bytes at " + range[0], e.getMessage());
            assertThrows(IllegalArgumentException.class, () -> here.unlock(range[0], range[1]));
            assertThrows(IllegalArgumentException.class, () -> here.isLockedByOther(range[0], range[1]));
        }
    }

    @Test
    void anExclusiveLockNeedsAnOpeningForWriting() {
        try (SharedMemory reader = SharedMemory.openReadOnly(name)) {
            assertTrue(reader.fileLock().tryLock(0, 1, true));
            PosixException e =
                    assertThrows(PosixException.class, () -> reader.fileLock().tryLock(0, 1, false));
            assertEquals("EBADF", e.errnoName());
        }
    }

    @Test
    void aTimedLockGivesUpNotBeforeItsTime() throws Exception {
        here.tryLock(0, 1, false);
        long start = System.nanoTime();
        assertFalse(there.tryLock(0, 1, false, 30, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= 30_000_000);
        assertFalse(there.tryLock(0, 1, false, -1, TimeUnit.MILLISECONDS));
    }

    @Test
    void aBlockedLockIsGrantedOnUnlock() throws Exception {
        here.tryLock(0, 1, false);
        Concurrent<Boolean> waiter = Concurrent.start(() -> {
            there.lock(0, 1, false);
            return true;
        });
        waiter.awaitBlocked();
        here.unlock(0, 1);
        assertTrue(waiter.join());
        assertTrue(here.isLockedByOther(0, 1));
    }

    @Test
    void aBlockedLockEndsOnInterrupt() throws Exception {
        here.tryLock(0, 1, false);
        Concurrent<Void> waiter = Concurrent.start(() -> {
            there.lock(0, 1, false);
            return null;
        });
        waiter.awaitBlocked();
        waiter.thread.interrupt();
        assertThrows(InterruptedException.class, waiter::join);
    }

    @Test
    void aBlockedLockEndsOnClose() throws Exception {
        here.tryLock(0, 1, false);
        Concurrent<Void> waiter = Concurrent.start(() -> {
            there.lock(0, 1, false);
            return null;
        });
        waiter.awaitBlocked();
        other.close();
        assertThrows(IllegalStateException.class, waiter::join);
    }

    @Test
    void aFileOpenedByPathIsLockedToo(@org.junit.jupiter.api.io.TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        FileLock first = FileLock.open(file);
        try (FileLock second = FileLock.open(file)) {
            assertTrue(first.tryLock(0, 0, false));
            assertFalse(second.tryLock(0, 0, true));
            first.close();
            assertTrue(second.tryLock(0, 0, true));
            assertThrows(IllegalStateException.class, () -> first.tryLock(0, 0, true));
        }
        assertThrows(PosixException.NotFound.class, () -> FileLock.open(directory.resolve("missing")));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertEquals(
                "ELOOP",
                assertThrows(PosixException.class, () -> FileLock.open(link)).errnoName());
    }

    @Test
    void aKilledProcessLosesItsLocks() throws Exception {
        Process child = Children.java(Holder.class, name);
        assertEquals("locked", Children.output(child).readLine());
        assertTrue(here.isLockedByOther(0, 1));
        assertFalse(here.tryLock(0, 1, false));
        child.destroyForcibly().waitFor();
        assertTrue(here.tryLock(0, 1, false, 60, TimeUnit.SECONDS));
    }

    /** Holds a lock until killed. */
    static final class Holder {
        public static void main(String[] args) throws Exception {
            SharedMemory memory = SharedMemory.open(args[0], Creation.OPEN);
            memory.fileLock().lock(0, 1, false);
            System.out.println("locked");
            Thread.sleep(TimeUnit.SECONDS.toMillis(Children.WATCHDOG_SECONDS));
            memory.close();
        }
    }

    @Test
    void twoProcessesTakeTurns() throws Exception {
        one.reserve(4096);
        List<Process> children = new ArrayList<>();
        for (int child = 0; child < 2; child++) {
            children.add(Children.java(Adder.class, name));
        }
        for (Process child : children) {
            Children.finish(child);
        }
        assertEquals(2 * Adder.ROUNDS, one.map().getInt(0));
    }

    /** Adds to a number without atomic instructions, under the lock. */
    static final class Adder {
        static final int ROUNDS = 2000;

        public static void main(String[] args) throws Exception {
            try (SharedMemory memory = SharedMemory.open(args[0], Creation.OPEN)) {
                ByteBuffer buffer = memory.map();
                FileLock lock = memory.fileLock();
                for (int round = 0; round < ROUNDS; round++) {
                    lock.lock(8, 1, false);
                    buffer.putInt(0, buffer.getInt(0) + 1);
                    lock.unlock(8, 1);
                }
            }
        }
    }
}
