package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.buffer.MessageRing;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.posix.Creation;
import dev.interlock.posix.PosixException;
import dev.interlock.posix.SharedMemory;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.PermitPool;
import dev.interlock.spin.TasLock;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a segment says of its objects to those who only look. */
@Timeout(120)
class DescribeTest {
    private final String name = TestSegments.unique();

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
        }
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            ByteBuffer buffer = memory.map();
            ByteBuffer whole = ByteBuffer.allocate(buffer.capacity()).put(buffer.duplicate());
            Random random = new Random(7);
            int described = 0;
            for (int round = 0; round < 2_000; round++) {
                for (int i = 0; i < 20; i++) {
                    int at = random.nextBoolean()
                            ? Format.DIRECTORY + random.nextInt(8 * Format.ENTRY_LENGTH)
                            : Format.OBJECTS + random.nextInt(4096);
                    buffer.put(at, (byte) random.nextInt());
                }
                try {
                    described += Segment.describe(name).size();
                    Segment.describe(name).forEach(HostedObject::toString);
                } catch (SegmentException e) {
                    assertTrue(e.getMessage().contains(name), e.getMessage());
                }
                buffer.put(Format.DIRECTORY, whole, Format.DIRECTORY, 8 * Format.ENTRY_LENGTH);
                buffer.put(Format.OBJECTS, whole, Format.OBJECTS, 4096);
            }
            assertTrue(described > 2_000, "described " + described);
        }
    }
}
