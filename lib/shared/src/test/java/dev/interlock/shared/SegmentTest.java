package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mutex.Mutex;
import dev.interlock.posix.Creation;
import dev.interlock.posix.PosixException;
import dev.interlock.posix.SharedMemory;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.spin.PetersonLock;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SegmentTest {
    private final String name = TestSegments.unique();

    @AfterEach
    void remove() {
        TestSegments.remove(name);
    }

    private static void assertReason(SegmentException.Reason reason, String name, Runnable action) {
        SegmentException e = assertThrows(SegmentException.class, action::run);
        assertEquals(reason, e.reason(), e.getMessage());
        assertEquals(name, e.segment());
        assertTrue(e.getMessage().contains(name), e.getMessage());
    }

    private boolean exists() {
        return Files.exists(Path.of("/dev/shm" + name));
    }

    @Test
    void twoSegmentsOfOneNameShareTheirObjects() throws Exception {
        try (Segment first = Segment.open(name);
                Segment second = Segment.open(name)) {
            Mutex here = first.mutex("m");
            Mutex there = second.mutex("m");
            here.lock();
            assertTrue(there.isLocked());
            assertFalse(there.tryLock());
            here.unlock();
            assertTrue(there.tryLock());
            there.unlock();
            CountingSemaphore permits = first.semaphore("s", 3);
            permits.acquire(2);
            assertEquals(1, second.semaphore("s", 3).availablePermits());
            Mailbox<String> out = first.mailbox("b", Codec.utf8(), 4, 16);
            out.send("grüße");
            assertEquals("grüße", second.mailbox("b", Codec.utf8(), 4, 16).receive());
            assertEquals(Set.of("m", "s", "b"), Set.copyOf(second.names()));
        }
    }

    @Test
    void objectsOutliveTheProcessesThatUsedThem() throws Exception {
        try (Segment segment = Segment.open(name)) {
            segment.semaphore("s", 5).acquire();
        }
        try (Segment segment = Segment.attach(name)) {
            assertEquals(4, segment.semaphore("s", 5).availablePermits());
        }
    }

    @Test
    void hostsAnythingThatDrawsItsWordsFromAMemory() {
        try (Segment first = Segment.open(name);
                Segment second = Segment.open(name)) {
            first.attachUnrecoverable("door", PetersonLock::new).party(0).lock();
            assertFalse(second.attachUnrecoverable("door", PetersonLock::new)
                    .party(1)
                    .tryLock());
        }
    }

    @Test
    void unlinkedSegmentStaysUsableAndItsNameIsFree() {
        try (Segment old = Segment.open(name)) {
            old.semaphore("s", 1);
            Segment.unlink(name);
            assertFalse(exists());
            try (Segment fresh = Segment.open(name)) {
                assertEquals(List.of(), fresh.names());
                assertEquals(List.of("s"), old.names());
            }
        }
    }

    @Test
    void theLastToCloseAnUnlinkedSegmentGivesItsMemoryBack() throws Exception {
        Segment first = Segment.open(name, SegmentOptions.DEFAULT.withSize(64 << 20));
        Segment second = Segment.open(name);
        long free = freeBytes();
        Segment.unlink(name);
        first.close();
        assertTrue(second.mutex("m").tryLock(), "it is in use");
        second.close();
        assertTrue(freeBytes() - free > 48 << 20, freeBytes() - free + " bytes came back"); // others may take some
    }

    private static long freeBytes() throws Exception {
        return Files.getFileStore(Path.of("/dev/shm")).getUsableSpace();
    }

    @Test
    void createRefusesANameInUse() {
        try (Segment segment = Segment.create(name, SegmentOptions.DEFAULT)) {
            assertReason(SegmentException.Reason.EXISTS, name, () -> Segment.create(name, SegmentOptions.DEFAULT));
            assertEquals(List.of(), segment.names());
        }
    }

    @Test
    void attachRefusesAMissingSegment() {
        PosixException e = assertThrows(PosixException.NotFound.class, () -> Segment.attach(name));
        assertTrue(e.getMessage().contains(name), e.getMessage());
        assertFalse(exists());
    }

    @Test
    void namesThatPosixForbidsAreRefused() {
        for (String bad : List.of("orders", "", "/", "/a/b", "/" + "x".repeat(256), "/a\0b")) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Segment.open(bad));
            assertTrue(e.getMessage().contains(bad.replace("\0", "")) || bad.indexOf('\0') >= 0, e.getMessage());
        }
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        for (long size : new long[] {0, -1, 4096, Format.OBJECTS, 1L << 31, Long.MAX_VALUE}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> SegmentOptions.DEFAULT.withSize(size));
            assertTrue(e.getMessage().contains(Long.toString(size)), e.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> SegmentOptions.DEFAULT.withMode(01777));
    }

    @Test
    void modeIsThatOfTheOptions() throws Exception {
        try (Segment segment = Segment.open(name)) {
            assertEquals(
                    "rw-------",
                    java.nio.file.attribute.PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(Path.of("/dev/shm" + segment.name()))));
        }
    }

    @Test
    void randomBytesAreNotASegment() throws Exception {
        byte[] noise = new byte[64 << 10];
        new Random(42).nextBytes(noise);
        Files.write(Path.of("/dev/shm" + name), noise);
        assertReason(SegmentException.Reason.NOT_A_SEGMENT, name, () -> Segment.open(name));
        assertReason(SegmentException.Reason.NOT_A_SEGMENT, name, () -> Segment.attach(name));
        assertReason(SegmentException.Reason.EXISTS, name, () -> Segment.create(name, SegmentOptions.DEFAULT));
        assertArrayEquals(noise, Files.readAllBytes(Path.of("/dev/shm" + name)));
        byte[] more = new byte[1 << 20];
        new Random(43).nextBytes(more);
        Files.write(Path.of("/dev/shm" + name), more);
        assertReason(SegmentException.Reason.NOT_A_SEGMENT, name, () -> Segment.open(name));
        Files.write(Path.of("/dev/shm" + name), new byte[] {1, 2, 3});
        assertReason(SegmentException.Reason.NOT_A_SEGMENT, name, () -> Segment.open(name));
    }

    @Test
    void somebodyElsesMemoryThatBeginsWithZerosIsLeftAlone() throws Exception {
        for (int at : new int[] {9, 40, 3000, 4192, 5000, (1 << 20) - 1}) {
            byte[] foreign = new byte[1 << 20];
            foreign[at] = 7;
            Files.write(Path.of("/dev/shm" + name), foreign);
            assertReason(SegmentException.Reason.NOT_A_SEGMENT, name, () -> Segment.open(name));
            assertArrayEquals(foreign, Files.readAllBytes(Path.of("/dev/shm" + name)));
        }
    }

    @Test
    void anotherVersionOrByteOrderIsRefused() {
        Segment.open(name).close();
        poke(buffer -> buffer.putInt(Format.VERSION_AT, 99));
        assertReason(SegmentException.Reason.OTHER_FORMAT, name, () -> Segment.open(name));
        poke(buffer -> buffer.putInt(Format.VERSION_AT, Format.VERSION).putInt(Format.BYTE_ORDER_AT, 0x04030201));
        assertReason(SegmentException.Reason.OTHER_FORMAT, name, () -> Segment.attach(name));
    }

    @Test
    void corruptedHeaderAndDirectoryAreRefused() {
        try (Segment segment = Segment.open(name)) {
            segment.mutex("m");
        }
        int entry = Format.DIRECTORY;
        List<Function<ByteBuffer, ?>> harms = List.of(
                b -> b.putLong(entry + Format.ENTRY_OFFSET, 1L << 40),
                b -> b.putLong(entry + Format.ENTRY_OFFSET, -64),
                b -> b.putLong(entry + Format.ENTRY_OFFSET, Format.OBJECTS + 7),
                b -> b.putLong(entry + Format.ENTRY_SIZE, Long.MAX_VALUE),
                b -> b.putLong(entry + Format.ENTRY_SIZE, -1),
                b -> b.putInt(entry + Format.ENTRY_STATE, 77));
        for (Function<ByteBuffer, ?> harm : harms) {
            byte[] before = bytes(entry, Format.ENTRY_LENGTH);
            poke(harm);
            assertReason(SegmentException.Reason.CORRUPTED, name, () -> {
                try (Segment segment = Segment.attach(name)) {
                    segment.mutex("m");
                }
            });
            poke(b -> b.put(entry, before));
        }
        poke(b -> b.putInt(Format.ENTRIES_AT, 1 << 20));
        assertReason(SegmentException.Reason.CORRUPTED, name, () -> Segment.attach(name));
        poke(b -> b.putInt(Format.ENTRIES_AT, Format.ENTRIES).putLong(Format.SIZE_AT, -1));
        assertReason(SegmentException.Reason.CORRUPTED, name, () -> Segment.attach(name));
    }

    @Test
    void truncatedBeforeAttachingIsRefused() {
        Segment.open(name).close();
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            memory.resize(1 << 20);
        }
        assertReason(SegmentException.Reason.TRUNCATED, name, () -> Segment.attach(name));
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            memory.resize(100);
        }
        assertReason(SegmentException.Reason.TRUNCATED, name, () -> Segment.open(name));
    }

    @Test
    void everyUseAfterCloseThrows() throws Exception {
        Segment segment = Segment.open(name);
        Mutex mutex = segment.mutex("m");
        CountingSemaphore semaphore = segment.semaphore("s", 1);
        Mailbox<String> mailbox = segment.mailbox("b", Codec.utf8(), 4, 16);
        segment.close();
        segment.close();
        List<Callable<?>> uses = List.of(
                () -> segment.mutex("m"),
                () -> segment.attach("n", Mutex::new),
                segment::names,
                mutex::tryLock,
                () -> {
                    mutex.lock();
                    return null;
                },
                () -> {
                    mutex.unlock();
                    return null;
                },
                () -> mutex.tryLock(1, TimeUnit.SECONDS),
                semaphore::tryAcquire,
                () -> {
                    semaphore.release();
                    return null;
                },
                mailbox::tryReceive,
                mailbox::receive,
                () -> mailbox.trySend("x"));
        for (Callable<?> use : uses) {
            SegmentException e = assertThrows(SegmentException.class, use::call);
            assertEquals(SegmentException.Reason.CLOSED, e.reason());
            assertTrue(e.getMessage().contains(name), e.getMessage());
        }
    }

    @Test
    void closingEndsTheWaitsOfItsThreads() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        Segment segment = Segment.open(name);
        Mutex mutex = segment.mutex("m");
        Mailbox<String> mailbox = segment.mailbox("b", Codec.utf8(), 4, 16);
        mutex.lock();
        List<Future<?>> waits = new ArrayList<>();
        waits.add(pool.submit((Callable<Void>) () -> {
            mutex.lock();
            return null;
        }));
        waits.add(pool.submit((Callable<String>) mailbox::receive));
        segment.close();
        for (Future<?> wait : waits) {
            Throwable cause = assertThrows(java.util.concurrent.ExecutionException.class, wait::get)
                    .getCause();
            assertEquals(SegmentException.class, cause.getClass(), String.valueOf(cause));
        }
        pool.shutdown();
        assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS));
    }

    @Test
    void anObjectIsNotOpenedAsAnother() {
        try (Segment segment = Segment.open(name)) {
            segment.mutex("m");
            segment.ring("r", 1024, 64);
            segment.attachUnrecoverable("p", PetersonLock::new);
            SegmentException.Reason reason = SegmentException.Reason.OTHER_KIND;
            assertReason(reason, name, () -> segment.semaphore("m", 1));
            assertReason(reason, name, () -> segment.ring("r", 512, 64));
            assertReason(reason, name, () -> segment.ring("r", 1024, 63));
            assertReason(reason, name, () -> segment.mailbox("r", Codec.utf8(), 1024, 64));
            assertReason(reason, name, () -> segment.mutex("p"));
            assertReason(reason, name, () -> segment.attach("p", Mutex::new));
            assertReason(reason, name, () -> segment.attach("p", memory -> List.of(memory.word(0))));
            assertEquals(1024, segment.ring("r", 1024, 64).capacity());
            assertEquals(Mutex.class, segment.attach("m", Mutex::new).getClass());
        }
    }

    @Test
    void whenRoomRunsOutNothingIsHalfMade() {
        SegmentOptions small = SegmentOptions.DEFAULT.withSize(Format.OBJECTS + 4096);
        try (Segment segment = Segment.open(name, small)) {
            assertReason(SegmentException.Reason.FULL, name, () -> segment.ring("r", 1024, 1024));
            assertEquals(List.of(), segment.names());
            Mutex mutex = segment.mutex("m");
            assertTrue(mutex.tryLock(), "what the failed ring left behind is not seen");
            assertEquals(4, segment.ring("r", 4, 64).capacity());
        }
    }

    @Test
    void namesOfObjectsHaveTheirLimits() {
        try (Segment segment = Segment.open(name)) {
            for (String bad : List.of("", "x".repeat(97), "ä".repeat(49), "a\0")) {
                assertThrows(IllegalArgumentException.class, () -> segment.mutex(bad));
            }
            segment.mutex("ä".repeat(48));
            assertEquals(List.of("ä".repeat(48)), segment.names());
        }
    }

    @Test
    void aThousandObjectsFit() {
        try (Segment segment = Segment.open(name)) {
            for (int i = 0; i < Format.ENTRIES; i++) {
                segment.mutex("m" + i);
            }
            assertEquals(Format.ENTRIES, segment.names().size());
            assertReason(SegmentException.Reason.FULL, name, () -> segment.mutex("one more"));
            assertTrue(segment.mutex("m1000").tryLock());
        }
    }

    @Test
    void constructorThatThrowsLeavesNothing() {
        try (Segment segment = Segment.open(name)) {
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> segment.attach("x", memory -> {
                        memory.word(7);
                        throw new UnsupportedOperationException();
                    }));
            assertEquals(List.of(), segment.names());
            assertFalse(segment.mutex("x").isLocked());
        }
    }

    @Test
    void constructorThatUsesItsSegmentIsRefused() {
        try (Segment segment = Segment.open(name)) {
            assertThrows(
                    IllegalStateException.class,
                    () -> segment.attach("outer", memory -> List.of(memory.word(1), segment.mutex("inner"))));
            assertEquals(List.of(), segment.names());
            assertTrue(segment.mutex("inner").tryLock());
        }
    }

    @Test
    void whatIsDrawnAfterTheConstructorIsRefused() {
        try (Segment segment = Segment.open(name)) {
            Mutex mutex = segment.mutex("a");
            Mutex next = segment.mutex("b");
            next.lock();
            for (int i = 0; i < 32; i++) {
                assertThrows(UnsupportedOperationException.class, mutex::newCondition);
            }
            assertTrue(next.isHeldByCurrentParty());
        }
    }

    @Test
    void aRingIsOpenedByTheCapacityThatItHas() {
        try (Segment segment = Segment.open(name)) {
            assertEquals(8, segment.ring("r", 5, 16).capacity());
            assertEquals(8, segment.ring("r", 8, 16).capacity());
        }
    }

    @Test
    void unfinishedCreationIsBegunAgainAtOnce() {
        List<Runnable> states = List.of(
                () -> SharedMemory.open(name, Creation.CREATE_NEW).close(),
                () -> {
                    try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW)) {
                        memory.resize(4 << 20);
                    }
                },
                () -> {
                    try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW)) {
                        memory.resize(4 << 20);
                        memory.map().putInt(Format.VERSION_AT, 1).putLong(Format.SIZE_AT, 4 << 20);
                    }
                });
        for (Runnable state : states) {
            state.run();
            assertReason(SegmentException.Reason.UNFINISHED, name, () -> Segment.attach(name));
            try (Segment segment = Segment.open(name)) {
                assertTrue(segment.mutex("m").tryLock());
            }
            Segment.unlink(name);
            state.run();
            Segment.create(name, SegmentOptions.DEFAULT).close();
            Segment.unlink(name);
        }
    }

    @Test
    void openersAtOnceMakeOneSegmentAndOneObject() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        for (int round = 0; round < 50; round++) {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(pool.submit(() -> {
                    start.await();
                    try (Segment segment = Segment.open(name)) {
                        return segment.semaphore("s", 8).tryAcquire() ? 1 : 0;
                    }
                }));
            }
            start.countDown();
            int acquired = 0;
            for (Future<Integer> result : results) {
                acquired += result.get();
            }
            try (Segment segment = Segment.attach(name)) {
                assertEquals(8, acquired);
                assertEquals(0, segment.semaphore("s", 8).availablePermits());
            }
            Segment.unlink(name);
        }
        pool.shutdown();
    }

    @Test
    void openersAndUnlinkersAtOnceNeverMeetAHalfMadeSegment() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<?>> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            results.add(pool.submit((Callable<Void>) () -> {
                for (int round = 0; round < 100; round++) {
                    try (Segment segment = Segment.open(name)) {
                        segment.mutex("m").lock();
                        segment.mutex("m").unlock();
                    }
                    TestSegments.remove(name);
                }
                return null;
            }));
        }
        for (Future<?> result : results) {
            result.get();
        }
        pool.shutdown();
    }

    private void poke(Function<ByteBuffer, ?> harm) {
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            harm.apply(memory.map());
        }
    }

    private byte[] bytes(int offset, int length) {
        byte[] bytes = new byte[length];
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            memory.map().get(offset, bytes);
        }
        return bytes;
    }
}
