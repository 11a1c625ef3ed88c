package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.interlock.contract.VirtualThreads;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import dev.interlock.semaphore.CountingSemaphore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand virtual threads that wait in a segment, on two carriers. */
@Timeout(120)
class VirtualCrowdTest {
    private static final int CROWD = 1_000;
    private static final int MUTEXES = 200;

    private final String name = TestSegments.unique();

    @AfterEach
    void remove() {
        TestSegments.remove(name);
    }

    private static final class Count {
        final LongWord value;

        Count(Memory memory) {
            value = memory.longWord(0);
        }
    }

    /** Says how it goes, as it may hang. */
    static final class Crowd {
        public static void main(String[] args) throws Exception {
            try (Segment segment = Segment.attach(args[0])) {
                CountDownLatch done = new CountDownLatch(CROWD);
                AtomicInteger interrupted = new AtomicInteger();
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < CROWD; i++) {
                    Mutex mutex = segment.mutex("m" + i % MUTEXES);
                    mutex.onOwnerDeath(() -> {});
                    LongWord count = segment.attach("c" + i % MUTEXES, Count::new).value;
                    threads.add(VirtualThreads.start(() -> {
                        mutex.lock();
                        count.setPlain(count.getPlain() + 1);
                        mutex.unlock();
                        done.countDown();
                    }));
                }
                Thread impatient = VirtualThreads.start(() -> {
                    try {
                        segment.mutex("m0").lockInterruptibly();
                    } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                    }
                });
                Thread.sleep(500);
                CountDownLatch free = new CountDownLatch(10);
                for (int i = 0; i < 10; i++) {
                    VirtualThreads.start(free::countDown);
                }
                System.out.println("carriers are free: " + free.await(10, TimeUnit.SECONDS));
                impatient.interrupt();
                impatient.join();
                System.out.println("interrupted: " + interrupted);
                long before = cpuNanos();
                Thread.sleep(2_000);
                System.out.println(cpuNanos() - before);
                segment.semaphore("ready", 0).release();
                System.out.println("done: " + done.await(30, TimeUnit.SECONDS) + " " + done.getCount());
                long standIns = Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("interlock stand-in"))
                        .count();
                System.out.println("stand-ins: " + (standIns <= 1 + MUTEXES / 63));
            }
        }

        private static long cpuNanos() {
            return ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .orElseThrow()
                    .toNanos();
        }
    }

    /** Has the mutexes until it is told to let go. */
    static final class Holder {
        public static void main(String[] args) throws Exception {
            try (Segment segment = Segment.attach(args[0])) {
                for (int i = 0; i < MUTEXES; i++) {
                    segment.mutex("m" + i).lock();
                }
                System.out.println("locked");
                System.in.read();
                for (int i = 0; i < MUTEXES; i++) {
                    segment.mutex("m" + i).unlock();
                }
                System.out.println("unlocked");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aThousandVirtualThreadsWaitOnTwoCarriersAndGoOn(boolean killed) throws Exception {
        assumeTrue(VirtualThreads.exist());
        try (Segment segment = Segment.open(name);
                ChildJvm holder = new ChildJvm(Holder.class, name)) {
            CountingSemaphore ready = segment.semaphore("ready", 0);
            assertEquals("locked", holder.line());
            try (ChildJvm child = new ChildJvm(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Djdk.virtualThreadScheduler.parallelism=2",
                    "-Djdk.virtualThreadScheduler.maxPoolSize=2",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Crowd.class.getName(),
                    name))) {
                assertEquals("carriers are free: true", child.line());
                assertEquals("interrupted: 1", child.line());
                System.out.println(CROWD + " virtual threads that wait used "
                        + TimeUnit.NANOSECONDS.toMillis(Long.parseLong(child.line())) + " ms of CPU in 2 s");
                assertTrue(ready.tryAcquire(10, TimeUnit.SECONDS));
                long start = System.nanoTime();
                if (killed) {
                    holder.kill();
                } else {
                    holder.go();
                }
                assertEquals("done: true 0", child.line());
                System.out.println((killed ? "killed" : "unlocked") + ": they all went on within "
                        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
                assertEquals("stand-ins: true", child.line());
                assertEquals("", child.rest());
                long sum = 0;
                for (int i = 0; i < MUTEXES; i++) {
                    sum += segment.attach("c" + i, Count::new).value.getVolatile();
                }
                assertEquals(CROWD, sum);
            }
        }
    }
}
