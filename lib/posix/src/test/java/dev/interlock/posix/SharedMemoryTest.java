package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class SharedMemoryTest {
    private final String name = Children.name("shm");

    @AfterEach
    void unlinkWhatIsLeft() throws Exception {
        Files.deleteIfExists(Path.of("/dev/shm" + name));
    }

    private SharedMemory create() {
        return SharedMemory.open(name, Creation.CREATE_NEW);
    }

    private SharedMemory create(long bytes) {
        SharedMemory memory = create();
        memory.reserve(bytes);
        return memory;
    }

    @Test
    void aNewObjectIsEmptyAndGrowsByReserve() {
        try (SharedMemory memory = create()) {
            assertTrue(memory.isCreator());
            assertEquals(name, memory.name());
            assertEquals(0, memory.size());
            memory.reserve(5000);
            assertEquals(5000, memory.size());
            memory.reserve(100);
            assertEquals(5000, memory.size());
            memory.resize(100);
            assertEquals(100, memory.size());
        }
    }

    @Test
    void bothOpenersSeeTheSameBytesInNativeOrder() {
        try (SharedMemory one = create(4096);
                SharedMemory other = SharedMemory.open(name, Creation.OPEN)) {
            assertFalse(other.isCreator());
            ByteBuffer here = one.map();
            ByteBuffer there = other.map();
            assertSame(ByteOrder.nativeOrder(), here.order());
            here.putLong(8, 0x0123456789abcdefL);
            assertEquals(0x0123456789abcdefL, there.getLong(8));
        }
    }

    @Test
    void openOrCreateTellsWhoMadeIt() {
        try (SharedMemory one = SharedMemory.open(name, Creation.OPEN_OR_CREATE);
                SharedMemory other = SharedMemory.open(name, Creation.OPEN_OR_CREATE)) {
            assertTrue(one.isCreator());
            assertFalse(other.isCreator());
        }
    }

    @Test
    void exactlyOneOfManyOpenersIsTheCreator() throws Exception {
        for (int round = 0; round < 200; round++) {
            List<Concurrent<Boolean>> openers = new ArrayList<>();
            CountDownLatch start = new CountDownLatch(1);
            for (int opener = 0; opener < 4; opener++) {
                openers.add(Concurrent.start(() -> {
                    start.await();
                    try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN_OR_CREATE)) {
                        return memory.isCreator();
                    }
                }));
            }
            start.countDown();
            int creators = 0;
            for (Concurrent<Boolean> opener : openers) {
                creators += opener.join() ? 1 : 0;
            }
            assertEquals(1, creators);
            SharedMemory.unlink(name);
        }
    }

    @Test
    void aTakenNameIsTyped() {
        create().close();
        PosixException e = assertThrows(PosixException.AlreadyExists.class, this::create);
        assertEquals("shm_open(\"" + name + "\"): EEXIST (File exists)", e.getMessage());
        assertEquals("shm_open", e.call());
        assertEquals(17, e.errno());
        assertEquals("EEXIST", e.errnoName());
        assertEquals(name, e.object());
    }

    @Test
    void aMissingNameIsTyped() {
        PosixException e = assertThrows(PosixException.NotFound.class, () -> SharedMemory.open(name, Creation.OPEN));
        assertEquals("shm_open(\"" + name + "\"): ENOENT (No such file or directory)", e.getMessage());
        assertThrows(PosixException.NotFound.class, () -> SharedMemory.openReadOnly(name));
        e = assertThrows(PosixException.NotFound.class, () -> SharedMemory.unlink(name));
        assertEquals("shm_unlink", e.call());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "orders", "/a/b", "//", "/a/", "/.", "/..", "/nul\0here", "/half\ud800"})
    void aNameThatIsNoneIsRefusedWithTheName(String bad) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> SharedMemory.open(bad, Creation.OPEN_OR_CREATE));
        assertTrue(e.getMessage().startsWith("name \"" + bad.replace("\0", "\\0") + "\""), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> SharedMemory.openReadOnly(bad));
        assertThrows(IllegalArgumentException.class, () -> SharedMemory.unlink(bad));
    }

    @Test
    void aNameIsLimitedInBytesNotInCharacters() {
        String longest = "/" + "ä".repeat(100) + "x".repeat(55);
        SharedMemory.open(longest, Creation.CREATE_NEW).close();
        SharedMemory.unlink(longest);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> SharedMemory.open(longest + "y", Creation.CREATE_NEW));
        assertTrue(e.getMessage().contains("has 256 bytes"), e.getMessage());
    }

    @Test
    void sizesThatAreNoneAreRefused() {
        try (SharedMemory memory = create()) {
            for (long bad : new long[] {0, -1, Long.MIN_VALUE}) {
                IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> memory.resize(bad));
                assertEquals("size " + bad + " of \"" + name + "\" is not positive", e.getMessage());
                assertThrows(IllegalArgumentException.class, () -> memory.reserve(bad));
            }
            assertThrows(IllegalArgumentException.class, () -> SharedMemory.open(name, Creation.OPEN, 01777));
            assertThrows(IllegalArgumentException.class, () -> memory.chmod(-1));
        }
    }

    @Test
    void moreThanTheFileSystemHasIsRefusedAtOnceAndChangesNothing() throws Exception {
        long tooMuch = Files.getFileStore(Path.of("/dev/shm")).getTotalSpace() + (1L << 30);
        try (SharedMemory memory = create(4096)) {
            PosixException e = assertThrows(PosixException.NoSpace.class, () -> memory.reserve(tooMuch));
            assertEquals(
                    "posix_fallocate(\"" + name + "\"): ENOSPC (No space left on device): " + tooMuch + " bytes",
                    e.getMessage());
            assertEquals(4096, memory.size());
        }
    }

    @Test
    void anEmptyObjectHasNothingToMap() {
        try (SharedMemory memory = create()) {
            IllegalStateException e = assertThrows(IllegalStateException.class, memory::map);
            assertTrue(e.getMessage().contains(name), e.getMessage());
        }
    }

    @Test
    void aWindowNeedNotBeginOnAPage() {
        try (SharedMemory memory = create(3 * 4096)) {
            ByteBuffer whole = memory.map();
            whole.putInt(5000, 77);
            ByteBuffer window = memory.map(4999, 100);
            assertEquals(100, window.capacity());
            assertEquals(77, window.getInt(1));
        }
    }

    @Test
    void aWindowOutsideTheObjectIsRefused() {
        try (SharedMemory memory = create(4096)) {
            long[][] windows = {
                {0, 4097},
                {1, 4096},
                {-1, 1},
                {0, 0},
                {0, -1},
                {4096, 1},
                {Long.MAX_VALUE, 1},
                {1, Long.MAX_VALUE},
                {0, 1L << 31}
            };
            for (long[] window : windows) {
                IllegalArgumentException e = assertThrows(
                        IllegalArgumentException.class,
                        () -> memory.map(window[0], window[1]),
                        () -> window[0] + ", " + window[1]);
                assertTrue(e.getMessage().contains(name), e.getMessage());
            }
        }
    }

    @Test
    void objectsOverTwoGigabytesAreMappedByWindows() {
        long size = 5L << 30;
        try (SharedMemory memory = create()) {
            memory.resize(size); // not reserved: only the touched pages take memory
            assertThrows(IllegalStateException.class, memory::map);
            ByteBuffer end = memory.map(size - 100, 100);
            end.putLong(92, 42);
            ByteBuffer big = memory.map(size - Integer.MAX_VALUE, Integer.MAX_VALUE);
            assertEquals(42, big.getLong(Integer.MAX_VALUE - 8));
        }
    }

    @Test
    void readOnlyBuffersRefuseWrites() {
        try (SharedMemory memory = create(4096);
                SharedMemory reader = SharedMemory.openReadOnly(name)) {
            assertTrue(reader.isReadOnly());
            memory.map().putInt(0, 7);
            assertEquals(7, reader.map().getInt(0));
            assertThrows(ReadOnlyBufferException.class, () -> reader.map().putInt(0, 8));
            assertThrows(ReadOnlyBufferException.class, () -> memory.mapReadOnly(0, 8)
                    .putInt(0, 8));
            assertThrows(PosixException.class, () -> reader.resize(8192));
            assertThrows(PosixException.class, () -> reader.reserve(8192));
            assertEquals(4096, memory.size());
        }
    }

    @Test
    void permissionIsForTheOwnerAloneUnlessSaidOtherwise() {
        try (SharedMemory memory = create()) {
            assertEquals(0600, memory.mode());
            memory.chmod(0666);
            assertEquals(0666, memory.mode());
        }
    }

    @Test
    void aSymbolicLinkInThePlaceOfAnObjectIsRefused() throws Exception {
        Path victim = Files.createTempFile("victim", "");
        Files.createSymbolicLink(Path.of("/dev/shm" + name), victim);
        try {
            for (Creation creation : new Creation[] {Creation.OPEN, Creation.OPEN_OR_CREATE}) {
                PosixException e = assertThrows(PosixException.class, () -> SharedMemory.open(name, creation));
                assertEquals("ELOOP", e.errnoName());
            }
            assertThrows(PosixException.AlreadyExists.class, this::create);
        } finally {
            Files.delete(victim);
        }
    }

    @Test
    void anUnlinkedObjectLivesOnForItsHoldersAndSaysSo() {
        try (SharedMemory memory = create(4096)) {
            ByteBuffer buffer = memory.map();
            assertTrue(memory.isLinked());
            SharedMemory.unlink(name);
            assertFalse(memory.isLinked());
            buffer.putInt(0, 5);
            assertEquals(5, memory.map().getInt(0));
            try (SharedMemory next = create()) {
                assertEquals(0, next.size());
                assertFalse(memory.isLinked());
            }
        }
    }

    @Test
    void useAfterCloseIsRefusedWithTheName() {
        SharedMemory memory = create(4096);
        ByteBuffer buffer = memory.map();
        memory.close();
        memory.close();
        List<Runnable> uses = List.of(
                memory::size,
                memory::isLinked,
                memory::mode,
                memory::map,
                () -> memory.map(0, 1),
                () -> memory.resize(1),
                () -> memory.reserve(1),
                () -> memory.chmod(0600),
                () -> memory.fileLock().tryLock(0, 1, false));
        for (Runnable use : uses) {
            IllegalStateException e = assertThrows(IllegalStateException.class, use::run);
            assertEquals("\"" + name + "\" is closed", e.getMessage());
        }
        buffer.putInt(0, 1);
        assertEquals(1, buffer.getInt(0));
    }

    @Test
    void closeUnderEightReadersIsSafe() throws Exception {
        for (int round = 0; round < 20; round++) {
            SharedMemory memory = create(1 << 16);
            CountDownLatch reading = new CountDownLatch(8);
            List<Concurrent<Long>> readers = new ArrayList<>();
            for (int reader = 0; reader < 8; reader++) {
                readers.add(Concurrent.start(() -> {
                    ByteBuffer buffer = memory.map();
                    long sum = 0;
                    reading.countDown();
                    try {
                        for (; ; ) {
                            for (int index = 0; index < buffer.capacity(); index += 64) {
                                sum += buffer.getInt(index);
                            }
                            sum += memory.map(4096, 8).getLong(0) + memory.size() - (1 << 16);
                        }
                    } catch (IllegalStateException closed) {
                        return sum + buffer.getInt(0);
                    }
                }));
            }
            reading.await();
            memory.close();
            for (Concurrent<Long> reader : readers) {
                assertEquals(0, reader.join());
            }
            SharedMemory.unlink(name);
        }
    }

    @Test
    void aMappingGoesWhenTheLastViewIsUnreachable() throws Exception {
        ByteBuffer view;
        try (SharedMemory memory = create(4096)) {
            view = memory.map().duplicate().slice(8, 16).asReadOnlyBuffer();
        }
        for (int round = 0; round < 5; round++) {
            System.gc();
            Thread.sleep(20);
        }
        assertEquals(1, Leaks.mappings(name));
        assertEquals(0, view.get(0));
        view = null;
        Leaks.awaitAtMost(0, () -> Leaks.mappings(name));
    }

    @Test
    void mappingInALoopWithoutEndCollectsWhatIsUnreachable() {
        try (SharedMemory memory = create(4096)) {
            for (int round = 0; round < 100_000; round++) {
                memory.map();
            }
        }
        assertTrue(Leaks.mappings(name) < 65_530 / 2);
    }

    @Test
    void moreMappingsInUseThanTheKernelAllowsAreRefusedBeforeTheJvmSuffers() throws Exception {
        assertEquals("ENOMEM", Children.run(Children.javaCommand(Hoarder.class, name)));
    }

    /** Keeps every buffer. */
    static final class Hoarder {
        public static void main(String[] args) {
            List<ByteBuffer> kept = new ArrayList<>();
            try (SharedMemory memory = SharedMemory.open(args[0], Creation.CREATE_NEW)) {
                memory.reserve(4096);
                for (; ; ) {
                    kept.add(memory.map());
                }
            } catch (PosixException e) {
                kept.get(0).putInt(0, kept.size());
                System.out.println(e.errnoName());
            }
        }
    }

    @Test
    void anotherProcessSeesTheBytesAndWritesItsOwn() throws Exception {
        try (SharedMemory memory = create(4096)) {
            ByteBuffer buffer = memory.map();
            buffer.putInt(0, 1234);
            assertEquals("1234", Children.run(Children.javaCommand(Reader.class, name)));
            assertEquals(4321, buffer.getInt(4));
        }
    }

    /** Prints the first number of an object and writes the second. */
    static final class Reader {
        public static void main(String[] args) {
            try (SharedMemory memory = SharedMemory.open(args[0], Creation.OPEN)) {
                ByteBuffer buffer = memory.map();
                System.out.println(buffer.getInt(0));
                buffer.putInt(4, 4321);
            }
        }
    }

    @Test
    void growingMapsAnewAndKeepsTheBytes() {
        try (SharedMemory memory = create()) {
            ByteBuffer small = memory.grow(4096);
            small.putInt(0, 7);
            ByteBuffer large = memory.grow(1 << 20);
            assertEquals(1 << 20, large.capacity());
            assertEquals(7, large.getInt(0));
            small.putInt(4, 8);
            assertEquals(8, large.getInt(4));
            SharedMemory.sync(large);
            SharedMemory.sync(large.slice(5000, 10));
            assertThrows(IllegalArgumentException.class, () -> SharedMemory.sync(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void existingObjectsAreListedAndSemaphoresAreNot() {
        assertFalse(SharedMemory.exists(name));
        assertFalse(SharedMemory.list().contains(name));
        create().close();
        NamedSemaphore.open(name, Creation.CREATE_NEW, 0600, 1).close();
        assertTrue(SharedMemory.exists(name));
        assertTrue(SharedMemory.list().contains(name));
        NamedSemaphore.unlink(name);
        SharedMemory.unlink(name);
        assertFalse(SharedMemory.list().stream().anyMatch(other -> other.contains(name.substring(1))));
    }

    @Test
    void anAnonymousObjectIsSharedThroughItsDescriptor() throws Exception {
        Process child = Children.java(Anonymous.class);
        int descriptor = Integer.parseInt(Children.output(child).readLine());
        try (SharedMemory memory = SharedMemory.ofProcess(child.pid(), descriptor)) {
            assertEquals(77, memory.map().getInt(0));
            assertFalse(memory.isLinked());
        }
        child.destroyForcibly().waitFor();
        PosixException e = assertThrows(PosixException.class, () -> SharedMemory.ofProcess(child.pid(), descriptor));
        assertEquals("ESRCH", e.errnoName());
        assertThrows(IllegalArgumentException.class, () -> SharedMemory.anonymous("x".repeat(250)));
        SharedMemory.anonymous("x".repeat(249)).close();
    }

    static final class Anonymous {
        public static void main(String[] args) throws Exception {
            try (SharedMemory memory = SharedMemory.anonymous("child")) {
                memory.grow(64).putInt(0, 77);
                System.out.println(memory.descriptor());
                Thread.sleep(Children.WATCHDOG_SECONDS * 1000);
            }
        }
    }

    @Test
    void anotherPlatformIsNamedInTheError() throws Exception {
        List<String> command = Children.javaCommand(ForeignPlatform.class);
        command.add(1, "-Dos.arch=s390x");
        assertEquals(
                "dev.interlock.posix runs on Linux on x86-64 and aarch64; this is Linux on s390x",
                Children.run(command));
    }

    static final class ForeignPlatform {
        public static void main(String[] args) {
            try {
                SharedMemory.open("/x", Creation.OPEN);
            } catch (UnsupportedOperationException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
