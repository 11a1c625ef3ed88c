package dev.interlock.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.ObjectMailbox;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What every mailbox promises, whatever its capacity and its memory. */
public abstract class MailboxContractTest {
    /** The capacity of a mailbox without bounds. */
    protected static final int UNBOUNDED = Integer.MAX_VALUE;

    /** For the kinds of mailbox. */
    protected MailboxContractTest() {}

    /**
     * Makes a mailbox in a memory of its own.
     *
     * @param capacity how many messages it must hold at least; rendezvous and unbounded ones ignore it
     * @param waiting how its callers wait
     * @return the mailbox
     */
    protected abstract Mailbox<Long> mailbox(int capacity, WaitStrategy waiting);

    private Mailbox<Long> mailbox(int capacity) {
        return mailbox(capacity, WaitStrategy.ADAPTIVE);
    }

    private boolean isRendezvous() {
        return mailbox(1).capacity() == 0;
    }

    private boolean isUnbounded() {
        return mailbox(1).capacity() == UNBOUNDED;
    }

    @Test
    void nullIsNoMessage() {
        Mailbox<Long> mailbox = mailbox(1);
        assertThrows(NullPointerException.class, () -> mailbox.send(null));
        assertThrows(NullPointerException.class, () -> mailbox.trySend(null));
        assertThrows(NullPointerException.class, () -> mailbox.trySend(null, 1, TimeUnit.SECONDS));
        assertNull(mailbox.tryReceive());
    }

    @Test
    void holdsAsManyAsItsCapacityAndGivesThemBackInOrder() throws InterruptedException {
        Assumptions.assumeFalse(isRendezvous());
        Mailbox<Long> mailbox = mailbox(4);
        int held = Math.min(mailbox.capacity(), 100);
        assertTrue(held >= 4);
        for (int round = 0; round < 3; round++) {
            for (long i = 0; i < held; i++) {
                assertTrue(mailbox.trySend(i));
            }
            if (!isUnbounded()) {
                assertFalse(mailbox.trySend(-1L));
                long start = System.nanoTime();
                assertFalse(mailbox.trySend(-1L, 5, TimeUnit.MILLISECONDS));
                assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(5));
            }
            for (long i = 0; i < held; i++) {
                assertEquals(i, i % 2 == 0 ? mailbox.receive() : mailbox.tryReceive());
            }
            assertNull(mailbox.tryReceive());
        }
    }

    @Test
    void aRendezvousHoldsNothing() throws InterruptedException {
        Assumptions.assumeTrue(isRendezvous());
        Mailbox<Long> mailbox = mailbox(0);
        assertFalse(mailbox.trySend(1L), "nobody receives");
        long start = System.nanoTime();
        assertFalse(mailbox.trySend(1L, 5, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(5));
        assertNull(mailbox.tryReceive());
        AtomicBoolean sent = new AtomicBoolean();
        try (Crew crew = new Crew()) {
            crew.start("sender", () -> {
                mailbox.send(2L);
                sent.set(true);
                return null;
            });
            Crew.giveTime(10);
            assertFalse(sent.get(), "the sender waits for its receiver");
            assertEquals(2L, mailbox.receive());
        }
        assertTrue(sent.get());
    }

    @ParameterizedTest
    @EnumSource
    void receivingFromAnEmptyMailboxTimesOut(WaitStrategy waiting) throws InterruptedException {
        Mailbox<Long> mailbox = mailbox(2, waiting);
        long start = System.nanoTime();
        assertNull(mailbox.tryReceive(10, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(10));
        assertNull(mailbox.tryReceive(0, TimeUnit.SECONDS));
        assertNull(mailbox.tryReceive(Long.MIN_VALUE, TimeUnit.DAYS));
        try (Crew crew = new Crew()) {
            crew.start("sender", () -> mailbox.trySend(3L, Long.MAX_VALUE, TimeUnit.DAYS));
            assertEquals(3L, mailbox.tryReceive(Long.MAX_VALUE, TimeUnit.DAYS));
        }
    }

    @ParameterizedTest
    @EnumSource
    void interruptionEndsAWaitingReceive(WaitStrategy waiting) {
        Mailbox<Long> mailbox = mailbox(1, waiting);
        try (Crew crew = new Crew()) {
            Crew.Member<?> receiver =
                    crew.start("receiver", () -> assertThrows(InterruptedException.class, mailbox::receive));
            Crew.giveTime(5);
            receiver.thread().interrupt();
        }
        if (!isRendezvous()) {
            assertTrue(mailbox.trySend(1L), "nothing is left of the receiver");
            assertEquals(1L, mailbox.tryReceive());
        } else {
            assertFalse(mailbox.trySend(1L), "nothing is left of the receiver");
        }
    }

    @ParameterizedTest
    @EnumSource
    void interruptionEndsAWaitingSendAndNothingIsSent(WaitStrategy waiting) {
        Assumptions.assumeFalse(isUnbounded());
        Mailbox<Long> mailbox = mailbox(1, waiting);
        for (long i = 0; i < mailbox.capacity(); i++) {
            assertTrue(mailbox.trySend(i));
        }
        try (Crew crew = new Crew()) {
            Crew.Member<?> sender =
                    crew.start("sender", () -> assertThrows(InterruptedException.class, () -> mailbox.send(99L)));
            Crew.giveTime(5);
            sender.thread().interrupt();
        }
        for (long i = 0; i < mailbox.capacity(); i++) {
            assertEquals(i, mailbox.tryReceive());
        }
        assertNull(mailbox.tryReceive());
    }

    @Test
    void oneThatWasInterruptedBeforeReceivesAndSendsNothing() throws InterruptedException {
        Mailbox<Long> mailbox = mailbox(2);
        boolean held = mailbox.trySend(1L);
        refusesInterrupted(mailbox::receive);
        refusesInterrupted(() -> mailbox.tryReceive(1, TimeUnit.DAYS));
        refusesInterrupted(() -> mailbox.tryReceive(0, TimeUnit.DAYS));
        if (mailbox.capacity() != UNBOUNDED || mailbox instanceof ObjectMailbox) { // other senders never wait
            refusesInterrupted(() -> mailbox.send(2L));
            refusesInterrupted(() -> mailbox.trySend(2L, 1, TimeUnit.DAYS));
            refusesInterrupted(() -> mailbox.trySend(2L, 0, TimeUnit.DAYS));
        }
        Thread.currentThread().interrupt();
        assertEquals(held ? 1L : null, mailbox.tryReceive());
        assertNull(mailbox.tryReceive());
        assertEquals(held, mailbox.trySend(3L), "these do not wait, and do not ask");
        assertTrue(Thread.interrupted(), "kept");
    }

    private static void refusesInterrupted(Executable call) {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, call);
        assertFalse(Thread.interrupted(), "cleared");
    }

    @Test
    void afterClosingSendingFailsAndReceivingDoesOnceItIsEmpty() {
        Mailbox<Long> mailbox = mailbox(2);
        boolean held = mailbox.trySend(1L);
        assertFalse(mailbox.isClosed());
        mailbox.close();
        mailbox.close();
        assertTrue(mailbox.isClosed());
        assertThrows(MailboxClosedException.class, () -> mailbox.send(2L));
        assertThrows(MailboxClosedException.class, () -> mailbox.trySend(2L));
        assertThrows(MailboxClosedException.class, () -> mailbox.trySend(2L, 1, TimeUnit.DAYS));
        if (held) {
            assertEquals(1L, mailbox.tryReceive());
        }
        assertThrows(MailboxClosedException.class, mailbox::receive);
        assertThrows(MailboxClosedException.class, mailbox::tryReceive);
        assertThrows(MailboxClosedException.class, () -> mailbox.tryReceive(1, TimeUnit.DAYS));
    }

    @ParameterizedTest
    @EnumSource
    void closingWakesAllThatWait(WaitStrategy waiting) {
        Mailbox<Long> empty = mailbox(1, waiting);
        Mailbox<Long> full = mailbox(1, waiting);
        for (long i = 0; i < full.capacity() && !isUnbounded(); i++) {
            full.trySend(i);
        }
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 2; i++) {
                crew.start("receiver " + i, () -> assertThrows(MailboxClosedException.class, empty::receive));
                if (!isUnbounded()) {
                    crew.start("sender " + i, () -> assertThrows(MailboxClosedException.class, () -> full.send(9L)));
                }
            }
            Crew.giveTime(10);
            empty.close();
            full.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1,1,1,ADAPTIVE",
        "1,1,64,PARK",
        "2,2,1,PARK",
        "2,2,4,ADAPTIVE",
        "3,1,8,YIELD",
        "1,3,8,ADAPTIVE",
        "4,4,2,ADAPTIVE",
        "2,2,8,SPIN"
    })
    void nothingIsLostOrDoubledAndSendersKeepTheirOrder(
            int senders, int receivers, int capacity, WaitStrategy waiting) {
        int each = 2_000;
        Mailbox<Long> mailbox = mailbox(capacity, waiting);
        AtomicIntegerArray seen = new AtomicIntegerArray(senders * each);
        AtomicInteger left = new AtomicInteger(senders);
        try (Crew crew = new Crew()) {
            crew.startAll(senders, sender -> {
                for (int i = 0; i < each; i++) {
                    Long message = (long) sender * each + i;
                    switch (i % 3) {
                        case 0:
                            mailbox.send(message);
                            break;
                        case 1:
                            while (!mailbox.trySend(message, 20, TimeUnit.MICROSECONDS)) {
                                Thread.onSpinWait();
                            }
                            break;
                        default:
                            if (!mailbox.trySend(message)) {
                                mailbox.send(message);
                            }
                    }
                }
                if (left.decrementAndGet() == 0) {
                    mailbox.close();
                }
            });
            crew.startAll(receivers, receiver -> {
                int[] last = new int[senders];
                try {
                    for (int i = 0; ; i++) {
                        Long message = i % 3 == 0
                                ? mailbox.receive()
                                : i % 3 == 1 ? mailbox.tryReceive(20, TimeUnit.MICROSECONDS) : mailbox.tryReceive();
                        if (message == null) {
                            Thread.yield();
                            continue;
                        }
                        int number = message.intValue();
                        assertEquals(1, seen.incrementAndGet(number), "received twice");
                        assertTrue(number % each + 1 > last[number / each], "out of order");
                        last[number / each] = number % each + 1;
                    }
                } catch (MailboxClosedException e) {
                    assertTrue(mailbox.isClosed());
                }
            });
        }
        for (int i = 0; i < seen.length(); i++) {
            assertEquals(1, seen.get(i), "lost");
        }
    }

    /** What a sender was told was sent is received, whenever the mailbox is closed. */
    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE"})
    void closingLosesNothingThatWasSent(WaitStrategy waiting) {
        for (int round = 0; round < 40; round++) {
            Mailbox<Long> mailbox = mailbox(2, waiting);
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger received = new AtomicInteger();
            try (Crew crew = new Crew()) {
                crew.startAll(2, index -> {
                    try {
                        for (int i = 0; i < 20_000; i++) {
                            mailbox.send(1L);
                            sent.incrementAndGet();
                        }
                    } catch (MailboxClosedException e) {
                        assertTrue(mailbox.isClosed());
                    }
                });
                crew.startAll(2, index -> {
                    try {
                        for (; ; ) {
                            received.addAndGet(mailbox.receive().intValue());
                        }
                    } catch (MailboxClosedException e) {
                        assertTrue(mailbox.isClosed());
                    }
                });
                for (int i = 0; i < round * 20; i++) {
                    Thread.onSpinWait();
                }
                mailbox.close();
            }
            assertEquals(sent.get(), received.get());
        }
    }
}
