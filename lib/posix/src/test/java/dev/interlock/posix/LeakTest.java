package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.posix.Poll.Event;
import dev.interlock.posix.PosixSemaphore.Way;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No call keeps a descriptor or a mapping, whether it succeeds, fails, waits in vain, is interrupted or gets only half of
 * what it needs: an object that was used in every way goes when it is closed.
 */
@Timeout(600)
@SuppressWarnings("try") // closing early is part of what is tested
class LeakTest {
    private static final int ROUNDS = 10_000;

    /** A thread that is blocked in a pipe takes another that ends it: not in every round. */
    private static final int ROUNDS_OF_ONE_THREAD = 200;

    /** glibc makes a semaphore under a name of its own, which stays that of the mapping. */
    private static final String SEMAPHORE = "/sem.";

    @TempDir
    private Path directory;

    /** What is there before a life begins, and outlives it. */
    private static final class Site implements AutoCloseable {
        final String name;
        final Fifo fifo;
        final Fifo missing;
        final Fifo link;
        final Path file;
        final SharedMemory memory;
        final MessageQueue queue;
        final NamedSemaphore semaphore;
        final FileLock held;
        final EventFd event = EventFd.create(1);
        final long pid = ProcessHandle.current().pid();
        final byte[] eight = new byte[8];

        /** The number of the present round. */
        int round;

        /** For waits in vain: so long that there is one. */
        long shortNanos = 20_000;

        Site(String name, Path directory) throws IOException {
            this.name = name;
            fifo = Fifo.create(directory.resolve("fifo"));
            missing = Fifo.of(directory.resolve("missing"));
            link = Fifo.of(Files.createSymbolicLink(directory.resolve("link"), fifo.path()));
            file = Files.createFile(directory.resolve("file"));
            memory = SharedMemory.open(name, Creation.CREATE_NEW);
            memory.reserve(4096);
            queue = MessageQueue.open(name, Creation.CREATE_NEW, 0600, 2, 8);
            semaphore = NamedSemaphore.open(name, Creation.CREATE_NEW, 0600, 1);
            Files.createFile(Path.of("/dev/shm/sem." + name.substring(1) + "-empty"));
            held = FileLock.open(file);
            assertTrue(held.tryLock(100, 1, false));
        }

        boolean isRoundOfThreads() {
            return round % ROUNDS_OF_ONE_THREAD == ROUNDS_OF_ONE_THREAD - 1;
        }

        @Override
        public void close() throws IOException {
            event.close();
            held.close();
            semaphore.close();
            queue.close();
            memory.close();
            SharedMemory.unlink(name);
            MessageQueue.unlink(name);
            NamedSemaphore.unlink(name);
            Files.delete(Path.of("/dev/shm/sem." + name.substring(1) + "-empty"));
        }
    }

    /** The life of an object: opened, used in every way, also in vain, and closed. */
    private enum Life {
        SHARED_MEMORY {
            @Override
            void live(Site site) throws Exception {
                try (SharedMemory memory = SharedMemory.open(site.name, Creation.OPEN)) {
                    memory.resize(5000);
                    memory.reserve(8192);
                    memory.chmod(0600);
                    assertEquals(8192 + 0600, memory.size() + memory.mode());
                    assertTrue(memory.isLinked() && memory.owner() >= 0 && memory.descriptor() > 2);
                    memory.map().putInt(0, site.round);
                    SharedMemory.sync(memory.map(4000, 1000));
                    assertEquals(site.round, memory.mapReadOnly(0, 8).getInt(0));
                    assertEquals(8192, memory.grow(8192).capacity());
                    memory.discard();
                    fails(IllegalArgumentException.class, () -> memory.map(8192, 1));
                    fails(PosixException.class, () -> memory.reserve(Long.MAX_VALUE));
                }
                try (SharedMemory reader = SharedMemory.openReadOnly(site.name)) {
                    assertEquals(0, reader.map().getInt(0));
                    fails(PosixException.class, () -> reader.resize(1));
                    fails(PosixException.class, () -> reader.reserve(1));
                    fails(PosixException.class, reader::discard);
                }
                String second = site.name + "-second";
                SharedMemory.open(second, Creation.OPEN_OR_CREATE).close();
                assertTrue(SharedMemory.exists(second));
                SharedMemory.unlink(second);
                assertFalse(SharedMemory.exists(second));
                fails(PosixException.AlreadyExists.class, () -> SharedMemory.open(site.name, Creation.CREATE_NEW));
                fails(PosixException.NotFound.class, () -> SharedMemory.openReadOnly(second));
            }
        },
        ANONYMOUS_MEMORY {
            @Override
            void live(Site site) throws Exception {
                try (SharedMemory memory = SharedMemory.anonymous(site.name.substring(1));
                        SharedMemory same = SharedMemory.ofProcess(site.pid, memory.descriptor())) {
                    memory.grow(64).putInt(0, 7);
                    assertEquals(7, same.map().getInt(0));
                }
                fails(PosixException.class, () -> SharedMemory.ofProcess(site.pid, 1 << 20));
                fails(PosixException.class, () -> SharedMemory.ofProcess(Integer.MAX_VALUE, 0));
            }
        },
        PIPE {
            @Override
            void live(Site site) throws Exception {
                try (Pipe pipe = Pipe.open()) {
                    PipeSource source = pipe.source();
                    PipeSink sink = pipe.sink();
                    ByteBuffer eight = ByteBuffer.wrap(site.eight);
                    assertEquals(8, sink.write(eight.clear()));
                    assertEquals(8, source.read(eight.clear()));
                    assertEquals(8192, sink.capacity(5000));
                    assertEquals(8192, source.capacity());
                    assertTrue(source.redirect().file().exists()
                            && sink.redirect().file().exists());
                    if (site.isRoundOfThreads()) {
                        block(source, sink);
                    }
                    source.configureBlocking(false);
                    assertEquals(0, source.read(eight.clear()));
                    ByteBuffer full = ByteBuffer.allocate(8192);
                    assertEquals(8192, sink.write(full));
                    fails(PosixException.class, () -> sink.capacity(1));
                    assertEquals(8192, source.read(full.clear()));
                    Thread.currentThread().interrupt();
                    fails(ClosedByInterruptException.class, () -> source.read(eight.clear()));
                    assertTrue(Thread.interrupted());
                    fails(BrokenPipeException.class, () -> sink.write(eight.clear()));
                }
            }
        },
        FIFO {
            @Override
            void live(Site site) throws Exception {
                fails(PosixException.NoReader.class, site.fifo::openSinkNonBlocking);
                fails(TimeoutException.class, () -> site.fifo.openSink(0, TimeUnit.SECONDS));
                fails(TimeoutException.class, () -> site.fifo.openSource(0, TimeUnit.SECONDS));
                fails(PosixException.NotFound.class, site.missing::openSource);
                fails(PosixException.NotFound.class, site.missing::openSink);
                fails(PosixException.class, site.link::openSource);
                fails(IllegalArgumentException.class, () -> Fifo.of(site.file).openSource());
                fails(IllegalArgumentException.class, () -> Fifo.of(site.file).openSinkNonBlocking());
                fails(PosixException.AlreadyExists.class, () -> Fifo.create(site.file));
                try (PipeSource source = site.fifo.openSourceNonBlocking();
                        PipeSink sink = site.fifo.openSink();
                        PipeSource second = site.fifo.openSource();
                        PipeSink third = site.fifo.openSinkNonBlocking()) {
                    assertEquals(8, sink.write(ByteBuffer.wrap(site.eight)));
                    assertEquals(8, second.read(ByteBuffer.wrap(site.eight)));
                    assertTrue(source.isOpen() && third.isOpen());
                }
                Thread.currentThread().interrupt();
                fails(InterruptedException.class, site.fifo::openSource);
                Thread.currentThread().interrupt();
                fails(InterruptedException.class, site.fifo::openSink);
            }
        },
        EVENT_FD {
            @Override
            void live(Site site) throws Exception {
                try (EventFd event = EventFd.create(1);
                        EventFd semaphore = EventFd.createSemaphore(2);
                        EventFd same = EventFd.ofProcess(site.pid, event.descriptor())) {
                    event.add(-3);
                    assertFalse(event.tryAdd(1));
                    assertEquals(-2, same.take());
                    assertEquals(2, semaphore.take() + semaphore.tryTake());
                    assertEquals(0, semaphore.tryTake() + semaphore.take(1, TimeUnit.NANOSECONDS));
                    assertEquals(0, event.take(site.shortNanos, TimeUnit.NANOSECONDS));
                    Thread.currentThread().interrupt();
                    fails(InterruptedException.class, event::take);
                }
                fails(PosixException.class, () -> EventFd.ofProcess(site.pid, 1 << 20));
                fails(PosixException.class, () -> EventFd.ofProcess(Integer.MAX_VALUE, 0));
            }
        },
        MESSAGE_QUEUE {
            @Override
            void live(Site site) throws Exception {
                try (MessageQueue queue = MessageQueue.open(site.name, Creation.OPEN)) {
                    while (queue.attributes().messages() > 0) {
                        queue.receive(); // what a life has left that failed
                    }
                    queue.send(site.eight, 1);
                    assertTrue(queue.send(site.eight, 2, 1, TimeUnit.DAYS));
                    assertFalse(queue.trySend(site.eight, 3));
                    assertFalse(queue.send(site.eight, 3, site.shortNanos, TimeUnit.NANOSECONDS));
                    assertEquals(2, queue.attributes().messages());
                    assertEquals(
                            3, queue.receive().priority() + queue.tryReceive().priority());
                    assertEquals(null, queue.tryReceive());
                    assertEquals(null, queue.receive(site.shortNanos, TimeUnit.NANOSECONDS));
                    fails(PosixException.MessageTooLong.class, () -> queue.trySend(new byte[9], 0));
                    fails(IllegalArgumentException.class, () -> queue.trySend(site.eight, -1));
                    Thread.currentThread().interrupt();
                    fails(InterruptedException.class, queue::receive);
                }
                String second = site.name + "-second";
                MessageQueue.open(second, Creation.OPEN_OR_CREATE, 0600, 1, 1).close();
                MessageQueue.unlink(second);
                fails(PosixException.AlreadyExists.class, () -> MessageQueue.open(site.name, Creation.CREATE_NEW));
                fails(PosixException.NotFound.class, () -> MessageQueue.open(second, Creation.OPEN));
            }
        },
        NAMED_SEMAPHORE {
            @Override
            void live(Site site) throws Exception {
                Way way = List.of(Way.best(), Way.CALLS, Way.TRIES).get(site.round % 3);
                try (NamedSemaphore semaphore = NamedSemaphore.open(site.name, Creation.OPEN, 0600, 0, way)) {
                    semaphore.acquire();
                    assertFalse(semaphore.tryAcquire());
                    assertFalse(semaphore.tryAcquire(1, TimeUnit.NANOSECONDS));
                    assertFalse(semaphore.tryAcquire(site.shortNanos, TimeUnit.NANOSECONDS));
                    Thread.currentThread().interrupt();
                    fails(InterruptedException.class, semaphore::acquire);
                    semaphore.release();
                    assertEquals(1, semaphore.availablePermits());
                }
                String second = site.name + "-second";
                NamedSemaphore.open(second, Creation.OPEN_OR_CREATE, 0600, 1).close();
                NamedSemaphore.unlink(second);
                fails(PosixException.class, () -> NamedSemaphore.open(site.name + "-empty"));
                fails(
                        PosixException.AlreadyExists.class,
                        () -> NamedSemaphore.open(site.name, Creation.CREATE_NEW, 0600, 0));
                fails(PosixException.NotFound.class, () -> NamedSemaphore.open(second));
            }
        },
        FILE_LOCK {
            @Override
            void live(Site site) throws Exception {
                try (FileLock lock = FileLock.open(site.file)) {
                    lock.lock(0, 1, false);
                    assertTrue(lock.tryLock(1, 1, true));
                    assertTrue(lock.isLockedByOther(100, 1));
                    assertFalse(lock.tryLock(0, 0, false));
                    assertFalse(lock.tryLock(0, 0, false, 1, TimeUnit.NANOSECONDS));
                    lock.unlock(0, 1);
                    fails(IllegalArgumentException.class, () -> lock.tryLock(-1, 0, false));
                    Thread.currentThread().interrupt();
                    fails(InterruptedException.class, () -> lock.lock(0, 0, false));
                }
                fails(PosixException.NotFound.class, () -> FileLock.open(site.missing.path()));
                fails(PosixException.class, () -> FileLock.open(site.link.path()));
                fails(PosixException.class, () -> FileLock.open(site.file.getParent()));
            }
        },
        POLL {
            @Override
            void live(Site site) throws Exception {
                try (Poll poll = new Poll();
                        Pipe pipe = Pipe.open();
                        EventFd event = EventFd.create(0)) {
                    poll.add(pipe.source(), Event.READ);
                    poll.add(pipe.sink(), Event.WRITE);
                    poll.add(event, Event.READ);
                    poll.add(site.event, Event.READ);
                    assertEquals(2, poll.await().size());
                    poll.remove(site.event);
                    pipe.sink().close();
                    pipe.source().close();
                    assertEquals(
                            0, poll.await(site.shortNanos, TimeUnit.NANOSECONDS).size());
                    poll.wakeup();
                    assertEquals(0, poll.await().size());
                    Thread.currentThread().interrupt();
                    fails(InterruptedException.class, poll::await);
                    poll.close();
                    fails(IllegalStateException.class, poll::await);
                }
            }
        },
        WORDS {
            @Override
            void live(Site site) throws Exception {
                ByteBuffer buffer = site.memory.map();
                Futex futex = Futex.at(buffer, 64);
                futex.await(0, 1);
                futex.awaitInterruptibly(0, site.shortNanos);
                futex.awaitInterruptibly(1, 1);
                assertEquals(0, futex.wake(1));
                FutexGroup group = new FutexGroup();
                group.add(futex, 0);
                assertEquals(FutexGroup.NONE, group.await(site.shortNanos));
                group.wakeup();
                assertEquals(FutexGroup.NONE, group.await(Long.MAX_VALUE >> 2));
                Thread.currentThread().interrupt();
                fails(InterruptedException.class, () -> futex.awaitInterruptibly(0, Long.MAX_VALUE));
                UnnamedSemaphore semaphore = UnnamedSemaphore.create(buffer, 128, 1);
                try (UnnamedSemaphore same = UnnamedSemaphore.at(buffer, 128)) {
                    same.acquire();
                    assertFalse(same.tryAcquire(site.shortNanos, TimeUnit.NANOSECONDS));
                    same.release();
                }
                semaphore.destroy();
            }
        };

        abstract void live(Site site) throws Exception;

        /** Through a pipe of 8192 bytes, in which both sides have to wait. */
        private static void block(PipeSource source, PipeSink sink) throws Exception {
            Concurrent<Integer> reader = Concurrent.start(() -> source.read(ByteBuffer.allocate(8)));
            reader.awaitBlocked();
            Concurrent<Integer> writer = Concurrent.start(() -> sink.write(ByteBuffer.allocate(8 + 8192 + 8)));
            assertEquals(8, reader.join());
            writer.awaitBlocked();
            ByteBuffer rest = ByteBuffer.allocate(8192 + 8);
            while (rest.hasRemaining()) {
                source.read(rest);
            }
            assertEquals(8 + 8192 + 8, writer.join());
        }

        /** It must fail so, unless there is no descriptor for it to fail so. */
        private static void fails(Class<? extends Exception> expected, Executable attempt) {
            Exception e = assertThrows(Exception.class, attempt);
            if (e instanceof PosixException failure && failure.errno() == Errno.EMFILE) {
                throw failure;
            }
            assertInstanceOf(expected, e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tenThousandLivesLeaveNothingBehind(Life life) throws Exception {
        String name = Children.name("leak");
        long semaphores = Leaks.mappings(SEMAPHORE);
        live(life, name);
        Leaks.awaitAtMost(semaphores, () -> Leaks.mappings(SEMAPHORE));
        Leaks.awaitAtMost(0, () -> Leaks.mappings(name.substring(1)));
    }

    /** A method of its own: when it has returned, nothing of it is reachable for certain. */
    private void live(Life life, String name) throws Exception {
        try (Site site = new Site(name, directory)) {
            life.live(site); // what is made once for all, and kept
            long before = Leaks.descriptors();
            for (site.round = 1; site.round <= ROUNDS; site.round++) {
                life.live(site);
            }
            Leaks.assertNoMoreDescriptorsThan(before);
        }
    }

    /** Each blocked thread has a descriptor for its wake-up; some are kept for the next, however many there were. */
    @Test
    void aHundredBlockedThreadsLeaveFewDescriptors() throws Exception {
        int threads = 100;
        long before = Leaks.descriptors();
        try (EventFd turns = EventFd.createSemaphore(0)) {
            List<Concurrent<Long>> blocked = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                blocked.add(Concurrent.start(turns::take));
            }
            for (Concurrent<Long> thread : blocked) {
                thread.awaitBlocked();
            }
            turns.add(threads);
            for (Concurrent<Long> thread : blocked) {
                thread.join();
            }
        }
        Leaks.assertNoMoreDescriptorsThan(before + 64);
    }

    @Test
    void withTooFewDescriptorsALifeFailsTypedAndLeavesNothing() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + Poor.MOST + "; exec \"$@\"", "sh"));
        List<String> java = Children.javaCommand(Poor.class, Children.name("poor"), "" + directory);
        java.add(1, "-XX:-UseContainerSupport"); // with it, the JVM itself opens files of its cgroup now and then
        command.addAll(java);
        assertEquals("", Children.run(command));
    }

    /** Lives with none, one, two descriptors and so on, until there are enough for everything. */
    static final class Poor {
        static final int MOST = 100;

        private static final int ENOUGH = 8;
        private static final int ROUNDS = 100;

        public static void main(String[] args) throws Exception {
            try (Site site = new Site(args[0], Path.of(args[1]))) {
                site.shortNanos = 1_000_000;
                // What is used later is loaded while there is a descriptor for it.
                for (Life life : Life.values()) {
                    life.live(site);
                }
                for (int free = 0; free <= ENOUGH; free++) {
                    for (Life life : Life.values()) {
                        int failures = failures(site, life, free);
                        String what = life + " with " + free + " descriptors";
                        if (free == ENOUGH || life == Life.WORDS) {
                            assertEquals(0, failures, what);
                        } else if (free == 0) {
                            assertEquals(ROUNDS, failures, what);
                        }
                    }
                }
            }
        }

        /** How many lives fail with so many descriptors left. */
        private static int failures(Site site, Life life, int free) {
            dismissIdleBlockers();
            long before = Leaks.descriptors();
            List<EventFd> all = new ArrayList<>();
            PosixException none = assertThrows(PosixException.class, () -> {
                for (; ; ) {
                    all.add(EventFd.create(0));
                }
            });
            assertEquals("EMFILE", none.errnoName());
            for (int index = 0; index < free; index++) {
                all.remove(all.size() - 1).close();
            }
            int failures = 0;
            for (int round = 0; round < ROUNDS; round++) {
                try {
                    life.live(site);
                } catch (PosixException e) {
                    assertEquals("EMFILE", e.errnoName(), e::toString);
                    failures++;
                } catch (Exception e) {
                    throw new AssertionError(life + " with " + free + " descriptors", e);
                }
                boolean ignored = Thread.interrupted(); // the failure may have come before the interrupt was seen
            }
            all.forEach(EventFd::close);
            dismissIdleBlockers();
            assertEquals(before, Leaks.descriptors(), () -> life + " with " + free + " descriptors");
            return failures;
        }

        /** Those that wait for their next use keep a descriptor each. */
        private static void dismissIdleBlockers() {
            for (int idle = 0; idle < 4; idle++) {
                Blocker.borrow().dismiss();
            }
        }
    }
}
