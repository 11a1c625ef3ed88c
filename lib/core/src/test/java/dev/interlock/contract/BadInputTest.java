package dev.interlock.contract;

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
import dev.interlock.buffer.BoundedBuffer;
import dev.interlock.buffer.MessageRing;
import dev.interlock.buffer.MonitorBuffer;
import dev.interlock.buffer.SemaphoreBuffer;
import dev.interlock.buffer.SpscBuffer;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.ObjectMailbox;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.ClhLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.LockVariable;
import dev.interlock.spin.McsLock;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.StrictAlternation;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What bad input gets, of every primitive: numbers that make no sense, nulls, timeouts from the least to the greatest, and
 * interruptions. The locks' timeouts and interruptions are in {@link LockContractTest}.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BadInputTest {
    private static final Memory HEAP = Memory.heap();

    /** Constructors by what they count; each must refuse numbers less than the least that makes sense. */
    private static final Map<String, IntFunction<Object>> FROM_ONE = new TreeMap<>(Map.ofEntries(
            Map.entry("FilterLock parties", FilterLock::new),
            Map.entry("BakeryLock parties", BakeryLock::new),
            Map.entry("AndersonLock parties", AndersonLock::new),
            Map.entry("ReadWriteMutex readers", readers -> new ReadWriteMutex(HEAP, readers)),
            Map.entry("PermitPool permits", PermitPool::new),
            Map.entry("BoundedBuffer capacity", BoundedBuffer<Integer>::new),
            Map.entry("SpscBuffer capacity", SpscBuffer<Integer>::new),
            Map.entry("SemaphoreBuffer capacity", SemaphoreBuffer<Integer>::new),
            Map.entry("MonitorBuffer capacity", MonitorBuffer<Integer>::new),
            Map.entry("MessageRing capacity", capacity -> new MessageRing(capacity, 8)),
            Map.entry("RingMailbox capacity", capacity -> new RingMailbox<>(HEAP, Codec.int64(), capacity, 8)),
            Map.entry("UnboundedMailbox room", room -> new UnboundedMailbox<>(HEAP, Codec.int64(), room, 8)),
            Map.entry("RendezvousMailbox places", places -> new RendezvousMailbox<>(HEAP, Codec.int64(), places, 8)),
            Map.entry("PostOffice boxes", boxes -> new PostOffice<>(HEAP, Codec.int64(), boxes, 1, 8)),
            Map.entry("PostOffice letters", letters -> new PostOffice<>(HEAP, Codec.int64(), 1, letters, 8)),
            Map.entry("CentralBarrier parties", CentralBarrier::new),
            Map.entry("TurnstileBarrier parties", TurnstileBarrier::new),
            Map.entry("DisseminationBarrier parties", DisseminationBarrier::new),
            Map.entry("TournamentBarrier parties", TournamentBarrier::new)));

    private static final Map<String, IntFunction<Object>> FROM_ZERO = new TreeMap<>(Map.of(
            "CountingSemaphore permits",
            CountingSemaphore::new,
            "ObjectMailbox capacity",
            ObjectMailbox<Integer>::new,
            "MessageRing length",
            length -> new MessageRing(1, length),
            "PostOffice capacity",
            capacity -> new PostOffice<>(HEAP, Codec.bytes(), 1, 1, 8).create("box", capacity),
            "UnboundedMailbox length",
            length -> new UnboundedMailbox<>(HEAP, Codec.bytes(), 1, length),
            "RingMailbox length",
            length -> new RingMailbox<>(HEAP, Codec.bytes(), 1, length)));

    private static final Map<String, IntFunction<Object>> INDEXES_OF_TWO = new TreeMap<>(Map.of(
            "StrictAlternation", new StrictAlternation()::party,
            "PetersonLock", new PetersonLock()::party,
            "FilterLock", new FilterLock(2)::party,
            "BakeryLock", new BakeryLock(2)::party,
            "DisseminationBarrier", new DisseminationBarrier(2)::party,
            "TournamentBarrier", new TournamentBarrier(2)::party,
            "Rendezvous", new Rendezvous()::party));

    private static final Map<String, Executable> NULLS = new TreeMap<>(Map.ofEntries(
            Map.entry("TasLock memory", () -> new TasLock(null)),
            Map.entry("TasLock waiting", () -> new TasLock(HEAP, null)),
            Map.entry("PetersonLock memory", () -> new PetersonLock(null)),
            Map.entry("PetersonLock waiting", () -> new PetersonLock(HEAP, null)),
            Map.entry("TtasLock memory", () -> new TtasLock(null)),
            Map.entry("TtasLock waiting", () -> new TtasLock(HEAP, null)),
            Map.entry("BackoffLock memory", () -> new BackoffLock(null)),
            Map.entry("BackoffLock waiting", () -> new BackoffLock(HEAP, null)),
            Map.entry("TicketLock memory", () -> new TicketLock(null)),
            Map.entry("TicketLock waiting", () -> new TicketLock(HEAP, null)),
            Map.entry("AndersonLock memory", () -> new AndersonLock(null, 2)),
            Map.entry("AndersonLock waiting", () -> new AndersonLock(HEAP, 2, null)),
            Map.entry("FilterLock memory", () -> new FilterLock(null, 2)),
            Map.entry("FilterLock waiting", () -> new FilterLock(HEAP, 2, null)),
            Map.entry("BakeryLock memory", () -> new BakeryLock(null, 2)),
            Map.entry("BakeryLock waiting", () -> new BakeryLock(HEAP, 2, null)),
            Map.entry("ClhLock waiting", () -> new ClhLock(null)),
            Map.entry("McsLock waiting", () -> new McsLock(null)),
            Map.entry("StrictAlternation memory", () -> new StrictAlternation(null)),
            Map.entry("StrictAlternation waiting", () -> new StrictAlternation(HEAP, null)),
            Map.entry("LockVariable memory", () -> new LockVariable(null)),
            Map.entry("SemaphoreBuffer waiting", () -> new SemaphoreBuffer<Integer>(1, null)),
            Map.entry("MonitorBuffer waiting", () -> new MonitorBuffer<Integer>(1, null)),
            Map.entry("Mutex unit", () -> new Mutex().tryLock(1, null)),
            Map.entry("ReentrantMutex unit", () -> new ReentrantMutex().tryLock(1, null)),
            Map.entry("TasLock unit", () -> new TasLock().tryLock(1, null)),
            Map.entry("ClhLock unit", () -> new ClhLock().tryLock(1, null)),
            Map.entry("PetersonLock unit", () -> new PetersonLock().party(0).tryLock(1, null)),
            Map.entry(
                    "StrictAlternation unit",
                    () -> new StrictAlternation().party(0).tryLock(1, null)),
            Map.entry("Mutex memory", () -> new Mutex(null)),
            Map.entry("Mutex waiting", () -> new Mutex(HEAP, null)),
            Map.entry("ReentrantMutex memory", () -> new ReentrantMutex(null)),
            Map.entry("ReadWriteMutex memory", () -> new ReadWriteMutex(null, 1)),
            Map.entry("CountingSemaphore memory", () -> new CountingSemaphore(null, 1)),
            Map.entry("CountingSemaphore waiting", () -> new CountingSemaphore(HEAP, 1, null)),
            Map.entry("BinarySemaphore waiting", () -> new BinarySemaphore(HEAP, true, null)),
            Map.entry("PermitPool waiting", () -> new PermitPool(HEAP, 1, null)),
            Map.entry("BoundedBuffer waiting", () -> new BoundedBuffer<Integer>(1, null)),
            Map.entry("SpscBuffer waiting", () -> new SpscBuffer<Integer>(1, null)),
            Map.entry("MessageRing memory", () -> new MessageRing(null, 1, 1)),
            Map.entry("MessageRing waiting", () -> new MessageRing(HEAP, 1, 1, null)),
            Map.entry("RingMailbox codec", () -> new RingMailbox<Long>(HEAP, null, 1, 8)),
            Map.entry("RendezvousMailbox codec", () -> new RendezvousMailbox<Long>(HEAP, null, 1, 8)),
            Map.entry("UnboundedMailbox memory", () -> new UnboundedMailbox<>(null, Codec.int64(), 1, 8)),
            Map.entry("PostOffice waiting", () -> new PostOffice<>(HEAP, Codec.int64(), 1, 1, 8, null)),
            Map.entry("PostOffice name", () -> new PostOffice<>(HEAP, Codec.int64(), 1, 1, 8).join(null)),
            Map.entry("ObjectMailbox waiting", () -> new ObjectMailbox<Long>(1, null)),
            Map.entry("CentralBarrier memory", () -> new CentralBarrier(null, 2)),
            Map.entry("CentralBarrier waiting", () -> new CentralBarrier(HEAP, 2, null, null)),
            Map.entry("Rendezvous waiting", () -> new Rendezvous(HEAP, null)),
            Map.entry("SpscBuffer element", () -> new SpscBuffer<Integer>(1).put(null)),
            Map.entry("BoundedBuffer element", () -> new BoundedBuffer<Integer>(1).put(null)),
            Map.entry("SemaphoreBuffer element", () -> new SemaphoreBuffer<Integer>(1).put(null)),
            Map.entry("MonitorBuffer element", () -> new MonitorBuffer<Integer>(1).put(null)),
            Map.entry("ObjectMailbox message", () -> new ObjectMailbox<Integer>(1).send(null)),
            Map.entry("BinarySemaphore unit", () -> new BinarySemaphore(false).tryAcquire(1, null))));

    /** A wait that cannot end by itself, and what ends it. */
    private record Wait(Timed timed, Enabling enabling) {
        static Wait of(Timed timed, Enabling enabling) {
            return new Wait(timed, enabling);
        }
    }

    /** Waits; says whether what was waited for came. */
    private interface Timed {
        boolean await(long timeout, TimeUnit unit) throws Exception;
    }

    private interface Enabling {
        void run() throws Exception;
    }

    private static final Map<String, Supplier<Wait>> WAITS = new TreeMap<>(Map.ofEntries(
            Map.entry("CountingSemaphore", () -> {
                CountingSemaphore semaphore = new CountingSemaphore(0);
                return Wait.of(semaphore::tryAcquire, semaphore::release);
            }),
            Map.entry("CountingSemaphore, several", () -> {
                CountingSemaphore semaphore = new CountingSemaphore(1);
                return Wait.of((timeout, unit) -> semaphore.tryAcquire(2, timeout, unit), semaphore::release);
            }),
            Map.entry("BinarySemaphore", () -> {
                BinarySemaphore semaphore = new BinarySemaphore(false);
                return Wait.of(semaphore::tryAcquire, semaphore::release);
            }),
            Map.entry("PermitPool", () -> {
                PermitPool pool = new PermitPool(1);
                assertTrue(pool.tryAcquire());
                return Wait.of(pool::tryAcquire, pool::release);
            }),
            Map.entry("ReadWriteMutex, write", () -> {
                Lock lock = new ReadWriteMutex(HEAP, 1).writeLock();
                lock.lock();
                return Wait.of(lock::tryLock, lock::unlock);
            }),
            Map.entry("ReadWriteMutex, read", () -> {
                ReadWriteMutex mutex = new ReadWriteMutex(HEAP, 1);
                mutex.writeLock().lock();
                return Wait.of(mutex.readLock()::tryLock, mutex.writeLock()::unlock);
            }),
            Map.entry("Condition of Mutex", () -> condition(new Mutex())),
            Map.entry("Condition of ReentrantMutex", () -> condition(new ReentrantMutex())),
            Map.entry("BoundedBuffer, empty", () -> empty(new BoundedBuffer<>(1))),
            Map.entry("BoundedBuffer, full", () -> full(new BoundedBuffer<>(1))),
            Map.entry("SpscBuffer, empty", () -> empty(new SpscBuffer<>(1))),
            Map.entry("SpscBuffer, full", () -> full(new SpscBuffer<>(1))),
            Map.entry("SemaphoreBuffer, empty", () -> empty(new SemaphoreBuffer<>(1))),
            Map.entry("SemaphoreBuffer, full", () -> full(new SemaphoreBuffer<>(1))),
            Map.entry("MonitorBuffer, empty", () -> empty(new MonitorBuffer<>(1))),
            Map.entry("MonitorBuffer, full", () -> full(new MonitorBuffer<>(1))),
            Map.entry("MessageRing, empty", () -> {
                MessageRing ring = new MessageRing(1, 8);
                return Wait.of((timeout, unit) -> ring.tryRead(timeout, unit) != null, () -> ring.tryClaim(8)
                        .publish());
            }),
            Map.entry("MessageRing, full", () -> {
                MessageRing ring = new MessageRing(1, 8);
                ring.tryClaim(8).publish();
                return Wait.of((timeout, unit) -> ring.tryClaim(8, timeout, unit) != null, () -> ring.tryRead()
                        .close());
            }),
            Map.entry("ObjectMailbox, empty", () -> receiving(new ObjectMailbox<>(1))),
            Map.entry("ObjectMailbox, full", () -> sending(new ObjectMailbox<>(1))),
            Map.entry("ObjectMailbox, selective", () -> {
                ObjectMailbox<Long> mailbox = new ObjectMailbox<>(1);
                return selective(mailbox::tryReceiveFrom, mailbox);
            }),
            Map.entry("ObjectMailbox, rendezvous, selective", () -> {
                ObjectMailbox<Long> mailbox = new ObjectMailbox<>(0);
                return selective(mailbox::tryReceiveFrom, mailbox);
            }),
            Map.entry("UnboundedMailbox, selective", () -> {
                UnboundedMailbox<Long> mailbox = new UnboundedMailbox<>(HEAP, Codec.int64(), 1, 8);
                return selective(mailbox::tryReceiveFrom, mailbox);
            }),
            Map.entry("RendezvousMailbox, selective", () -> {
                RendezvousMailbox<Long> mailbox = new RendezvousMailbox<>(HEAP, Codec.int64(), 2, 8);
                return selective(mailbox::tryReceiveFrom, mailbox);
            }),
            Map.entry("PostOffice, selective", () -> {
                PostOffice<Long>.Box mailbox = new PostOffice<>(HEAP, Codec.int64(), 1, 2, 8).create("box", 1);
                return selective(mailbox::tryReceiveFrom, mailbox);
            }),
            Map.entry("ObjectMailbox, rendezvous, receiver", () -> receiving(new ObjectMailbox<>(0))),
            Map.entry("ObjectMailbox, rendezvous, sender", () -> sending(new ObjectMailbox<>(0))),
            Map.entry("ObjectMailbox, unbounded", () -> receiving(new ObjectMailbox<>(ObjectMailbox.UNBOUNDED))),
            Map.entry("RingMailbox, empty", () -> receiving(new RingMailbox<>(HEAP, Codec.int64(), 1, 8))),
            Map.entry("RingMailbox, full", () -> sending(new RingMailbox<>(HEAP, Codec.int64(), 1, 8))),
            Map.entry("UnboundedMailbox", () -> receiving(new UnboundedMailbox<>(HEAP, Codec.int64(), 1, 8))),
            Map.entry(
                    "RendezvousMailbox, receiver", () -> receiving(new RendezvousMailbox<>(HEAP, Codec.int64(), 2, 8))),
            Map.entry("RendezvousMailbox, sender", () -> sending(new RendezvousMailbox<>(HEAP, Codec.int64(), 2, 8))),
            Map.entry(
                    "PostOffice, full box",
                    () -> sending(new PostOffice<>(HEAP, Codec.int64(), 1, 2, 8).create("box", 1))),
            Map.entry("PostOffice, direct", () -> {
                PostOffice<Long>.Correspondent self = new PostOffice<>(HEAP, Codec.int64(), 1, 2, 8).join("self");
                return Wait.of(
                        (timeout, unit) -> self.tryReceive("self", timeout, unit) != null, () -> self.send("self", 1L));
            }),
            Map.entry("CentralBarrier", () -> {
                Barrier barrier = new CentralBarrier(2);
                return meeting(barrier, barrier);
            }),
            Map.entry("TurnstileBarrier", () -> {
                Barrier barrier = new TurnstileBarrier(2);
                return meeting(barrier, barrier);
            }),
            Map.entry("DisseminationBarrier", () -> {
                DisseminationBarrier barrier = new DisseminationBarrier(2);
                return meeting(barrier.party(0), barrier.party(1));
            }),
            Map.entry("TournamentBarrier", () -> {
                TournamentBarrier barrier = new TournamentBarrier(2);
                return meeting(barrier.party(0), barrier.party(1));
            }),
            Map.entry("Rendezvous", () -> {
                Rendezvous barrier = new Rendezvous();
                return meeting(barrier.party(0), barrier.party(1));
            })));

    private static Wait condition(Lock lock) {
        Condition condition = lock.newCondition();
        return Wait.of(
                (timeout, unit) -> {
                    lock.lock();
                    try {
                        return condition.await(timeout, unit);
                    } finally {
                        lock.unlock();
                    }
                },
                () -> {
                    lock.lock();
                    condition.signal();
                    lock.unlock();
                });
    }

    private static Wait empty(BlockingQueue<Integer> buffer) {
        return Wait.of((timeout, unit) -> buffer.poll(timeout, unit) != null, () -> buffer.put(1));
    }

    private static Wait full(BlockingQueue<Integer> buffer) {
        while (buffer.offer(1)) {
            assertTrue(buffer.size() <= 16, "a capacity of 1 is rounded up by little");
        }
        return Wait.of((timeout, unit) -> buffer.offer(2, timeout, unit), buffer::take);
    }

    private static Wait receiving(Mailbox<Long> mailbox) {
        return Wait.of((timeout, unit) -> mailbox.tryReceive(timeout, unit) != null, () -> mailbox.send(1L));
    }

    private interface From {
        Long receive(int sender, long timeout, TimeUnit unit) throws InterruptedException;
    }

    private static Wait selective(From from, Mailbox<Long> mailbox) {
        int sender = HEAP.self();
        return Wait.of((timeout, unit) -> from.receive(sender, timeout, unit) != null, () -> mailbox.send(1L));
    }

    private static Wait sending(Mailbox<Long> mailbox) {
        while (mailbox.trySend(1L)) {
            assertTrue(mailbox.capacity() <= 16, "a capacity of 1 is rounded up by little");
        }
        return Wait.of((timeout, unit) -> mailbox.trySend(2L, timeout, unit), mailbox::receive);
    }

    private static Wait meeting(Barrier mine, Barrier yours) {
        return Wait.of(
                (timeout, unit) -> {
                    try {
                        mine.await(timeout, unit);
                        return true;
                    } catch (TimeoutException e) {
                        assertThrows(BrokenBarrierException.class, yours::await);
                        mine.reset();
                        return false;
                    }
                },
                yours::await);
    }

    static Stream<String> fromOne() {
        return FROM_ONE.keySet().stream();
    }

    static Stream<String> fromZero() {
        return FROM_ZERO.keySet().stream();
    }

    static Stream<String> indexesOfTwo() {
        return INDEXES_OF_TWO.keySet().stream();
    }

    static Stream<String> nulls() {
        return NULLS.keySet().stream();
    }

    static Stream<String> waits() {
        return WAITS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("fromOne")
    @DisplayName("zero and less is refused, and the message says what was given")
    void numbersFromOne(String what) {
        for (int number : new int[] {0, -1, -7, Integer.MIN_VALUE}) {
            refused(FROM_ONE.get(what), number);
        }
    }

    @ParameterizedTest
    @MethodSource("fromZero")
    @DisplayName("less than zero is refused, zero is not")
    void numbersFromZero(String what) {
        FROM_ZERO.get(what).apply(0);
        for (int number : new int[] {-1, -7, Integer.MIN_VALUE}) {
            refused(FROM_ZERO.get(what), number);
        }
    }

    private static void refused(IntFunction<Object> constructor, int number) {
        String message = assertThrows(IllegalArgumentException.class, () -> constructor.apply(number))
                .getMessage();
        assertTrue(message != null && message.contains("" + number), message);
    }

    @ParameterizedTest
    @MethodSource("indexesOfTwo")
    @DisplayName("there are parties 0 and 1, and no others")
    void partyIndexes(String what) {
        INDEXES_OF_TWO.get(what).apply(0);
        INDEXES_OF_TWO.get(what).apply(1);
        for (int index : new int[] {-1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> INDEXES_OF_TWO.get(what).apply(index));
        }
    }

    @ParameterizedTest
    @MethodSource("nulls")
    @DisplayName("null is refused")
    void nullIsRefused(String what) {
        assertThrows(NullPointerException.class, NULLS.get(what));
    }

    @ParameterizedTest
    @MethodSource("waits")
    @DisplayName("a timeout in no unit is refused, and leaves no trace")
    void nullUnits(String what) {
        Wait wait = WAITS.get(what).get();
        elsewhere(() -> assertThrows(NullPointerException.class, () -> wait.timed.await(1, null)));
        waitsUntilEnabled(wait, 1, TimeUnit.HOURS);
    }

    @ParameterizedTest
    @MethodSource("waits")
    @DisplayName("a timeout of zero or less, however little, does not wait, and leaves no trace")
    void timeoutsOfZeroAndLess(String what) {
        Wait wait = WAITS.get(what).get();
        for (long timeout : new long[] {0, -1, Long.MIN_VALUE}) {
            for (TimeUnit unit : new TimeUnit[] {TimeUnit.NANOSECONDS, TimeUnit.DAYS}) {
                elsewhere(() -> assertFalse(wait.timed.await(timeout, unit), timeout + " " + unit));
            }
        }
        waitsUntilEnabled(wait, 1, TimeUnit.HOURS);
    }

    @ParameterizedTest
    @MethodSource("waits")
    @DisplayName("the greatest timeouts wait, and do not overflow")
    void greatestTimeouts(String what) {
        for (TimeUnit unit : new TimeUnit[] {TimeUnit.NANOSECONDS, TimeUnit.DAYS}) {
            waitsUntilEnabled(WAITS.get(what).get(), Long.MAX_VALUE, unit);
        }
        waitsUntilEnabled(WAITS.get(what).get(), Long.MAX_VALUE / 2 + 1, TimeUnit.NANOSECONDS);
    }

    @ParameterizedTest
    @MethodSource("waits")
    @DisplayName("an interruption before or during the wait ends it, is cleared, and leaves no trace")
    void interruptions(String what) {
        Wait wait = WAITS.get(what).get();
        boolean barrier = what.contains("Barrier") || what.equals("Rendezvous"); // an interruption breaks those
        elsewhere(() -> {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> wait.timed.await(1, TimeUnit.HOURS));
            assertFalse(Thread.currentThread().isInterrupted());
        });
        Wait another = barrier ? WAITS.get(what).get() : wait;
        try (Crew crew = new Crew()) {
            Crew.Member<?> waiter = crew.start("waiter", () -> {
                assertThrows(InterruptedException.class, () -> another.timed.await(Long.MAX_VALUE, TimeUnit.DAYS));
                assertFalse(Thread.currentThread().isInterrupted());
                return null;
            });
            waiter.awaitSleep();
            waiter.thread().interrupt();
        }
        if (!barrier) {
            waitsUntilEnabled(wait, 1, TimeUnit.HOURS);
        }
    }

    private static void waitsUntilEnabled(Wait wait, long timeout, TimeUnit unit) {
        try (Crew crew = new Crew()) {
            crew.start("waiter", () -> {
                        assertTrue(wait.timed.await(timeout, unit));
                        return null;
                    })
                    .awaitSleep();
            wait.enabling.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** In another thread than the one that made the primitive, and may hold it. */
    private static void elsewhere(Executable task) {
        try (Crew crew = new Crew()) {
            crew.start("another", () -> {
                try {
                    task.execute();
                } catch (Throwable e) {
                    throw new AssertionError(e);
                }
                return null;
            });
        }
    }

    @Test
    @DisplayName("a million primitives of ten kinds are alive at once, each on its own")
    void aMillionPrimitives() throws InterruptedException {
        int each = 100_000;
        TasLock[] spins = new TasLock[each];
        Mutex[] mutexes = new Mutex[each];
        ReentrantMutex[] reentrants = new ReentrantMutex[each];
        ReadWriteMutex[] readWrites = new ReadWriteMutex[each];
        CountingSemaphore[] semaphores = new CountingSemaphore[each];
        BinarySemaphore[] binaries = new BinarySemaphore[each];
        PermitPool[] pools = new PermitPool[each];
        Condition[] conditions = new Condition[each];
        @SuppressWarnings({"unchecked", "rawtypes"})
        Mailbox<Integer>[] mailboxes = new Mailbox[each];
        @SuppressWarnings({"unchecked", "rawtypes"})
        BlockingQueue<Integer>[] buffers = new BlockingQueue[each];
        for (int i = 0; i < each; i++) {
            (spins[i] = new TasLock()).lock();
            (mutexes[i] = new Mutex()).lock();
            (reentrants[i] = new ReentrantMutex()).lock();
            (readWrites[i] = new ReadWriteMutex(HEAP, 1)).readLock().lock();
            semaphores[i] = new CountingSemaphore(i);
            binaries[i] = new BinarySemaphore(i % 2 == 0);
            (pools[i] = new PermitPool(1)).acquire();
            conditions[i] = mutexes[i].newCondition();
            (mailboxes[i] = new ObjectMailbox<>(1)).send(i);
            (buffers[i] = new MonitorBuffer<>(1)).put(i);
        }
        for (int i = 0; i < each; i++) {
            spins[i].unlock();
            conditions[i].signal(); // needs the mutex of this one
            mutexes[i].unlock();
            reentrants[i].unlock();
            readWrites[i].readLock().unlock();
            assertEquals(i, semaphores[i].availablePermits());
            assertEquals(i % 2 == 0, binaries[i].tryAcquire());
            pools[i].release();
            assertEquals(i, mailboxes[i].receive());
            assertEquals(i, buffers[i].take());
        }
    }
}
