package dev.interlock.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.buffer.MessageRing;
import dev.interlock.buffer.RingClosedException;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a message ring promises, in any memory. */
public abstract class MessageRingContractTest {
    /** For the kinds of memory. */
    protected MessageRingContractTest() {}

    /**
     * A memory for one ring.
     *
     * @return a memory in which nothing has been drawn
     */
    protected abstract Memory memory();

    private MessageRing ring(int capacity) {
        return new MessageRing(memory(), capacity, 64);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,4", "5,8", "1000,1024"})
    void capacityIsRoundedUpToAPowerOfTwo(int asked, int rounded) {
        assertEquals(rounded, ring(asked).capacity());
        assertEquals(64, ring(asked).maxLength());
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        for (int capacity : new int[] {0, -1, Integer.MIN_VALUE, (1 << 24) + 1, Integer.MAX_VALUE}) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ring(capacity));
            assertTrue(e.getMessage().contains(Integer.toString(capacity)), e.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> new MessageRing(memory(), 1, -1));
        assertThrows(NullPointerException.class, () -> new MessageRing(memory(), 1, 8, null));
    }

    @Test
    void aMessageTooLongIsRefusedBeforeAnythingIsWritten() {
        MessageRing ring = ring(2);
        assertThrows(IllegalArgumentException.class, () -> ring.tryClaim(65));
        assertThrows(IllegalArgumentException.class, () -> ring.claim(-1));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> ring.tryClaim(99, 1, TimeUnit.SECONDS));
        assertTrue(e.getMessage().contains("99"), e.getMessage());
        assertEquals(0, ring.size());
    }

    @Test
    void holdsAsManyAsItsCapacityAndGivesThemBackInOrder() {
        MessageRing ring = ring(4);
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 4; i++) {
                assertTrue(trySend(ring, i));
            }
            assertFalse(trySend(ring, 4));
            assertEquals(4, ring.size());
            for (int i = 0; i < 4; i++) {
                assertEquals(i, tryReceive(ring));
            }
            assertNull(ring.tryRead());
            assertEquals(0, ring.size());
        }
    }

    @Test
    void aMessageHasTheLengthAndBytesAndSenderOfItsClaim() throws InterruptedException {
        MessageRing ring = ring(2);
        for (int length : new int[] {0, 1, 63, 64}) {
            byte[] sent = new byte[length];
            for (int i = 0; i < length; i++) {
                sent[i] = (byte) (i * 7 + length);
            }
            try (MessageRing.Claim claim = ring.claim(length)) {
                assertEquals(length, claim.buffer().remaining());
                assertEquals(ByteOrder.nativeOrder(), claim.buffer().order());
                claim.buffer().put(sent);
                claim.publish();
            }
            try (MessageRing.Message message = ring.read()) {
                byte[] received = new byte[message.buffer().remaining()];
                message.buffer().get(received);
                assertArrayEquals(sent, received);
                assertEquals(ByteOrder.nativeOrder(), message.buffer().order());
                assertThrows(
                        ReadOnlyBufferException.class, () -> message.buffer().put(0, (byte) 1));
                assertTrue(message.sender() != 0);
            }
        }
    }

    @Test
    void oneThatWasInterruptedBeforeClaimsAndReadsNothing() {
        MessageRing ring = ring(2);
        assertTrue(trySend(ring, 1));
        refusesInterrupted(ring::read);
        refusesInterrupted(() -> ring.tryRead(1, TimeUnit.DAYS));
        refusesInterrupted(() -> ring.tryRead(0, TimeUnit.DAYS));
        refusesInterrupted(() -> ring.claim(4));
        refusesInterrupted(() -> ring.tryClaim(4, 1, TimeUnit.DAYS));
        refusesInterrupted(() -> ring.tryClaim(4, 0, TimeUnit.DAYS));
        assertEquals(1, ring.size());
        Thread.currentThread().interrupt();
        assertTrue(trySend(ring, 2), "these do not wait, and do not ask");
        assertEquals(1, tryReceive(ring));
        assertEquals(2, tryReceive(ring));
        assertTrue(Thread.interrupted(), "kept");
    }

    private static void refusesInterrupted(Executable call) {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, call);
        assertFalse(Thread.interrupted(), "cleared");
    }

    @Test
    void aClaimNotPublishedIsSkipped() {
        MessageRing ring = ring(4);
        assertTrue(trySend(ring, 1));
        MessageRing.Claim given = ring.tryClaim(4);
        assertTrue(trySend(ring, 2));
        assertEquals(1, tryReceive(ring));
        assertNull(ring.tryRead(), "held up by the claim");
        given.close();
        assertEquals(2, tryReceive(ring));
        assertNull(ring.tryRead());
        for (int i = 0; i < 9; i++) {
            ring.tryClaim(4).close();
            ring.tryClaim(4).close();
            assertNull(ring.tryRead());
        }
        assertEquals(0, ring.size());
    }

    @Test
    void aRingFullOfAbortedClaimsHasRoomOnceAReceiverSkippedThem() {
        MessageRing ring = ring(2);
        ring.tryClaim(0).close();
        ring.tryClaim(0).close();
        assertNull(ring.tryRead());
        assertTrue(trySend(ring, 1));
        assertEquals(1, tryReceive(ring));
    }

    @ParameterizedTest
    @EnumSource
    void sendersThatWaitForRoomGetThatOfAClaimGivenUp(WaitStrategy waiting) throws InterruptedException {
        MessageRing ring = new MessageRing(memory(), 2, 8, waiting);
        MessageRing.Claim[] claims = {ring.tryClaim(8), ring.tryClaim(8)};
        try (Crew crew = new Crew()) {
            crew.startAll(2, party -> send(ring, party));
            Crew.giveTime(20);
            for (MessageRing.Claim claim : claims) {
                claim.close();
            }
        }
        assertEquals(2, ring.size());
    }

    @Test
    void publishingTwiceIsAnErrorAndClosingTwiceIsNot() {
        MessageRing ring = ring(2);
        MessageRing.Claim claim = ring.tryClaim(4);
        claim.publish();
        assertThrows(IllegalStateException.class, claim::publish);
        claim.close();
        claim.close();
        MessageRing.Claim aborted = ring.tryClaim(4);
        aborted.close();
        assertThrows(IllegalStateException.class, aborted::publish);
        MessageRing.Message message = ring.tryRead();
        message.close();
        assertTrue(trySend(ring, 5));
        message.close();
        assertEquals(5, tryReceive(ring));
    }

    @Test
    void messagesMayBeReleasedOutOfOrder() {
        MessageRing ring = ring(2);
        trySend(ring, 1);
        trySend(ring, 2);
        MessageRing.Message first = ring.tryRead();
        MessageRing.Message second = ring.tryRead();
        second.close();
        assertFalse(trySend(ring, 3), "the next slot is still being read");
        first.close();
        assertTrue(trySend(ring, 3));
        assertTrue(trySend(ring, 4));
        assertEquals(3, tryReceive(ring));
        assertEquals(4, tryReceive(ring));
    }

    @Test
    void timedFormsWaitAtLeastTheirTime() throws InterruptedException {
        MessageRing ring = ring(1);
        long start = System.nanoTime();
        assertNull(ring.tryRead(10, TimeUnit.MILLISECONDS));
        assertTrue(trySend(ring, 1));
        assertNull(ring.tryClaim(4, 10, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(20));
        assertNull(ring.tryClaim(4, 0, TimeUnit.SECONDS));
        assertNull(ring.tryClaim(4, Long.MIN_VALUE, TimeUnit.DAYS));
        assertNotNull(ring.tryRead(Long.MAX_VALUE, TimeUnit.DAYS));
        assertNull(ring.tryRead(-1, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource
    void interruptionEndsAWaitOnEitherSide(WaitStrategy waiting) {
        MessageRing ring = new MessageRing(memory(), 1, 8, waiting);
        for (int side = 0; side < 2; side++) {
            boolean sending = side == 1;
            try (Crew crew = new Crew()) {
                Crew.Member<?> waiter = crew.start(
                        "waiter",
                        () -> assertThrows(
                                InterruptedException.class, () -> assertNull(sending ? ring.claim(4) : ring.read())));
                Crew.giveTime(5);
                waiter.thread().interrupt();
            }
            if (!sending) {
                assertTrue(trySend(ring, 7));
            }
        }
        assertEquals(7, tryReceive(ring));
    }

    @Test
    void afterClosingClaimsFailAndReadsDoOnceItIsDrained() {
        MessageRing ring = ring(4);
        trySend(ring, 1);
        trySend(ring, 2);
        assertFalse(ring.isClosed());
        ring.close();
        ring.close();
        assertTrue(ring.isClosed());
        assertThrows(RingClosedException.class, () -> ring.tryClaim(4));
        assertThrows(RingClosedException.class, () -> ring.claim(4));
        assertThrows(RingClosedException.class, () -> ring.tryClaim(4, 1, TimeUnit.DAYS));
        assertEquals(1, tryReceive(ring));
        assertEquals(2, tryReceive(ring));
        assertThrows(RingClosedException.class, ring::tryRead);
        assertThrows(RingClosedException.class, ring::read);
        assertThrows(RingClosedException.class, () -> ring.tryRead(1, TimeUnit.DAYS));
        assertEquals(0, ring.size());
        assertTrue(ring.toString().contains("closed"), ring.toString());
    }

    @Test
    void aClaimMadeBeforeClosingIsStillReceived() {
        MessageRing ring = ring(4);
        MessageRing.Claim claim = ring.tryClaim(4);
        ring.close();
        assertNull(ring.tryRead(), "not drained: a claim is out");
        claim.buffer().putInt(3);
        claim.publish();
        assertEquals(3, tryReceive(ring));
        assertThrows(RingClosedException.class, ring::tryRead);
    }

    @Test
    void closingWakesAllThatWait() {
        MessageRing empty = ring(1);
        MessageRing full = ring(1);
        trySend(full, 1);
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 4; i++) {
                crew.start("receiver " + i, () -> assertThrows(RingClosedException.class, empty::read))
                        .awaitSleep();
                crew.start("sender " + i, () -> assertThrows(RingClosedException.class, () -> full.claim(4)))
                        .awaitSleep();
            }
            empty.close();
            full.close();
        }
    }

    /** The last claim of a closed ring ends with one signal, and everybody has waited for it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whenTheLastClaimOfAClosedRingEndsAllReceiversHearOfIt(boolean published) {
        MessageRing ring = new MessageRing(memory(), 4, 64, WaitStrategy.PARK);
        MessageRing.Claim claim = ring.tryClaim(4);
        AtomicInteger received = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 4; i++) {
                crew.start("receiver " + i, () -> {
                            try (MessageRing.Message message = ring.read()) {
                                return received.addAndGet(message.buffer().limit() / 4);
                            } catch (RingClosedException e) {
                                return refused.incrementAndGet();
                            }
                        })
                        .awaitSleep();
            }
            ring.close();
            Crew.giveTime(20);
            if (published) {
                claim.publish();
            } else {
                claim.close();
            }
        }
        assertEquals(published ? 1 : 0, received.get());
        assertEquals(published ? 3 : 4, refused.get());
    }

    @ParameterizedTest
    @CsvSource({
        "1,1,1,ADAPTIVE",
        "1,1,64,ADAPTIVE",
        "2,2,1,PARK",
        "2,2,4,ADAPTIVE",
        "3,1,8,PARK",
        "1,3,8,YIELD",
        "4,4,2,ADAPTIVE",
        "2,2,16,SPIN"
    })
    void nothingIsLostOrDoubledAndSendersKeepTheirOrder(
            int senders, int receivers, int capacity, WaitStrategy waiting) {
        exchange(new MessageRing(memory(), capacity, 64, waiting), senders, receivers, 5_000, 0);
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "8"})
    void abortedClaimsDisturbNothing(int capacity) {
        exchange(new MessageRing(memory(), capacity, 64), 2, 2, 4_000, 3);
    }

    /** Positions wrap around after 2^32 messages: the slots are made to say that it is nearly so. */
    @ParameterizedTest
    @CsvSource({"1,2", "4,2", "64,3"})
    void positionsWrapAround(int capacity, int lapsBefore) {
        long raise = -(long) lapsBefore * capacity << 32;
        MessageRing ring = new MessageRing(new RaisedMemory(memory(), raise), capacity, 64);
        for (int i = 0; i < 5 * capacity; i++) {
            assertTrue(trySend(ring, i));
            if (i >= capacity - 1) {
                assertFalse(trySend(ring, -1));
                assertEquals(i - capacity + 1, tryReceive(ring));
            }
        }
        exchange(new MessageRing(new RaisedMemory(memory(), raise), capacity, 64), 2, 2, 2_000, 3);
    }

    /** The hints, which start at 0, are as wrong as a party that was stopped for that many messages could leave them. */
    @ParameterizedTest
    @ValueSource(ints = {1 << 20, (1 << 31) - 8, 1 << 31, (1 << 31) + 8, -(1 << 20), -16, -8})
    void hintsHoweverStaleCostStepsAndNothingElse(int position) {
        MessageRing ring = new MessageRing(new RaisedMemory(memory(), (long) position << 32), 8, 64);
        for (int i = 0; i < 40; i++) {
            assertTrue(trySend(ring, i));
            assertEquals(i, tryReceive(ring));
            assertNull(ring.tryRead());
        }
    }

    /** Closing while parties send and receive: what a sender could publish is received, and all parties end. */
    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE"})
    void closingLosesNothingThatWasPublished(WaitStrategy waiting) {
        for (int round = 0; round < 50; round++) {
            MessageRing ring = new MessageRing(memory(), 2, 64, waiting);
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger received = new AtomicInteger();
            try (Crew crew = new Crew()) {
                crew.startAll(2, index -> {
                    try {
                        for (; ; ) {
                            try (MessageRing.Claim claim = ring.claim(4)) {
                                claim.buffer().putInt(1);
                                claim.publish();
                                sent.incrementAndGet();
                            }
                        }
                    } catch (RingClosedException e) {
                        assertTrue(ring.isClosed());
                    }
                });
                crew.startAll(3, index -> {
                    try {
                        for (; ; ) {
                            try (MessageRing.Message message = ring.read()) {
                                received.addAndGet(message.buffer().getInt());
                            }
                        }
                    } catch (RingClosedException e) {
                        assertTrue(ring.isClosed());
                    }
                });
                for (int i = 0; i < round * 20; i++) {
                    Thread.onSpinWait();
                }
                ring.close();
            }
            assertEquals(sent.get(), received.get());
        }
    }

    /** Waiters on both sides come and go by timeout and interruption, and the rest lose neither message nor wake-up. */
    @Test
    void waitersThatGiveUpLoseNothing() {
        MessageRing ring = new MessageRing(memory(), 1, 64, WaitStrategy.PARK);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger extra = new AtomicInteger();
        AtomicInteger got = new AtomicInteger();
        int messages = 1_000;
        try (Crew crew = new Crew()) {
            Crew.Member<?> sender = crew.start("sender", () -> {
                for (int i = 0; i < messages; i++) {
                    send(ring, i);
                }
                return null;
            });
            crew.start("receiver", () -> {
                while (!over.get() || ring.size() != 0) {
                    try (MessageRing.Message message = ring.tryRead(1, TimeUnit.MILLISECONDS)) {
                        if (message != null) {
                            got.incrementAndGet();
                        }
                    }
                }
                return null;
            });
            Crew.Member<?> quitter = crew.start("quitter", () -> {
                while (!over.get()) {
                    try (MessageRing.Claim claim = ring.tryClaim(4, 20, TimeUnit.MICROSECONDS)) {
                        if (claim != null) {
                            claim.buffer().putInt(-1);
                            claim.publish();
                            extra.incrementAndGet();
                        }
                    } catch (InterruptedException e) {
                        continue;
                    }
                    try (MessageRing.Message message = ring.tryRead(20, TimeUnit.MICROSECONDS)) {
                        if (message != null) {
                            got.incrementAndGet();
                        }
                    } catch (InterruptedException e) {
                        continue;
                    }
                }
                return null;
            });
            while (sender.thread().isAlive()) {
                quitter.thread().interrupt();
                Thread.yield();
            }
            sender.result();
            over.set(true);
        }
        assertEquals(messages + extra.get(), got.get());
    }

    private static void exchange(MessageRing ring, int senders, int receivers, int each, int abortEvery) {
        AtomicIntegerArray seen = new AtomicIntegerArray(senders * each);
        AtomicInteger left = new AtomicInteger(senders);
        try (Crew crew = new Crew()) {
            crew.startAll(senders, sender -> {
                for (int i = 0; i < each; i++) {
                    if (abortEvery != 0 && i % abortEvery == 0) {
                        ring.claim(8).close();
                    }
                    send(ring, sender * each + i);
                }
                if (left.decrementAndGet() == 0) {
                    ring.close();
                }
            });
            crew.startAll(receivers, receiver -> {
                int[] last = new int[senders];
                for (; ; ) {
                    try (MessageRing.Message message = ring.read()) {
                        int number = message.buffer().getInt();
                        assertEquals(~number, message.buffer().getInt(), "torn");
                        assertEquals(1, seen.incrementAndGet(number), "received twice");
                        int sender = number / each;
                        assertTrue(number % each + 1 > last[sender], "out of order");
                        last[sender] = number % each + 1;
                    } catch (RingClosedException e) {
                        return;
                    }
                }
            });
        }
        for (int i = 0; i < seen.length(); i++) {
            assertEquals(1, seen.get(i), "lost");
        }
        assertEquals(0, ring.size());
        assertTrue(ring.isClosed());
    }

    private static void send(MessageRing ring, int number) throws InterruptedException {
        try (MessageRing.Claim claim = ring.claim(8)) {
            claim.buffer().putInt(number).putInt(~number);
            claim.publish();
        }
    }

    private static boolean trySend(MessageRing ring, int number) {
        try (MessageRing.Claim claim = ring.tryClaim(4)) {
            if (claim == null) {
                return false;
            }
            claim.buffer().putInt(number);
            claim.publish();
            return true;
        }
    }

    private static int tryReceive(MessageRing ring) {
        try (MessageRing.Message message = ring.tryRead()) {
            return message.buffer().getInt();
        }
    }
}
