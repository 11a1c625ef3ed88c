package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.buffer.MessageRing;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Delivery;
import dev.interlock.mailbox.PostOffice;
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
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.function.Function;
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

    /** The sequence, the uses of the letters and, in an office, the terms of the boxes are about to wrap; a receiver dies then. */
    @Test
    void sequenceUsesAndTermsOfAnOffice() throws Exception {
        try (Segment segment = Segment.open(name)) {
            PostOffice<Long> office = segment.postOffice("office", Codec.int64(), 1, 4, 8);
            poke((bytes, at) -> {
                bytes.putLong(at, -3L).putLong(at + 64, (long) -2 << 32);
                for (int i = 0; i < 4; i++) {
                    bytes.putLong(at + 64 + 128 + 96 * i, (long) -2 << 32);
                }
            });
            for (int term = 0; term < 4; term++) {
                try (PostOffice<Long>.Box box = office.create("box")) {
                    for (long i = 0; i < 4; i++) {
                        box.send(i);
                    }
                    try (Segment dead = Segment.open(name)) {
                        PostOffice<Long>.Box theirs = dead.postOffice("office", Codec.int64(), 1, 4, 8)
                                .find("box");
                        assertEquals(0L, theirs.accept().message());
                    }
                    try (Segment living = Segment.open(name)) { // whose first look finds what the dead one had
                        PostOffice<Long>.Box mine = living.postOffice("office", Codec.int64(), 1, 4, 8)
                                .find("box");
                        for (long i = 0; i < 4; i++) {
                            try (Delivery<Long> delivery = mine.tryAccept(10, TimeUnit.SECONDS)) {
                                assertEquals(i, delivery.message(), "in the order of sending, in term " + term);
                                assertEquals(i == 0, delivery.redelivered());
                            }
                        }
                    }
                }
                assertEquals(List.of(), office.names());
            }
            assertEquals(4, office.recoveries());
        }
    }

    /** A round that is broken, and reset, again and again: the count of resets has 30 bits. */
    private static void breakAndReset(Barrier first, Barrier second, Callable<Void> round) throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThrows(TimeoutException.class, () -> first.await(1, TimeUnit.MILLISECONDS));
            assertThrows(BrokenBarrierException.class, second::await);
            first.reset();
            assertFalse(second.isBroken());
            round.call();
        }
    }

    @Test
    void resetsOfBarriers() throws Exception {
        Map<String, Function<Segment, Barrier[]>> kinds = Map.of(
                "central",
                segment -> {
                    Barrier barrier = segment.attach("b", memory -> new CentralBarrier(memory, 2));
                    return new Barrier[] {barrier, barrier};
                },
                "dissemination",
                segment -> {
                    DisseminationBarrier barrier = segment.attach("b", memory -> new DisseminationBarrier(memory, 2));
                    return new Barrier[] {barrier.party(0), barrier.party(1)};
                },
                "tournament",
                segment -> {
                    TournamentBarrier barrier = segment.attach("b", memory -> new TournamentBarrier(memory, 2));
                    return new Barrier[] {barrier.party(0), barrier.party(1)};
                },
                "rendezvous",
                segment -> {
                    Rendezvous barrier = segment.attach("b", Rendezvous::new);
                    return new Barrier[] {barrier.party(0), barrier.party(1)};
                });
        for (String kind : kinds.keySet()) {
            try (Segment segment = Segment.open(name)) {
                Barrier[] parties = kinds.get(kind).apply(segment);
                poke((bytes, at) -> bytes.putLong(at, bytes.getLong(at) | 0x3fff_fffeL << 34));
                breakAndReset(parties[0], parties[1], () -> {
                    both(awaiting(parties[0]), awaiting(parties[1]));
                    return null;
                });
            }
            Segment.unlink(name);
        }
    }

    @Test
    void renewalsOfATurnstile() throws Exception {
        try (Segment segment = Segment.open(name)) {
            Barrier barrier = segment.attach("b", memory -> new TurnstileBarrier(memory, 2));
            for (int near : new int[] {Integer.MAX_VALUE - 1, -2}) {
                poke((bytes, at) -> bytes.putInt(at + 40, near));
                breakAndReset(barrier, barrier, () -> {
                    both(awaiting(barrier), awaiting(barrier));
                    return null;
                });
            }
        }
    }

    private static Callable<Void> awaiting(Barrier barrier) {
        return () -> {
            for (int i = 0; i < 3; i++) {
                barrier.await(30, TimeUnit.SECONDS);
            }
            return null;
        };
    }

    @Test
    void permitsDoNotOverflow() throws Exception {
        try (Segment segment = Segment.open(name)) {
            CountingSemaphore semaphore = segment.semaphore("s", 0);
            semaphore.release(Integer.MAX_VALUE);
            assertEquals(Integer.MAX_VALUE, semaphore.availablePermits());
            Error e = assertThrows(Error.class, semaphore::release);
            assertTrue(e.getMessage().contains("exceeded"), e.getMessage());
            assertEquals(Integer.MAX_VALUE, semaphore.availablePermits());
        }
    }
}
