package dev.interlock.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.MortalMemory;
import dev.interlock.contract.PresetMemory;
import dev.interlock.contract.RaisedMemory;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the dead leave in a ring. Positions begin at 0, or so that they wrap around in the course of the test. */
class MessageRingRecoveryTest {
    private static final int CAPACITY = 4;

    private final MortalMemory mortal = new MortalMemory();

    /** The first position: a multiple of the capacity, and two laps at least before the hints, which must not be ahead. */
    private Memory memory(long position) {
        return new RaisedMemory(mortal, position << 32);
    }

    private MessageRing ring(long position) {
        return new MessageRing(memory(position), CAPACITY, 8, WaitStrategy.PARK);
    }

    private static void send(MessageRing ring, int number) {
        MessageRing.Claim claim = ring.tryClaim(4);
        assertNotNull(claim, "full");
        claim.buffer().putInt(number);
        claim.publish();
    }

    private static int receive(MessageRing ring, boolean redelivered) throws InterruptedException {
        try (MessageRing.Message message = ring.read()) {
            assertEquals(redelivered, message.redelivered());
            return message.buffer().getInt();
        }
    }

    private void dieReading(MessageRing ring, int number) {
        mortal.runAndDie(() -> {
            try {
                assertEquals(number, ring.read().buffer().getInt());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -8})
    void aClaimWhoseSenderDiedIsSkipped(long position) throws InterruptedException {
        MessageRing ring = ring(position);
        for (int round = 0; round < 3; round++) {
            mortal.runAndDie(() -> {
                ring.tryClaim(4).buffer().putInt(-1);
                assertNotNull(ring.tryClaim(4));
            });
            send(ring, round);
            assertNull(ring.tryRead(), "held up by the claims");
            assertEquals(round, receive(ring, false));
            assertEquals(2 * round + 2, ring.recoveries());
            assertEquals(0, ring.size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSenderWhoWaitsFreesTheClaimsOfDeadOnes(WaitStrategy waiting) throws InterruptedException {
        MessageRing ring = new MessageRing(memory(-8), CAPACITY, 8, waiting);
        mortal.runAndDie(() -> {
            for (int i = 0; i < CAPACITY; i++) {
                assertNotNull(ring.tryClaim(4));
            }
            assertNull(ring.tryClaim(4));
        });
        for (int i = 0; i < CAPACITY; i++) {
            MessageRing.Claim claim = ring.claim(4);
            claim.buffer().putInt(i);
            claim.publish();
        }
        assertEquals(0, receive(ring, false));
    }

    @Test
    void claimsGivenUpDoNotFillTheRingThoughNobodyReads() throws InterruptedException {
        MessageRing ring = ring(-8);
        for (int i = 0; i < 10 * CAPACITY; i++) {
            ring.tryClaim(4).close();
        }
        send(ring, 7);
        assertEquals(7, receive(ring, false));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -8})
    void aMessageWhoseReceiverDiedIsDeliveredAgainAndSaysSo(long position) throws InterruptedException {
        MessageRing ring = ring(position);
        for (int round = 0; round < 3; round++) {
            send(ring, round);
            int sender = mortal.self();
            for (int death = 0; death < 3; death++) {
                dieReading(ring, round);
            }
            try (MessageRing.Message message = ring.read()) {
                assertTrue(message.redelivered());
                assertEquals(sender, message.sender());
                assertEquals(round, message.buffer().getInt());
            }
            send(ring, 10);
            assertEquals(10, receive(ring, false), "the mark stays with its message");
            assertEquals(0, ring.size());
        }
        assertEquals(9, ring.recoveries());
    }

    @Test
    void aRingObjectsFirstReadsTakeWhatTheDeadLeftInOrder() throws InterruptedException {
        List<LongWord> states = new ArrayList<>();
        List<Memory> drawn = new ArrayList<>();
        MessageRing ring = new MessageRing(new Replayed(mortal, drawn, states), CAPACITY, 8);
        for (int i = 0; i < CAPACITY; i++) {
            send(ring, i);
        }
        mortal.runAndDie(() -> {
            assertNotNull(ring.tryRead());
            ring.tryRead().close();
            assertNotNull(ring.tryRead());
        });
        MessageRing attached = ((Replayed) drawn.get(0)).attach();
        assertEquals(0, receive(attached, true));
        assertEquals(2, receive(attached, true));
        assertEquals(3, receive(attached, false));
        assertEquals(0, ring.size());
    }

    @ParameterizedTest
    @EnumSource
    void aRingWhoseOldestMessageADeadReceiverHoldsGoesOn(WaitStrategy waiting) throws InterruptedException {
        MessageRing ring = new MessageRing(memory(-8), CAPACITY, 8, waiting);
        send(ring, 0);
        dieReading(ring, 0);
        for (int i = 1; i < CAPACITY; i++) {
            send(ring, i);
        }
        assertNull(ring.tryClaim(4));
        try (Crew crew = new Crew()) {
            crew.start("sender", () -> {
                try (MessageRing.Claim claim = ring.claim(4)) {
                    claim.buffer().putInt(CAPACITY);
                    claim.publish();
                }
                return null;
            });
            for (int i = 1; i < CAPACITY; i++) {
                assertEquals(i, receive(ring, false));
            }
            assertEquals(0, receive(ring, true));
            assertEquals(CAPACITY, receive(ring, false));
        }
    }

    @Test
    void whoOnlyPollsRecoversToo() {
        MessageRing ring = ring(0);
        send(ring, 5);
        dieReading(ring, 5);
        MessageRing.Message message = null;
        while (message == null) {
            message = ring.tryRead();
        }
        assertTrue(message.redelivered());
        mortal.runAndDie(() -> {
            while (ring.tryClaim(4) != null) {
                Thread.onSpinWait();
            }
        });
        message.close();
        mortal.runAndDie(() -> assertNotNull(ring.tryClaim(4)));
        while (ring.tryClaim(4) == null) {
            Thread.onSpinWait();
        }
    }

    /** By a clock that takes a tenth of a second from one look at it to the next. */
    @Test
    void whoAlwaysFindsSomethingRecoversToo() throws InterruptedException {
        Memory hasty = new PresetMemory(mortal, (draw, initial) -> initial) {
            private long now;

            @Override
            public long nanoTime() {
                now += 100_000_000;
                return now;
            }
        };
        MessageRing ring = new MessageRing(hasty, 256, 8);
        send(ring, 0);
        assertEquals(0, receive(ring, false)); // the first read looks anyway
        send(ring, 1);
        dieReading(ring, 1);
        send(ring, 2);
        boolean redelivered = false;
        while (!redelivered) {
            send(ring, 2); // full in the end, if nobody takes the first one over
            try (MessageRing.Message message = ring.read()) {
                redelivered = message.redelivered();
                assertEquals(redelivered ? 1 : 2, message.buffer().getInt());
            }
        }
    }

    @Test
    void nobodyAliveIsEverRobbedHoweverSlow() throws InterruptedException {
        MessageRing ring = ring(0);
        MessageRing.Claim slow = ring.tryClaim(4);
        send(ring, 2);
        try (Crew crew = new Crew()) {
            crew.start("receiver", () -> {
                assertNull(ring.tryRead(250, TimeUnit.MILLISECONDS));
                return null;
            });
        }
        slow.buffer().putInt(1);
        slow.publish();
        MessageRing.Message held = ring.tryRead();
        for (int i = 0; i < CAPACITY - 2; i++) {
            send(ring, 3 + i);
        }
        try (Crew crew = new Crew()) {
            crew.start("sender", () -> {
                assertNull(ring.tryClaim(4, 250, TimeUnit.MILLISECONDS));
                for (int i = 2; i < CAPACITY + 1; i++) {
                    assertEquals(i, receive(ring, false));
                }
                assertNull(ring.tryRead(250, TimeUnit.MILLISECONDS));
                return null;
            });
        }
        assertEquals(1, held.buffer().getInt());
        held.close();
        assertEquals(0, ring.recoveries());
    }

    @Test
    void aClosedRingWithADeadSenderDrainsForAll() {
        MessageRing ring = ring(0);
        mortal.runAndDie(() -> assertNotNull(ring.tryClaim(4)));
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 4; i++) {
                crew.start("receiver " + i, () -> assertThrows(RingClosedException.class, ring::read));
            }
            ring.close();
        }
        assertEquals(0, ring.size());
    }

    @Test
    void aClosedRingStillDeliversWhatADeadReceiverLeft() throws InterruptedException {
        MessageRing ring = ring(0);
        send(ring, 1);
        dieReading(ring, 1);
        ring.close();
        assertEquals(1, receive(ring, true));
        assertThrows(RingClosedException.class, ring::read);
    }

    @Test
    void aDeadClosersWorkIsSeenByThoseWhoWait() {
        MessageRing ring = ring(0);
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 3; i++) {
                crew.start("receiver " + i, () -> assertThrows(RingClosedException.class, ring::read))
                        .awaitSleep();
            }
            mortal.runAndDie(() -> {
                mortal.loseNextWake();
                ring.close();
            });
        }
    }

    /** Parties die over and over, in every state; those who live miss nothing, and get twice only what is marked. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void survivorsOfManyDeathsMissNothing(int capacity) {
        MessageRing ring = new MessageRing(memory(-16), capacity, 8);
        int each = 2_000;
        AtomicIntegerArray seen = new AtomicIntegerArray(2 * each);
        try (Crew crew = new Crew()) {
            for (int sender = 0; sender < 2; sender++) {
                int from = sender * each;
                crew.start("sender " + sender, () -> {
                    for (int i = 0; i < each; i++) {
                        try (MessageRing.Claim claim = ring.claim(4)) {
                            claim.buffer().putInt(from + i);
                            claim.publish();
                        }
                    }
                    return null;
                });
            }
            Crew.Member<?> receiver = crew.start("receiver", () -> {
                int[] last = {-1, -1};
                for (int received = 0; received < 2 * each; ) {
                    try (MessageRing.Message message = ring.read()) {
                        int number = message.buffer().getInt();
                        received++;
                        assertEquals(1, seen.incrementAndGet(number), "received twice");
                        assertTrue(message.redelivered() || number > last[number / each], "out of order");
                        last[number / each] = Math.max(number, last[number / each]);
                    }
                }
                return null;
            });
            for (int death = 0; death < 8 && receiver.thread().isAlive(); death++) {
                mortal.runAndDie(() -> ring.tryClaim(4));
                mortal.runAndDie(ring::tryRead);
                Crew.giveTime(1);
            }
        }
        for (int i = 0; i < seen.length(); i++) {
            assertEquals(1, seen.get(i), "lost");
        }
    }

    /** Each slot is as it may be; together they send whoever searches round and round. */
    @Test
    void slotsThatContradictEachOtherAreReported() {
        List<LongWord> states = new ArrayList<>();
        MessageRing ring = new MessageRing(new Replayed(mortal, new ArrayList<>(), states), 2, 8);
        states.get(0).setVolatile(2L << 32);
        states.get(1).setVolatile(-1L << 32);
        for (int i = 0; i < 2; i++) {
            IllegalStateException claiming = assertThrows(IllegalStateException.class, () -> ring.tryClaim(4));
            assertTrue(claiming.getMessage().startsWith("corrupted"), claiming.getMessage());
            IllegalStateException reading = assertThrows(IllegalStateException.class, ring::tryRead);
            assertTrue(reading.getMessage().startsWith("corrupted"), reading.getMessage());
        }
        assertFalse(ring.isClosed());
    }

    /** Remembers what is drawn from it, and gives the same again to one that attaches. */
    private static final class Replayed extends Memory {
        private final Memory memory;
        private final List<LongWord> states;
        private final List<Object> words = new ArrayList<>();
        private int next;

        Replayed(Memory memory, List<Memory> made, List<LongWord> states) {
            this.memory = memory;
            this.states = states;
            made.add(this);
        }

        MessageRing attach() {
            next = 0;
            return new MessageRing(this, CAPACITY, 8);
        }

        private Object draw(Object fresh) {
            if (next == words.size()) {
                words.add(fresh);
            }
            return words.get(next++);
        }

        @Override
        public Word word(int initial) {
            return (Word) draw(memory.word(initial));
        }

        @Override
        public LongWord longWord(long initial) {
            LongWord word = (LongWord) draw(memory.longWord(initial));
            states.add(word);
            return word;
        }

        @Override
        public ByteBuffer bytes(int length) {
            return (ByteBuffer) draw(memory.bytes(length));
        }

        @Override
        public Memory newLine() {
            return this;
        }

        @Override
        public int self() {
            return memory.self();
        }

        @Override
        public boolean isAlive(int party) {
            return memory.isAlive(party);
        }

        @Override
        public void pause() {
            memory.pause();
        }
    }
}
