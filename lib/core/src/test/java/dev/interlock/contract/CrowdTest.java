package dev.interlock.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.PermitPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten thousand waiters on one primitive: all wait, and then all pass. {@code Mutex} and {@code CountingSemaphore} have theirs. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrowdTest {
    private static final int CROWD = 10_000;
    private static final Memory HEAP = Memory.heap();

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
            Map.entry("ReentrantMutex", () -> lock(new ReentrantMutex())),
            Map.entry("ReadWriteMutex, write", () -> lock(new ReadWriteMutex(HEAP, 2).writeLock())),
            Map.entry("ReadWriteMutex, read", () -> {
                ReadWriteMutex mutex = new ReadWriteMutex(HEAP, 2);
                mutex.writeLock().lock();
                return new Crowd(
                        i -> {
                            mutex.readLock().lockInterruptibly();
                            mutex.readLock().unlock();
                        },
                        mutex.writeLock()::unlock);
            }),
            Map.entry("Condition of Mutex", () -> condition(new Mutex())),
            Map.entry("Condition of ReentrantMutex", () -> condition(new ReentrantMutex())),
            Map.entry("BoundedBuffer, empty", () -> empty(new BoundedBuffer<>(16))),
            Map.entry("BoundedBuffer, full", () -> full(new BoundedBuffer<>(16))),
            Map.entry("SemaphoreBuffer, empty", () -> empty(new SemaphoreBuffer<>(16))),
            Map.entry("MonitorBuffer, empty", () -> empty(new MonitorBuffer<>(16))),
            Map.entry("MessageRing, empty", () -> {
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

    private static Crowd lock(Lock lock) {
        lock.lock();
        return new Crowd(
                i -> {
                    lock.lockInterruptibly();
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

    private static Crowd full(BlockingQueue<Integer> buffer) {
        int filled = 0;
        while (buffer.offer(filled)) {
            filled++;
        }
        return new Crowd(buffer::put, () -> {
            for (int i = 0; i < CROWD; i++) {
                buffer.take();
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
        return new Crowd(i -> barrier.apply(i).await(), () -> barrier.apply(CROWD).await());
    }

    static Stream<String> crowds() {
        return CROWDS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("crowds")
    @DisplayName("ten thousand wait, and all pass")
    void allPass(String what) throws Exception {
        Crowd crowd = CROWDS.get(what).get();
        AtomicInteger passed = new AtomicInteger();
        try (Crew crew = new Crew()) {
            List<Crew.Member<?>> waiters = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                int index = i;
                waiters.add(crew.start("waiter " + i, () -> {
                    crowd.waiting.run(index);
                    return passed.incrementAndGet();
                }));
            }
            waiters.forEach(Crew.Member::awaitSleep);
            assertEquals(0, passed.get(), "nobody passes before");
            crowd.release.run();
        }
        assertEquals(CROWD, passed.get());
    }
}
