package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.buffer.MessageRing;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.posix.Creation;
import dev.interlock.posix.SharedMemory;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.spin.TicketLock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Counters in a segment that are about to wrap around do so without anybody noticing. */
@Timeout(60)
class WrapTest {
    private static final int ROUNDS = 1_000;
    private static final int NEAR = -ROUNDS / 2;

    private final String name = TestSegments.unique();
    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void remove() {
        pool.shutdownNow();
        TestSegments.remove(name);
    }

    private static final class Count {
        final LongWord value;

        Count(Memory memory) {
            value = memory.longWord(0);
        }
    }

    /** Writes to the words of the only object of the segment. */
    private void poke(ObjIntConsumer<ByteBuffer> change) {
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            change.accept(memory.map(), Format.OBJECTS);
        }
    }

    private void both(Callable<Void> first, Callable<Void> second) throws Exception {
        List<Future<Void>> results = new ArrayList<>(List.of(pool.submit(first), pool.submit(second)));
        for (Future<Void> result : results) {
            result.get();
        }
    }

    @Test
    void tickets() throws Exception {
        try (Segment segment = Segment.open(name)) {
            TicketLock lock = segment.attachUnrecoverable("lock", TicketLock::new);
            poke((bytes, at) -> bytes.putInt(at, NEAR).putInt(at + 64, NEAR));
            LongWord count = segment.attach("count", Count::new).value;
            Callable<Void> work = () -> {
                for (int i = 0; i < ROUNDS; i++) {
                    lock.lock();
                    count.setPlain(count.getPlain() + 1);
                    lock.unlock();
                }
                return null;
            };
            both(work, work);
            assertEquals(2 * ROUNDS, count.getVolatile());
        }
    }

    @Test
    void eventCounts() throws Exception {
        try (Segment segment = Segment.open(name)) {
            CountingSemaphore there = segment.semaphore("there", 0);
            poke((bytes, at) -> bytes.putInt(at + 8, NEAR << 2));
            CountingSemaphore back = segment.semaphore("back", 0);
            both(
                    () -> {
                        for (int i = 0; i < ROUNDS; i++) {
                            there.release();
                            back.acquire();
                        }
                        return null;
                    },
                    () -> {
                        for (int i = 0; i < ROUNDS; i++) {
                            there.acquire();
                            back.release();
                        }
                        return null;
                    });
            assertEquals(0, there.availablePermits() + back.availablePermits());
        }
    }

    @Test
    void signals() throws Exception {
        try (Segment segment = Segment.open(name)) {
            Mutex[] mutex = new Mutex[1];
            Condition condition = segment.attach("condition", memory -> {
                mutex[0] = new Mutex(memory);
                return new MutexCondition(memory, mutex[0]);
            });
            poke((bytes, at) -> bytes.putInt(at + 4, NEAR << 1));
            int[] turn = new int[1];
            both(taking(0, turn, mutex[0], condition), taking(1, turn, mutex[0], condition));
            assertEquals(2 * ROUNDS, turn[0]);
        }
    }

    private static Callable<Void> taking(int party, int[] turn, Mutex mutex, Condition condition) {
        return () -> {
            for (int i = 0; i < ROUNDS; i++) {
                mutex.lock();
                try {
                    while (turn[0] % 2 != party) {
                        condition.await();
                    }
                    turn[0]++;
                    condition.signal();
                } finally {
                    mutex.unlock();
                }
            }
            return null;
        };
    }

    @Test
    void rounds() throws Exception {
        try (Segment segment = Segment.open(name)) {
            Barrier barrier = segment.barrier("barrier", 2);
            poke((bytes, at) -> {
                bytes.putLong(at, Integer.toUnsignedLong(NEAR));
                for (int i = 0; i < 4; i++) {
                    bytes.putLong(at + 64 + 8 * i, (long) (NEAR - 1) << 32);
                }
            });
            Callable<Void> work = () -> {
                for (int i = 0; i < ROUNDS; i++) {
                    barrier.await();
                }
                return null;
            };
            both(work, work);
        }
    }

    @Test
    void roundsOfATournament() throws Exception {
        try (Segment segment = Segment.open(name)) {
            TournamentBarrier barrier = segment.attach("barrier", memory -> new TournamentBarrier(memory, 2));
            poke((bytes, at) -> bytes.putLong(at, Integer.toUnsignedLong(NEAR)));
            int[] arrived = new int[2];
            both(arriving(barrier, 0, arrived), arriving(barrier, 1, arrived));
        }
    }

    /** The other has arrived as often as this one, whenever this one has passed. */
    private static Callable<Void> arriving(TournamentBarrier barrier, int party, int[] arrived) {
        return () -> {
            for (int i = 1; i <= ROUNDS; i++) {
                arrived[party] = i;
                barrier.party(party).await();
                assertEquals(i, arrived[1 - party]);
                barrier.party(party).await(); // before either goes on
            }
            return null;
        };
    }

    @Test
    void ticketsOfALine() throws Exception {
        try (Segment segment = Segment.open(name)) {
            CountingSemaphore semaphore =
                    segment.attach("line", memory -> new CountingSemaphore(memory, 1, 2, WaitStrategy.PARK));
            poke((bytes, at) -> bytes.putInt(at + 4, NEAR));
            LongWord count = segment.attach("count", Count::new).value;
            Callable<Void> work = () -> {
                for (int i = 0; i < ROUNDS; i++) {
                    semaphore.acquire();
                    count.setPlain(count.getPlain() + 1);
                    semaphore.release();
                }
                return null;
            };
            both(work, work);
            assertEquals(2 * ROUNDS, count.getVolatile());
            assertEquals(1, semaphore.availablePermits());
        }
    }

    @Test
    void positions() throws Exception {
        try (Segment segment = Segment.open(name)) {
            MessageRing ring = segment.ring("ring", 4, 8);
            poke((bytes, at) -> {
                int first = NEAR & -4;
                bytes.putInt(at + 64, first).putInt(at + 128, first);
                for (int i = 0; i < 4; i++) {
                    bytes.putLong(at + 192 + 64 * i, (long) (first + i) << 32);
                }
            });
            both(
                    () -> {
                        for (int i = 0; i < ROUNDS; i++) {
                            try (MessageRing.Claim claim = ring.claim(8)) {
                                claim.buffer().putLong(i);
                                claim.publish();
                            }
                        }
                        return null;
                    },
                    () -> {
                        for (int i = 0; i < ROUNDS; i++) {
                            try (MessageRing.Message message = ring.read()) {
                                assertEquals(i, message.buffer().getLong());
                            }
                        }
                        return null;
                    });
        }
    }

    @Test
    void permitsDoNotOverflow() throws Exception {
        try (Segment segment = Segment.open(name)) {
            CountingSemaphore semaphore = segment.semaphore("s", 0);
            semaphore.release(Integer.MAX_VALUE);
            assertEquals(Integer.MAX_VALUE, semaphore.availablePermits());
            Error e = org.junit.jupiter.api.Assertions.assertThrows(Error.class, semaphore::release);
            assertTrue(e.getMessage().contains("exceeded"), e.getMessage());
            assertEquals(Integer.MAX_VALUE, semaphore.availablePermits());
        }
    }
}
