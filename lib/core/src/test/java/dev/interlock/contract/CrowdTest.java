package dev.interlock.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.buffer.BoundedBuffer;
import dev.interlock.buffer.MessageRing;
import dev.interlock.buffer.MonitorBuffer;
import dev.interlock.buffer.SemaphoreBuffer;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.ObjectMailbox;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.PermitPool;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.ClhLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.McsLock;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ten thousand parties at one primitive. The same threads serve all tests, for it is their start that takes the time. {@code
 * CountingSemaphore} has its crowd in {@link SemaphoreContractTest}.
 */
class CrowdTest {
    private static final int CROWD = 10_000;
    private static final long PATIENCE_SECONDS = 60;
    private static final long SMALL_STACK = 128 * 1024;
    private static final Memory HEAP = Memory.heap();

    private static final List<Thread> THREADS = new ArrayList<>();
    private static ExecutorService pool;

    /** What each waiter does, and what lets all pass once they wait. */
    private record Crowd(Crew.IndexedTask waiting, Release release) {}

    private interface Release {
        void run() throws Exception;
    }

    private static final Map<String, Supplier<Crowd>> CROWDS = new TreeMap<>(Map.ofEntries(
            Map.entry("BinarySemaphore", () -> {
                BinarySemaphore semaphore = new BinarySemaphore(false);
                return new Crowd(
                        i -> {
                            semaphore.acquire();
                            semaphore.release();
                        },
                        semaphore::release);
            }),
            Map.entry("PermitPool", () -> {
                PermitPool pool = new PermitPool(2);
                pool.acquireUninterruptibly();
                pool.acquireUninterruptibly();
                return new Crowd(
                        i -> {
                            pool.acquire();
                            pool.release();
                        },
                        pool::release);
            }),
            Map.entry("Mutex", () -> lock(new Mutex())),
            Map.entry("ReentrantMutex", () -> lock(new ReentrantMutex())),
            Map.entry("ReadWriteMutex", () -> {
                ReadWriteMutex mutex = new ReadWriteMutex(HEAP, 2);
                mutex.writeLock().lock();
                return new Crowd(
                        i -> {
                            mutex.readLock().lockInterruptibly();
                            mutex.readLock().unlock();
                        },
                        mutex.writeLock()::unlock);
            }),
            Map.entry("ReadWriteMutex, writers", () -> lock(new ReadWriteMutex(HEAP, 2).writeLock())),
            Map.entry("MutexCondition", () -> condition(new Mutex())),
            Map.entry("MutexCondition, reentrant", () -> condition(new ReentrantMutex())),
            Map.entry("BoundedBuffer", () -> empty(new BoundedBuffer<>(16))),
            Map.entry("SemaphoreBuffer", () -> empty(new SemaphoreBuffer<>(16))),
            Map.entry("MonitorBuffer", () -> empty(new MonitorBuffer<>(16))),
            Map.entry("MessageRing", () -> {
                MessageRing ring = new MessageRing(16, 4);
                return new Crowd(i -> ring.read().close(), () -> {
                    for (int i = 0; i < CROWD; i++) {
                        ring.claim(4).publish();
                    }
                });
            }),
            Map.entry("ObjectMailbox", () -> receivers(new ObjectMailbox<>(16))),
            Map.entry("ObjectMailbox, rendezvous", () -> receivers(new ObjectMailbox<>(0))),
            Map.entry("RingMailbox", () -> receivers(new RingMailbox<>(HEAP, Codec.int64(), 16, 8))),
            Map.entry("UnboundedMailbox", () -> receivers(new UnboundedMailbox<>(HEAP, Codec.int64(), CROWD, 8))),
            Map.entry("PostOffice", () -> receivers(new PostOffice<>(HEAP, Codec.int64(), 1, 16, 8).create("box", 16))),
            Map.entry("CentralBarrier", () -> {
                Barrier barrier = new CentralBarrier(CROWD + 1);
                return meeting(i -> barrier);
            }),
            Map.entry("TurnstileBarrier", () -> {
                Barrier barrier = new TurnstileBarrier(CROWD + 1);
                return meeting(i -> barrier);
            }),
            Map.entry("DisseminationBarrier", () -> meeting(new DisseminationBarrier(CROWD + 1)::party)),
            Map.entry("TournamentBarrier", () -> meeting(new TournamentBarrier(CROWD + 1)::party))));

    /** Locks whose waiters stay awake: each as one of the parties sees it. */
    private static final Map<String, Supplier<IntFunction<Lock>>> SPIN_LOCKS = new TreeMap<>(Map.of(
            "TasLock", () -> same(new TasLock()),
            "TtasLock", () -> same(new TtasLock()),
            "BackoffLock", () -> same(new BackoffLock()),
            "TicketLock", () -> same(new TicketLock()),
            "AndersonLock", () -> same(new AndersonLock(CROWD)),
            "ClhLock", () -> same(new ClhLock()),
            "McsLock", () -> same(new McsLock()),
            "FilterLock", () -> new FilterLock(CROWD + 1)::party,
            "BakeryLock", () -> new BakeryLock(CROWD + 1)::party));

    private static IntFunction<Lock> same(Lock lock) {
        return i -> lock;
    }

    private static Crowd lock(Lock lock) {
        lock.lock();
        return new Crowd(
                i -> {
                    if (i % 2 == 0) {
                        lock.lockInterruptibly();
                    } else {
                        assertTrue(lock.tryLock(1, TimeUnit.HOURS));
                    }
                    lock.unlock();
                },
                lock::unlock);
    }

    private static Crowd condition(Lock lock) {
        Condition condition = lock.newCondition();
        boolean[] open = new boolean[1];
        return new Crowd(
                i -> {
                    lock.lock();
                    while (!open[0]) {
                        condition.await();
                    }
                    lock.unlock();
                },
                () -> {
                    lock.lock();
                    open[0] = true;
                    condition.signalAll();
                    lock.unlock();
                });
    }

    private static Crowd empty(BlockingQueue<Integer> buffer) {
        return new Crowd(i -> buffer.take(), () -> {
            for (int i = 0; i < CROWD; i++) {
                buffer.put(i);
            }
        });
    }

    private static Crowd receivers(Mailbox<Long> mailbox) {
        return new Crowd(i -> mailbox.receive(), () -> {
            for (long i = 0; i < CROWD; i++) {
                mailbox.send(i);
            }
        });
    }

    private static Crowd meeting(IntFunction<Barrier> barrier) {
        return new Crowd(
                i -> barrier.apply(i).await(), () -> barrier.apply(CROWD).await());
    }

    @BeforeAll
    static void start() {
        pool = Executors.newFixedThreadPool(CROWD, task -> {
            Thread thread = new Thread(null, task, "party " + THREADS.size(), SMALL_STACK);
            thread.setDaemon(true);
            THREADS.add(thread);
            return thread;
        });
    }

    @AfterAll
    static void stop() throws InterruptedException {
        pool.shutdownNow();
        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        THREADS.clear();
    }

    static Stream<String> crowds() {
        return CROWDS.keySet().stream();
    }

    static Stream<String> spinLocks() {
        return SPIN_LOCKS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("crowds")
    void tenThousandSleepAndAllPass(String what) throws Exception {
        Crowd crowd = CROWDS.get(what).get();
        AtomicInteger come = new AtomicInteger();
        AtomicInteger passed = new AtomicInteger();
        List<Future<?>> parties = startAll(i -> {
            come.incrementAndGet();
            crowd.waiting.run(i);
            passed.incrementAndGet();
        });
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (come.get() < CROWD || !THREADS.stream().allMatch(CrowdTest::sleeps)) {
            assertTrue(System.nanoTime() - end < 0, "not all sleep");
            Crew.giveTime(10);
        }
        assertEquals(0, passed.get(), "nobody passes before");
        crowd.release.run();
        joinAll(parties);
        assertEquals(CROWD, passed.get());
    }

    /** Ten thousand that stay awake would take their CPUs for minutes: here each leaves, at once or after its time. */
    @ParameterizedTest
    @MethodSource("spinLocks")
    void tenThousandThatGiveUpLeaveNoTrace(String what) throws Exception {
        IntFunction<Lock> lock = SPIN_LOCKS.get(what).get();
        boolean timed = !List.of("TicketLock", "AndersonLock", "McsLock").contains(what);
        lock.apply(CROWD).lock();
        joinAll(startAll(i -> {
            Lock mine = lock.apply(i);
            assertFalse(timed ? mine.tryLock(1, TimeUnit.MICROSECONDS) : mine.tryLock());
        }));
        lock.apply(CROWD).unlock();
        assertTrue(lock.apply(0).tryLock());
        lock.apply(0).unlock();
    }

    private static boolean sleeps(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private static List<Future<?>> startAll(Crew.IndexedTask task) {
        List<Future<?>> parties = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            int index = i;
            parties.add(pool.submit(() -> {
                task.run(index);
                return null;
            }));
        }
        return parties;
    }

    private static void joinAll(List<Future<?>> parties) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (int i = 0; i < CROWD; i++) {
            try {
                parties.get(i).get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError("party " + i + " is stuck; there are " + CROWD, e);
            }
        }
    }
}
