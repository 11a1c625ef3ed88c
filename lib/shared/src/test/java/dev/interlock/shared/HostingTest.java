package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.buffer.MessageRing;
import dev.interlock.contract.Crew;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.posix.Creation;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.LockVariable;
import dev.interlock.spin.StrictAlternation;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects by name: what they are checked for, and how they go. */
@Timeout(120)
class HostingTest {
    private final String name = TestSegments.unique();

    @AfterEach
    void remove() {
        TestSegments.remove(name);
    }

    private static void assertReason(SegmentException.Reason reason, Callable<?> action) {
        SegmentException e = assertThrows(SegmentException.class, action::call);
        assertEquals(reason, e.reason(), e.getMessage());
    }

    @Test
    void everyKindIsOpenedOnlyAsWhatItIs() {
        Map<String, Function<Segment, Object>> kinds = new TreeMap<>();
        kinds.put("mutex", s -> s.mutex("x"));
        kinds.put("reentrant", s -> s.reentrantMutex("x"));
        kinds.put("rw 4", s -> s.readWriteMutex("x", 4));
        kinds.put("rw 5", s -> s.readWriteMutex("x", 5));
        kinds.put("semaphore 1", s -> s.semaphore("x", 1));
        kinds.put("semaphore 2", s -> s.semaphore("x", 2));
        kinds.put("pool 15", s -> s.permitPool("x", 15));
        kinds.put("pool 16", s -> s.permitPool("x", 16));
        kinds.put("barrier 2", s -> s.barrier("x", 2));
        kinds.put("barrier 3", s -> s.barrier("x", 3));
        kinds.put("ring 512 8", s -> s.ring("x", 512, 8));
        kinds.put("ring 1024 8", s -> s.ring("x", 1024, 8));
        kinds.put("ring 1024 7", s -> s.ring("x", 1024, 7));
        kinds.put("mailbox", s -> s.mailbox("x", Codec.utf8(), 512, 8));
        kinds.put("unbounded 4 8", s -> s.unboundedMailbox("x", Codec.utf8(), 4, 8));
        kinds.put("unbounded 5 8", s -> s.unboundedMailbox("x", Codec.utf8(), 5, 8));
        kinds.put("rendezvous 4 8", s -> s.rendezvousMailbox("x", Codec.utf8(), 4, 8));
        kinds.put("rendezvous 4 9", s -> s.rendezvousMailbox("x", Codec.utf8(), 4, 9));
        kinds.put("office 1 4 8", s -> s.postOffice("x", Codec.utf8(), 1, 4, 8));
        kinds.put("office 2 4 8", s -> s.postOffice("x", Codec.utf8(), 2, 4, 8));
        kinds.put("tas", s -> s.attach("x", TasLock::new));
        kinds.put("ttas", s -> s.attach("x", TtasLock::new));
        kinds.put("filter 2", s -> s.attach("x", memory -> new FilterLock(memory, 2)));
        kinds.put("filter 3", s -> s.attach("x", memory -> new FilterLock(memory, 3)));
        kinds.put("dissemination 3", s -> s.attach("x", memory -> new DisseminationBarrier(memory, 3)));
        kinds.put("dissemination 4", s -> s.attach("x", memory -> new DisseminationBarrier(memory, 4)));
        kinds.put("turnstile 3", s -> s.attach("x", memory -> new TurnstileBarrier(memory, 3), 3));
        kinds.put("turnstile 4", s -> s.attach("x", memory -> new TurnstileBarrier(memory, 4), 4));
        kinds.put("binary 1", s -> s.attach("x", memory -> new BinarySemaphore(memory, true), 1));
        kinds.put("binary 0", s -> s.attach("x", memory -> new BinarySemaphore(memory, false), 0));
        kinds.put("payload 13", s -> s.attach("x", memory -> new Payload(memory, 13)));
        kinds.put("payload 14", s -> s.attach("x", memory -> new Payload(memory, 14)));
        for (String made : kinds.keySet()) {
            try (Segment segment = Segment.open(name)) {
                Class<?> kind = kinds.get(made).apply(segment).getClass();
                for (String asked : kinds.keySet()) {
                    if (asked.equals(made)) {
                        assertEquals(kind, kinds.get(asked).apply(segment).getClass());
                    } else {
                        SegmentException e = assertThrows(
                                SegmentException.class, () -> kinds.get(asked).apply(segment), made + " as " + asked);
                        assertEquals(SegmentException.Reason.OTHER_KIND, e.reason(), e.getMessage());
                    }
                }
            }
            Segment.unlink(name);
        }
    }

    @Test
    void parametersMayBeLeftOut() {
        try (Segment segment = Segment.open(name)) {
            segment.semaphore("s", 3);
            CountingSemaphore found = segment.attach("s", memory -> new CountingSemaphore(memory, 0));
            assertEquals(3, found.availablePermits());
            assertThrows(IllegalArgumentException.class, () -> segment.attach("m", Mutex::new, 1, 2, 3, 4, 5));
        }
    }

    @Test
    void whatCannotRecoverIsHostedOnlyIfAskedForSo() {
        Map<String, Function<Memory, Lock>> locks = Map.of(
                "ticket",
                TicketLock::new,
                "anderson",
                memory -> new AndersonLock(memory, 2),
                "turns",
                memory -> new StrictAlternation(memory).party(0),
                "variable",
                LockVariable::new);
        try (Segment segment = Segment.open(name)) {
            locks.forEach((kind, layout) -> {
                assertReason(SegmentException.Reason.UNRECOVERABLE, () -> segment.attach(kind, layout));
                assertEquals(List.of(), segment.names(), kind);
                segment.attachUnrecoverable(kind, layout).lock();
                assertReason(SegmentException.Reason.UNRECOVERABLE, () -> segment.attach(kind, layout));
                assertTrue(segment.remove(kind));
            });
        }
    }

    @Test
    void aConditionIsAnObjectOfItsOwn() throws Exception {
        try (Segment segment = Segment.open(name)) {
            Mutex mutex = segment.mutex("m");
            UnsupportedOperationException e = assertThrows(UnsupportedOperationException.class, mutex::newCondition);
            assertTrue(e.getMessage().contains("new MutexCondition(memory, mutex)"), e.getMessage());
            Condition condition = segment.attach("c", memory -> new MutexCondition(memory, mutex));
            mutex.lock();
            assertFalse(condition.await(1, TimeUnit.MILLISECONDS));
            condition.signal();
            mutex.unlock();
        }
    }

    @Test
    void aMessageLargerThanTheSlotIsRefusedBeforeAnythingIsWritten() throws Exception {
        Codec<String> own = new Codec<>() {
            @Override
            public int length(String message) {
                return 2 * message.length();
            }

            @Override
            public void encode(String message, ByteBuffer target) {
                message.chars().forEach(c -> target.putChar((char) c));
            }

            @Override
            public String decode(ByteBuffer source) {
                return source.asCharBuffer().toString();
            }
        };
        try (Segment segment = Segment.open(name)) {
            Mailbox<String> mailbox = segment.mailbox("b", own, 2, 8);
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> mailbox.send("fives"));
            assertTrue(e.getMessage().contains("10"), e.getMessage());
            assertEquals(
                    0,
                    segment.attach("b", memory -> new dev.interlock.mailbox.RingMailbox<>(memory, own, 2, 8))
                            .toString()
                            .indexOf("RingMailbox[MessageRing[0 of 2"));
            mailbox.send("four");
            assertEquals("four", mailbox.receive());
            Mailbox<byte[]> bytes = segment.mailbox("bytes", Codec.bytes(), 2, 8);
            assertThrows(IllegalArgumentException.class, () -> bytes.send(new byte[9]));
            Mailbox<Long> longs = segment.mailbox("longs", Codec.int64(), 2, 7);
            assertThrows(IllegalArgumentException.class, () -> longs.send(1L));
            Mailbox<String> utf8 = segment.mailbox("utf8", Codec.utf8(), 2, 3);
            assertThrows(IllegalArgumentException.class, () -> utf8.send("ää"));
            assertFalse(utf8.tryReceive() != null);
        }
    }

    @Test
    void aRemovedObjectIsRefusedToItsUsersAndItsNameIsFree() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        try (Segment here = Segment.open(name);
                Segment there = Segment.open(name)) {
            Mutex mine = here.mutex("m");
            Mutex theirs = there.mutex("m");
            mine.lock();
            Future<?> waiter = pool.submit(theirs::lock);
            assertThrows(java.util.concurrent.TimeoutException.class, () -> waiter.get(150, TimeUnit.MILLISECONDS));
            assertTrue(here.remove("m"));
            assertFalse(here.remove("m"));
            assertReason(SegmentException.Reason.REMOVED, mine::tryLock);
            Throwable cause = assertThrows(ExecutionException.class, () -> waiter.get(5, TimeUnit.SECONDS))
                    .getCause();
            assertEquals(SegmentException.Reason.REMOVED, ((SegmentException) cause).reason(), cause.getMessage());
            assertTrue(cause.getMessage().contains("'m'"), cause.getMessage());
            assertEquals(List.of(), there.names());
            assertEquals(3, there.semaphore("m", 3).availablePermits());
            assertEquals(List.of("m"), here.names());
        }
        pool.shutdown();
    }

    @Test
    void theRoomOfRemovedObjectsIsUsedAgain() throws Exception {
        SegmentOptions small = SegmentOptions.DEFAULT.withSize(Format.OBJECTS + (1 << 20));
        try (Segment segment = Segment.open(name, small)) {
            segment.mutex("first");
            for (int i = 0; i < 40; i++) {
                MessageRing ring = segment.ring("r" + i, 1, 300_000);
                try (MessageRing.Claim claim = ring.claim(300_000)) {
                    claim.buffer().put(299_999, (byte) i);
                    claim.publish();
                }
                assertTrue(segment.remove("r" + i));
            }
            Mutex kept = segment.mutex("kept");
            kept.lock();
            assertEquals(2, segment.names().size());
        }
    }

    @Test
    void theRoomOfARemovedObjectIsNotGivenAwayWhileSomebodyHoldsIt() {
        SegmentOptions small = SegmentOptions.DEFAULT.withSize(Format.OBJECTS + (1 << 20));
        try (Segment here = Segment.open(name, small)) {
            here.ring("r", 1, 900_000);
            try (Segment there = Segment.open(name)) {
                MessageRing theirs = there.ring("r", 1, 900_000);
                assertTrue(here.remove("r"));
                assertReason(SegmentException.Reason.FULL, () -> here.ring("next", 1, 900_000));
                long removed = System.nanoTime();
                SegmentException e = assertThrows(SegmentException.class, () -> {
                    while (System.nanoTime() - removed < TimeUnit.SECONDS.toNanos(1)) {
                        theirs.tryRead();
                    }
                });
                assertEquals(SegmentException.Reason.REMOVED, e.reason());
                assertReason(SegmentException.Reason.FULL, () -> here.ring("next", 1, 900_000));
                assertReason(SegmentException.Reason.REMOVED, theirs::tryRead);
            }
            here.ring("next", 1, 900_000);
        }
    }

    static final class User {
        public static void main(String[] args) throws Exception {
            Segment segment = Segment.attach(args[0]);
            Mutex mutex = segment.mutex("m");
            System.out.println("uses");
            try {
                while (true) {
                    mutex.lock();
                    mutex.unlock();
                }
            } catch (SegmentException e) {
                System.out.println(e.reason());
            }
            System.in.read();
            System.out.println(mutex);
        }
    }

    @Test
    void anotherProcessLearnsOfTheRemovalAndItsDeathFreesTheRoom() throws Exception {
        try (Segment segment = Segment.open(name)) {
            segment.mutex("m");
            try (ChildJvm child = new ChildJvm(User.class, name)) {
                assertEquals("uses", child.line());
                long start = System.nanoTime();
                assertTrue(segment.remove("m"));
                assertEquals("REMOVED", child.line());
                assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1));
                child.kill();
            }
            for (int i = 0; i < Format.ENTRIES; i++) {
                segment.mutex("m" + i);
            }
        }
    }

    static final class Churner {
        public static void main(String[] args) throws Exception {
            Segment segment = Segment.attach(args[0]);
            System.out.println("ready");
            churn(segment, Long.MAX_VALUE);
        }
    }

    /** Makes, uses and removes objects of few names, as others do at the same time. */
    private static void churn(Segment segment, long rounds) throws InterruptedException {
        for (long i = 0; i < rounds; i++) {
            String object = "churned " + i % 3;
            try {
                Mutex mutex = segment.mutex(object);
                if (mutex.tryLock()) {
                    mutex.unlock();
                }
                MessageRing ring = segment.ring(object + " ring", 2, 100);
                MessageRing.Claim claim = ring.tryClaim(8);
                if (claim != null) {
                    claim.buffer().putLong(42);
                    claim.publish();
                }
                MessageRing.Message message = ring.tryRead();
                if (message != null) {
                    if (message.buffer().getLong() != 42) {
                        throw new AssertionError("a message of another object");
                    }
                    message.close();
                }
            } catch (SegmentException e) {
                if (e.reason() != SegmentException.Reason.REMOVED) {
                    throw e;
                }
            } catch (dev.interlock.mutex.OwnerDiedException e) {
                // a churner was killed between lock and unlock: the object is as good as removed
            }
            segment.remove(object);
            segment.remove(object + " ring");
        }
    }

    @Test
    void makersAndRemoversAtOnceWhoMayBeKilledLeaveTheDirectoryWhole() throws Exception {
        SegmentOptions small = SegmentOptions.DEFAULT.withSize(Format.OBJECTS + (1 << 16));
        try (Segment segment = Segment.open(name, small)) {
            Neighbour neighbour = segment.attach("neighbour", Neighbour::new);
            for (int round = 0; round < 10; round++) {
                try (ChildJvm first = new ChildJvm(Churner.class, name);
                        ChildJvm second = new ChildJvm(Churner.class, name)) {
                    assertEquals("ready", first.line());
                    assertEquals("ready", second.line());
                    churn(segment, 100 + 7 * round);
                    first.kill();
                    second.kill();
                }
                for (String left : segment.names()) {
                    assertTrue(left.equals("neighbour") || segment.remove(left));
                }
                assertEquals(42, neighbour.value.getVolatile());
            }
            assertEquals(List.of("neighbour"), segment.names());
        }
    }

    @Test
    void aThousandObjectsAreMadeRemovedAndMadeAgain() throws Exception {
        try (Segment segment = Segment.open(name)) {
            for (int round = 0; round < 3; round++) {
                List<Mutex> all = new ArrayList<>();
                for (int i = 0; i < 1000; i++) {
                    all.add(segment.mutex("m" + i));
                }
                all.get(999).lock();
                assertFalse(all.get(500).isLocked());
                assertEquals(1000, segment.names().size());
                for (int i = 0; i < 1000; i++) {
                    assertTrue(segment.remove("m" + i));
                }
                assertReason(SegmentException.Reason.REMOVED, all.get(0)::tryLock);
                assertEquals(List.of(), segment.names());
            }
        }
    }

    @Test
    void attachingWaitsForACreatorThatHasTheLock() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Runnable stop = () -> {
            if (steps.incrementAndGet() == 3) { // after those before it is opened and locked
                inside.countDown();
                assertDoesNotThrow(() -> go.await());
            }
        };
        try (Crew crew = new Crew()) {
            crew.start("creator", () -> {
                Segment.open(name, Creation.OPEN_OR_CREATE, SegmentOptions.DEFAULT, stop)
                        .close();
                return null;
            });
            inside.await();
            Crew.Member<?> attacher = crew.start("attacher", () -> {
                Segment.attach(name).close();
                return null;
            });
            Crew.giveTime(50);
            assertTrue(attacher.thread().isAlive());
            go.countDown();
        }
    }

    private static final class Payload {
        final ByteBuffer bytes;

        Payload(Memory memory, int length) {
            bytes = memory.bytes(length);
            memory.word(0);
        }
    }

    private static final class Neighbour {
        final LongWord value;

        Neighbour(Memory memory) {
            value = memory.longWord(42);
        }
    }
}
