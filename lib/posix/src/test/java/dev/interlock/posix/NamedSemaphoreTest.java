package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.posix.PosixSemaphore.Way;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class NamedSemaphoreTest {
    private final List<NamedSemaphore> opened = new ArrayList<>();

    @AfterEach
    void closeAndUnlink() throws Exception {
        for (NamedSemaphore semaphore : opened) {
            semaphore.close();
            Files.deleteIfExists(file(semaphore.name()));
        }
    }

    private static Path file(String name) {
        return Path.of("/dev/shm/sem." + name.substring(1));
    }

    private NamedSemaphore create(int permits, Way way) {
        NamedSemaphore semaphore = NamedSemaphore.open(Children.name("sem"), Creation.CREATE_NEW, 0600, permits, way);
        opened.add(semaphore);
        return semaphore;
    }

    @Nested
    class Fast extends PosixSemaphoreContractTest {
        @Override
        PosixSemaphore create(int permits) {
            return NamedSemaphoreTest.this.create(permits, Way.best());
        }
    }

    @Nested
    class ByCalls extends PosixSemaphoreContractTest {
        @Override
        PosixSemaphore create(int permits) {
            return NamedSemaphoreTest.this.create(permits, Way.CALLS);
        }
    }

    /** As with a C library that has no sem_clockwait. */
    @Nested
    class ByTries extends PosixSemaphoreContractTest {
        @Override
        PosixSemaphore create(int permits) {
            return NamedSemaphoreTest.this.create(permits, Way.TRIES);
        }

        @Override
        int handOvers() {
            return 50; // each takes up to 20 ms
        }
    }

    /** One and the same semaphore, each operation through the one way or the other. */
    @Nested
    class Mixed {
        @Test
        void theTwoWaysMeetInOneSemaphore() throws Exception {
            NamedSemaphore fast = create(1, Way.best());
            NamedSemaphore calls = NamedSemaphore.open(fast.name(), Creation.OPEN, 0, 0, Way.CALLS);
            int rounds = 20_000;
            int[] counter = {0};
            List<Concurrent<Void>> threads = new ArrayList<>();
            for (NamedSemaphore semaphore : List.of(fast, calls, fast, calls)) {
                threads.add(Concurrent.start(() -> {
                    for (int round = 0; round < rounds; round++) {
                        semaphore.acquire();
                        counter[0]++;
                        semaphore.release();
                    }
                    return null;
                }));
            }
            for (Concurrent<Void> thread : threads) {
                thread.join();
            }
            assertEquals(4 * rounds, counter[0]);
        }

        @Test
        void eitherWayWakesTheOther() throws Exception {
            NamedSemaphore fast = create(0, Way.best());
            NamedSemaphore calls = NamedSemaphore.open(fast.name(), Creation.OPEN, 0, 0, Way.CALLS);
            for (int round = 0; round < 100; round++) {
                NamedSemaphore sleeping = round % 2 == 0 ? fast : calls;
                NamedSemaphore waking = round % 2 == 0 ? calls : fast;
                Concurrent<Void> sleeper = Concurrent.start(() -> {
                    sleeping.acquire();
                    return null;
                });
                if (round % 10 < 2) {
                    sleeper.awaitBlocked();
                }
                waking.release();
                sleeper.join();
            }
        }
    }

    @Test
    void whoeverLeftWithoutAPermitIsNoWaiterAnyMore() throws Exception {
        NamedSemaphore semaphore = create(0, Way.best());
        assertFalse(semaphore.tryAcquire(1, TimeUnit.MILLISECONDS));
        Concurrent<Boolean> waiter = Concurrent.start(() -> semaphore.tryAcquire(1, TimeUnit.DAYS));
        waiter.awaitBlocked();
        assertNotEquals(0, waiters(semaphore));
        waiter.thread.interrupt();
        assertThrows(InterruptedException.class, waiter::join);
        assertEquals(0, waiters(semaphore));
        Concurrent<Boolean> lucky = Concurrent.start(() -> semaphore.tryAcquire(1, TimeUnit.DAYS));
        lucky.awaitBlocked();
        semaphore.release();
        assertTrue(lucky.join());
        assertEquals(0, waiters(semaphore));
    }

    private static int waiters(NamedSemaphore semaphore) throws Exception {
        return ByteBuffer.wrap(Files.readAllBytes(file(semaphore.name())))
                .order(ByteOrder.nativeOrder())
                .getInt(Integer.BYTES);
    }

    @Test
    void theLayoutOfTheGnuLibraryIsProven() throws Exception {
        boolean gnu = Files.readString(Path.of("/proc/self/maps")).contains("libc.so.6");
        assertEquals(gnu, SemaphoreLayout.isKnown(), "the proof fails, or the library has changed");
    }

    @Test
    void aPropertySwitchesTheFastPathOff() throws Exception {
        List<String> command =
                Children.javaCommand(TellWay.class, create(1, Way.CALLS).name());
        command.add(1, "-Ddev.interlock.posix.semaphore=calls");
        assertEquals("false", Children.run(command));
    }

    static final class TellWay {
        public static void main(String[] args) throws Exception {
            try (NamedSemaphore semaphore = NamedSemaphore.open(args[0])) {
                semaphore.acquire();
                semaphore.release();
                System.out.println(semaphore.isFast());
            }
        }
    }

    @Test
    void openOrCreateTellsWhoMadeItAndKeepsTheValue() {
        NamedSemaphore first = create(5, Way.best());
        assertTrue(first.isCreator());
        try (NamedSemaphore second = NamedSemaphore.open(first.name(), Creation.OPEN_OR_CREATE, 0600, 9)) {
            assertFalse(second.isCreator());
            assertEquals(5, second.availablePermits());
        }
        assertEquals(5, first.availablePermits());
    }

    @Test
    void takenAndMissingNamesAreTyped() {
        String name = create(0, Way.CALLS).name();
        PosixException e = assertThrows(
                PosixException.AlreadyExists.class, () -> NamedSemaphore.open(name, Creation.CREATE_NEW, 0600, 0));
        assertEquals("sem_open(\"" + name + "\"): EEXIST (File exists)", e.getMessage());
        assertThrows(PosixException.NotFound.class, () -> NamedSemaphore.open(name + "x"));
        assertThrows(PosixException.NotFound.class, () -> NamedSemaphore.unlink(name + "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "slots", "/a/b", "/.", "/..", "/nul\0here", "/half\ud800"})
    void aNameThatIsNoneIsRefused(String bad) {
        assertThrows(IllegalArgumentException.class, () -> NamedSemaphore.open(bad));
        assertThrows(IllegalArgumentException.class, () -> NamedSemaphore.unlink(bad));
    }

    @Test
    void theLongestNameWorks() {
        String longest = "/" + "s".repeat(251);
        opened.add(NamedSemaphore.open(longest, Creation.CREATE_NEW, 0600, 0));
        assertThrows(IllegalArgumentException.class, () -> NamedSemaphore.open(longest + "s"));
    }

    @Test
    void badNumbersAreRefused() {
        String name = Children.name("bad");
        assertThrows(IllegalArgumentException.class, () -> NamedSemaphore.open(name, Creation.CREATE_NEW, 0600, -1));
        assertThrows(IllegalArgumentException.class, () -> NamedSemaphore.open(name, Creation.CREATE_NEW, 01000, 1));
    }

    @Test
    void permissionIsForTheOwnerAlone() throws Exception {
        Path file = file(create(0, Way.CALLS).name());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void aSymbolicLinkInItsPlaceIsRefused() throws Exception {
        NamedSemaphore victim = create(0, Way.CALLS);
        String name = Children.name("link");
        Path link = Files.createSymbolicLink(file(name), file(victim.name()));
        try {
            assertThrows(PosixException.class, () -> NamedSemaphore.open(name));
            assertThrows(
                    PosixException.AlreadyExists.class, () -> NamedSemaphore.open(name, Creation.CREATE_NEW, 0600, 0));
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void anEmptyFileInItsPlaceIsRefusedInsteadOfCrashingAtTheFirstUse() throws Exception {
        String name = Children.name("empty");
        Files.createFile(file(name));
        try {
            PosixException e = assertThrows(PosixException.class, () -> NamedSemaphore.open(name));
            assertEquals("EINVAL", e.errnoName());
            assertEquals(0, Leaks.mappings(name.substring(1)));
        } finally {
            Files.delete(file(name));
        }
    }

    @Test
    void anUnlinkedSemaphoreGoesOnForItsHoldersAndWaiters() throws Exception {
        NamedSemaphore first = create(0, Way.best());
        try (NamedSemaphore second = NamedSemaphore.open(first.name())) {
            Concurrent<Boolean> waiter = Concurrent.start(() -> {
                second.acquire();
                return true;
            });
            waiter.awaitBlocked();
            NamedSemaphore.unlink(first.name());
            try (NamedSemaphore next = NamedSemaphore.open(first.name(), Creation.CREATE_NEW, 0600, 3)) {
                assertEquals(3, next.availablePermits());
                first.release();
                assertTrue(waiter.join());
                assertEquals(3, next.availablePermits());
            }
        }
    }

    @Test
    void closeUnderEightUsersIsSafe() throws Exception {
        Way[] ways = {Way.best(), Way.CALLS, Way.TRIES};
        for (int round = 0; round < 30; round++) {
            NamedSemaphore semaphore = create(3, ways[round % ways.length]);
            List<Concurrent<Void>> users = new ArrayList<>();
            for (int user = 0; user < 8; user++) {
                users.add(Concurrent.start(() -> {
                    for (; ; ) {
                        semaphore.acquire();
                        semaphore.release();
                    }
                }));
            }
            Thread.sleep(5);
            semaphore.close();
            System.gc();
            for (Concurrent<Void> user : users) {
                assertThrows(IllegalStateException.class, user::join);
            }
        }
    }
}
