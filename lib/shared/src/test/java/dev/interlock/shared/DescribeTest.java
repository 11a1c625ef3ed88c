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
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.posix.Creation;
import dev.interlock.posix.PosixException;
import dev.interlock.posix.SharedMemory;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.LockVariable;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.StrictAlternation;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a segment says of its objects to those who only look. */
@Timeout(120)
class DescribeTest {
    private final String name = TestSegments.unique();
    private final List<Thread> others = new ArrayList<>();
    private final List<Lock> held = new ArrayList<>();

    @AfterEach
    void remove() {
        TestSegments.remove(name);
    }

    private static Map<String, HostedObject> byName(List<HostedObject> objects) {
        return objects.stream().collect(Collectors.toMap(HostedObject::name, Function.identity()));
    }

    static final class Holder {
        public static void main(String[] args) throws Exception {
            Segment segment = Segment.attach(args[0]);
            segment.mutex("mutex").lock();
            segment.reentrantMutex("reentrant").lock();
            segment.reentrantMutex("reentrant").lock();
            segment.readWriteMutex("rw", 4).readLock().lock();
            segment.permitPool("pool", 3).acquire();
            segment.attach("tas", TasLock::new).lock();
            segment.attach("binary", memory -> new BinarySemaphore(memory, true), 1)
                    .acquire();
            MessageRing ring = segment.ring("ring", 4, 10);
            for (int i = 0; i < 2; i++) {
                MessageRing.Claim claim = ring.claim(1);
                claim.publish();
            }
            ring.claim(1);
            RendezvousMailbox<Long> rendezvous = segment.rendezvousMailbox("rendezvous", Codec.int64(), 2, 8);
            Thread sender = new Thread(() -> {
                try {
                    rendezvous.send(1L);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            sender.start();
            rendezvous.accept();
            sender.join();
            PostOffice<Long> office = segment.postOffice("office", Codec.int64(), 3, 5, 9);
            office.create("jobs").send(7L);
            System.out.println("held");
            System.in.read();
            Reference.reachabilityFence(List.of(ring, rendezvous, office));
        }
    }

    @Test
    void everyObjectSaysWhoHoldsIt() throws Exception {
        try (Segment segment = Segment.open(name);
                ChildJvm child = new ChildJvm(Holder.class, name)) {
            assertEquals("held", child.line());
            UnboundedMailbox<Long> unbounded = segment.unboundedMailbox("unbounded", Codec.int64(), 8, 8);
            unbounded.send(1L);
            List<Object> kept = List.of(segment.semaphore("semaphore", 7), segment.barrier("barrier", 2), unbounded);
            Mutex mutex = segment.mutex("mutex");
            Thread waiter = new Thread(() -> assertThrows(OwnerDiedException.class, mutex::lock));
            waiter.start();
            while (!byName(segment.describe()).get("mutex").hasWaiters()) {
                Thread.sleep(1);
            }
            byte[] before = Files.readAllBytes(Path.of("/dev/shm" + name));
            for (Map<String, HostedObject> all : List.of(byName(segment.describe()), byName(Segment.describe(name)))) {
                assertEquals(12, all.size());
                HostedObject.Holder holder = all.get("mutex").holders().get(0);
                assertTrue(holder.isAlive());
                assertEquals(child.pid(), holder.pid());
                assertEquals(2, holder.slot());
                for (String held : List.of("mutex", "reentrant", "rw", "pool", "tas", "binary")) {
                    assertEquals(List.of(holder), all.get(held).holders(), held);
                }
                assertEquals("held", all.get("mutex").state());
                assertEquals("held 2 times", all.get("reentrant").state());
                assertEquals("free, 1 readers", all.get("rw").state());
                assertEquals("2 permits", all.get("pool").state());
                assertEquals(3, all.get("pool").capacity());
                assertEquals("0 permits", all.get("binary").state());
                assertEquals("7 permits", all.get("semaphore").state());
                assertEquals(List.of(7), all.get("semaphore").parameters());
                assertEquals(2, all.get("barrier").capacity());
                assertEquals(0, all.get("barrier").used());
                assertEquals(
                        "open, 1 sent, 0 offered, 0 taken, 0 wanted",
                        all.get("unbounded").state());
                assertEquals(1, all.get("unbounded").used());
                assertEquals(
                        "open, 0 sent, 0 offered, 1 taken, 0 wanted",
                        all.get("rendezvous").state());
                assertEquals(List.of(holder), all.get("rendezvous").holders());
                assertEquals(
                        "1 open, 0 closed, 1 sent, 0 offered, 0 taken, 0 wanted",
                        all.get("office").state());
                assertEquals(List.of(holder), all.get("office").holders());
                assertEquals(5, all.get("office").capacity());
                HostedObject ring = all.get("ring");
                assertEquals("open, 1 claimed, 2 published, 0 being read", ring.state());
                assertEquals(3, ring.used());
                assertEquals(4, ring.capacity());
                assertTrue(all.get("mutex").toString().startsWith("Mutex 'mutex' 4 bytes: held, holders [slot 2"));
            }
            assertEquals(
                    -1,
                    java.util.Arrays.mismatch(before, Files.readAllBytes(Path.of("/dev/shm" + name))),
                    "undisturbed");
            Reference.reachabilityFence(kept); // a collected object is noted in the directory
            child.kill();
            assertFalse(
                    byName(Segment.describe(name)).get("tas").holders().get(0).isAlive());
            waiter.join();
            HostedObject after = byName(Segment.describe(name)).get("mutex");
            assertEquals("free, an owner died", after.state());
            assertEquals(1, after.deaths());
        }
    }

    private interface Waiting {
        void run() throws Exception;
    }

    /** A thread that waits until it is interrupted, or until this one unlocks. */
    private void other(Waiting waiting) {
        Thread thread = new Thread(() -> {
            try {
                waiting.run();
            } catch (Exception e) {
                // interrupted, or the barrier was broken by that
            }
        });
        others.add(thread);
        thread.start();
    }

    /** Locks one view, and lets another thread wait at the other. */
    private void contend(Lock mine, Lock others) {
        mine.lock();
        held.add(mine);
        other(() -> {
            others.lock();
            others.unlock();
        });
    }

    private HostedObject awaitState(Segment segment, String object, String state, boolean waiters) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        HostedObject seen = byName(segment.describe()).get(object);
        while ((!seen.state().equals(state) || seen.hasWaiters() != waiters) && System.nanoTime() - deadline < 0) {
            Thread.sleep(1);
            seen = byName(segment.describe()).get(object);
        }
        assertEquals(state, seen.state(), object);
        assertEquals(waiters, seen.hasWaiters(), object);
        return seen;
    }

    private void endOthers() throws InterruptedException {
        held.forEach(Lock::unlock);
        for (Thread thread : others) {
            thread.interrupt();
        }
        for (Thread thread : others) {
            thread.join();
        }
    }

    @Test
    void locksSayWhoIsInsideAndWhetherOthersWait() throws Exception {
        try (Segment segment = Segment.open(name)) {
            for (String free : List.of("TasLock", "TtasLock", "BackoffLock", "LockVariable")) {
                Lock lock =
                        switch (free) {
                            case "TasLock" -> segment.attach(free, TasLock::new);
                            case "TtasLock" -> segment.attach(free, TtasLock::new);
                            case "BackoffLock" -> segment.attach(free, BackoffLock::new);
                            default -> segment.attachUnrecoverable(free, LockVariable::new);
                        };
                awaitState(segment, free, "free", false);
                lock.lock();
                held.add(lock);
                awaitState(segment, free, "held", false); // words do not tell who waits
            }
            PetersonLock peterson = segment.attach("PetersonLock", PetersonLock::new);
            contend(peterson.party(0), peterson.party(1));
            FilterLock filter = segment.attach("FilterLock", memory -> new FilterLock(memory, 3));
            contend(filter.party(2), filter.party(1));
            BakeryLock bakery = segment.attach("BakeryLock", memory -> new BakeryLock(memory, 3));
            contend(bakery.party(2), bakery.party(1));
            TicketLock ticket = segment.attachUnrecoverable("TicketLock", TicketLock::new);
            contend(ticket, ticket);
            AndersonLock anderson = segment.attachUnrecoverable("AndersonLock", memory -> new AndersonLock(memory, 3));
            contend(anderson, anderson);
            StrictAlternation turns = segment.attachUnrecoverable("StrictAlternation", StrictAlternation::new);
            contend(turns.party(0), turns.party(1));
            HostedObject.Holder self =
                    byName(segment.describe()).get("TasLock").holders().get(0);
            for (String kind : List.of("PetersonLock", "FilterLock", "BakeryLock", "TicketLock", "AndersonLock")) {
                HostedObject lock = awaitState(segment, kind, "held, 1 wait", true);
                assertEquals(List.of(self), lock.holders(), kind);
                assertEquals(kind, lock.kind());
            }
            awaitState(segment, "StrictAlternation", "held, 1 wait, turn of view 0", true);
            endOthers();
            for (String kind : List.of("PetersonLock", "FilterLock", "BakeryLock", "TicketLock", "AndersonLock")) {
                assertEquals(List.of(), awaitState(segment, kind, "free", false).holders(), kind);
            }
            awaitState(segment, "StrictAlternation", "free, turn of view 0", false);
        }
    }

    @Test
    void aDeadOwnerOfASpinLockIsTold() throws Exception {
        try (Segment segment = Segment.open(name)) {
            PetersonLock peterson = segment.attach("PetersonLock", PetersonLock::new);
            try (Segment dead = Segment.open(name)) {
                dead.attach("PetersonLock", PetersonLock::new).party(0).lock();
            }
            HostedObject lock = awaitState(segment, "PetersonLock", "held", false);
            assertFalse(lock.holders().get(0).isAlive());
            assertThrows(OwnerDiedException.class, () -> peterson.party(1).lock());
            awaitState(segment, "PetersonLock", "free, an owner died", false);
        }
    }

    @Test
    void barriersSayWhoHasArrived() throws Exception {
        try (Segment segment = Segment.open(name)) {
            Map<String, Barrier> barriers = Map.of(
                    "CentralBarrier",
                    segment.attach("CentralBarrier", memory -> new CentralBarrier(memory, 3)),
                    "TurnstileBarrier",
                    segment.attach("TurnstileBarrier", memory -> new TurnstileBarrier(memory, 3)),
                    "DisseminationBarrier",
                    segment.attach("DisseminationBarrier", memory -> new DisseminationBarrier(memory, 3))
                            .party(1),
                    "TournamentBarrier",
                    segment.attach("TournamentBarrier", memory -> new TournamentBarrier(memory, 3))
                            .party(1),
                    "Rendezvous",
                    segment.attach("Rendezvous", Rendezvous::new).party(1));
            Map<String, String> whole = Map.of(
                    "CentralBarrier", "round 0",
                    "TurnstileBarrier", "whole",
                    "DisseminationBarrier", "round 0",
                    "TournamentBarrier", "round 0, 0 beaten",
                    "Rendezvous", "round 0");
            for (String kind : barriers.keySet()) {
                HostedObject barrier = awaitState(segment, kind, whole.get(kind), false);
                assertEquals(0, barrier.used(), kind);
                assertEquals(kind.equals("Rendezvous") ? 2 : 3, barrier.capacity(), kind);
                assertEquals(List.of(), barrier.holders(), kind);
                other(barriers.get(kind)::await);
            }
            for (String kind : barriers.keySet()) {
                String state = whole.get(kind).replace("0 beaten", "1 beaten");
                HostedObject barrier = awaitState(segment, kind, state, true);
                assertEquals(1, barrier.used(), kind);
                assertEquals(1, barrier.holders().size(), kind);
            }
            endOthers();
            awaitState(segment, "CentralBarrier", "broken, round 0", false);
            awaitState(segment, "TurnstileBarrier", "broken", false);
            awaitState(segment, "DisseminationBarrier", "broken, round 0", false);
            awaitState(segment, "TournamentBarrier", "broken, round 0, 1 beaten", false);
            awaitState(segment, "Rendezvous", "broken, round 0", false);
            for (String kind : barriers.keySet()) {
                barriers.get(kind).reset();
                other(barriers.get(kind)::await);
            }
            Map<String, String> renewed = Map.of(
                    "CentralBarrier", "round 2",
                    "TurnstileBarrier", "whole",
                    "DisseminationBarrier", "round 0",
                    "TournamentBarrier", "round 2, 1 beaten",
                    "Rendezvous", "round 0");
            for (String kind : barriers.keySet()) {
                HostedObject barrier = awaitState(segment, kind, renewed.get(kind), true);
                assertEquals(1, barrier.used(), kind);
                assertEquals(1, barrier.holders().size(), kind);
            }
            endOthers();
        }
    }

    @Test
    void whatWasMadeWithoutParametersIsDescribedAllTheSame() throws Exception {
        try (Segment segment = Segment.open(name)) {
            CountingSemaphore barging = segment.attach("barging", memory -> new CountingSemaphore(memory, 0));
            CountingSemaphore fifo =
                    segment.attach("fifo", memory -> new CountingSemaphore(memory, 0, 2, WaitStrategy.PARK));
            awaitState(segment, "barging", "0 permits", false);
            awaitState(segment, "fifo", "0 permits, FIFO, 0 in line", false);
            other(barging::acquire);
            other(fifo::acquire);
            awaitState(segment, "barging", "0 permits", true);
            awaitState(segment, "fifo", "0 permits, FIFO, 1 in line", true);
            Mutex mutex = segment.mutex("mutex");
            Condition condition = segment.attach("condition", memory -> new MutexCondition(memory, mutex));
            other(() -> {
                mutex.lock();
                try {
                    condition.await();
                } finally {
                    mutex.unlock();
                }
            });
            awaitState(segment, "condition", "condition", true);
            Codec<Long> codec = Codec.int64();
            List<Object> kept = List.of(
                    segment.attach("ring", memory -> new MessageRing(memory, 4, 8)),
                    segment.attach("mailbox", memory -> new RingMailbox<>(memory, codec, 4, 8), 1), // its maker's own
                    segment.attach("unbounded", memory -> new UnboundedMailbox<>(memory, codec, 4, 8)),
                    segment.attach("rendezvous", memory -> new RendezvousMailbox<>(memory, codec, 4, 8)),
                    segment.attach("office", memory -> new PostOffice<>(memory, codec, 2, 4, 8)));
            for (String message : List.of("ring", "mailbox", "unbounded", "rendezvous")) {
                awaitState(segment, message, "open, made without measures", false);
            }
            awaitState(segment, "office", "made without measures", false);
            Reference.reachabilityFence(kept);
            endOthers();
        }
    }

    @Test
    void recoveriesAreCounted() throws Exception {
        try (Segment segment = Segment.open(name)) {
            PermitPool pool = segment.permitPool("pool", 1);
            for (int i = 1; i <= 3; i++) {
                try (Segment dead = Segment.open(name)) {
                    assertTrue(dead.permitPool("pool", 1).tryAcquire(1, TimeUnit.SECONDS));
                }
                assertEquals(1, pool.reclaim());
                assertEquals(i, segment.describe().get(0).deaths());
            }
        }
    }

    @Test
    void aMissingSegmentIsNotMade() {
        assertThrows(PosixException.NotFound.class, () -> Segment.describe(name));
        assertFalse(SharedMemory.exists(name));
    }

    @Test
    void aCorruptedSegmentGivesADescriptionOrAnExceptionAtOnce() {
        try (Segment segment = Segment.open(name, SegmentOptions.DEFAULT.withSize(Format.OBJECTS + (1 << 16)))) {
            segment.mutex("mutex");
            segment.reentrantMutex("reentrant");
            segment.readWriteMutex("rw", 4);
            segment.permitPool("pool", 3);
            segment.barrier("barrier", 3);
            segment.ring("ring", 8, 100);
            segment.unboundedMailbox("unbounded", Codec.int64(), 4, 8);
            segment.postOffice("office", Codec.int64(), 2, 4, 8);
            segment.attach("dissemination", memory -> new DisseminationBarrier(memory, 3));
            segment.attach("tournament", memory -> new TournamentBarrier(memory, 3));
            segment.attach("turnstile", memory -> new TurnstileBarrier(memory, 3));
            segment.attach("filter", memory -> new FilterLock(memory, 3));
        }
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            ByteBuffer buffer = memory.map();
            ByteBuffer whole = ByteBuffer.allocate(buffer.capacity()).put(buffer.duplicate());
            Random random = new Random(7);
            int described = 0;
            for (int round = 0; round < 2_000; round++) {
                for (int i = 0; i < 20; i++) {
                    int at = random.nextBoolean()
                            ? Format.DIRECTORY + random.nextInt(12 * Format.ENTRY_LENGTH)
                            : Format.OBJECTS + random.nextInt(8192);
                    buffer.put(at, (byte) random.nextInt());
                }
                try {
                    described += Segment.describe(name).size();
                    Segment.describe(name).forEach(HostedObject::toString);
                } catch (SegmentException e) {
                    assertTrue(e.getMessage().contains(name), e.getMessage());
                }
                buffer.put(Format.DIRECTORY, whole, Format.DIRECTORY, 12 * Format.ENTRY_LENGTH);
                buffer.put(Format.OBJECTS, whole, Format.OBJECTS, 8192);
            }
            assertTrue(described > 2_000, "described " + described);
        }
    }
}
