package dev.interlock.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every mailbox promises from which one can receive the messages of one sender, also one that holds nothing. */
public abstract class SelectiveMailboxContractTest {
    /** For the kinds of mailbox. */
    protected SelectiveMailboxContractTest() {}

    /**
     * A mailbox, and its verbs that choose.
     *
     * @param mailbox the mailbox
     * @param from receives from one sender
     * @param timedFrom does so in time
     */
    public record Selective(Mailbox<Long> mailbox, From from, TimedFrom timedFrom) {
        Long receiveFrom(int sender) throws InterruptedException {
            return from.receive(sender);
        }

        Long tryReceiveFrom(int sender, long timeout, TimeUnit unit) throws InterruptedException {
            return timedFrom.receive(sender, timeout, unit);
        }
    }

    /** Receives from one sender. */
    @FunctionalInterface
    public interface From {
        /**
         * Receives.
         *
         * @param sender the party
         * @return the message
         * @throws InterruptedException if the thread is interrupted
         */
        Long receive(int sender) throws InterruptedException;
    }

    /** Receives from one sender in time. */
    @FunctionalInterface
    public interface TimedFrom {
        /**
         * Receives.
         *
         * @param sender the party
         * @param timeout how long to wait
         * @param unit the unit of the timeout
         * @return the message, or null
         * @throws InterruptedException if the thread is interrupted
         */
        Long receive(int sender, long timeout, TimeUnit unit) throws InterruptedException;
    }

    /**
     * Makes a mailbox with room for ten messages, or for none.
     *
     * @param waiting how its callers wait
     * @return the mailbox
     */
    protected abstract Selective mailbox(WaitStrategy waiting);

    /** A thread that has sent its messages, or waits to be rid of them, and stays until it may end. */
    private static int sender(Crew crew, Mailbox<Long> mailbox, CountDownLatch mayEnd, long... messages)
            throws InterruptedException, ExecutionException {
        CompletableFuture<Integer> party = new CompletableFuture<>();
        Crew.Member<?> sender = crew.start("sender of " + messages[0], () -> {
            party.complete(Memory.heap().self());
            for (long message : messages) {
                mailbox.send(message);
            }
            return mayEnd.await(10, TimeUnit.SECONDS);
        });
        sender.awaitSleep();
        return party.get();
    }

    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE"})
    void takesTheFirstMessageOfOneSenderAndLeavesTheRest(WaitStrategy waiting) throws Exception {
        Selective selective = mailbox(waiting);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            int first = sender(crew, selective.mailbox, mayEnd, 1, 2);
            int second = sender(crew, selective.mailbox, mayEnd, 3);
            assertEquals(3L, selective.receiveFrom(second), "behind others");
            assertNull(selective.tryReceiveFrom(second, 5, TimeUnit.MILLISECONDS));
            assertNull(selective.tryReceiveFrom(second, 0, TimeUnit.SECONDS));
            assertEquals(1L, selective.tryReceiveFrom(first, 1, TimeUnit.DAYS));
            assertEquals(2L, selective.mailbox.receive());
            assertNull(selective.mailbox.tryReceive());
            mayEnd.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverWaitsForTheOneItNames(WaitStrategy waiting) throws Exception {
        Selective selective = mailbox(waiting);
        int self = Memory.heap().self();
        try (Crew crew = new Crew()) {
            Crew.Member<Long> chooser = crew.start("chooser", () -> selective.receiveFrom(self));
            Crew.Member<Long> timed =
                    crew.start("timed chooser", () -> selective.tryReceiveFrom(self, 1, TimeUnit.DAYS));
            Crew.giveTime(5);
            crew.start("other", () -> {
                selective.mailbox.send(4L);
                return null;
            });
            Crew.giveTime(5);
            assertTrue(chooser.thread().isAlive() && timed.thread().isAlive(), "that was for somebody else");
            selective.mailbox.send(5L);
            selective.mailbox.send(6L);
            assertEquals(11L, chooser.result() + timed.result());
            assertEquals(4L, selective.mailbox.receive());
        }
    }

    @ParameterizedTest
    @EnumSource
    void interruptionAndTimeoutLeaveNoTrace(WaitStrategy waiting) throws Exception {
        Selective selective = mailbox(waiting);
        int self = Memory.heap().self();
        try (Crew crew = new Crew()) {
            Crew.Member<?> chooser = crew.start(
                    "chooser", () -> assertThrows(InterruptedException.class, () -> selective.receiveFrom(self)));
            Crew.giveTime(5);
            chooser.thread().interrupt();
            chooser.result();
            long start = System.nanoTime();
            assertNull(selective.tryReceiveFrom(self, 5, TimeUnit.MILLISECONDS));
            assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(5));
            Crew.Member<Long> receiver = crew.start("receiver", selective.mailbox::receive);
            selective.mailbox.send(7L);
            assertEquals(7L, receiver.result());
            assertNull(selective.mailbox.tryReceive());
        }
    }

    @Test
    void closingTellsOneThatWaits() {
        Selective selective = mailbox(WaitStrategy.ADAPTIVE);
        int self = Memory.heap().self();
        try (Crew crew = new Crew()) {
            crew.start("chooser", () -> assertThrows(MailboxClosedException.class, () -> selective.receiveFrom(self)))
                    .awaitSleep();
            selective.mailbox.close();
        }
        assertThrows(
                MailboxClosedException.class, () -> selective.tryReceiveFrom(self, 1, TimeUnit.DAYS), "closed before");
    }

    @Test
    void whatIsNoPartyIsRefused() {
        Selective selective = mailbox(WaitStrategy.ADAPTIVE);
        assertThrows(IllegalArgumentException.class, () -> selective.receiveFrom(0));
        assertThrows(IllegalArgumentException.class, () -> selective.tryReceiveFrom(-1, 1, TimeUnit.SECONDS));
    }

    /** Three senders, each with a receiver of its own. */
    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE", "YIELD"})
    void eachGetsItsSendersMessagesInOrder(WaitStrategy waiting) {
        int each = 500;
        Selective selective = mailbox(waiting);
        try (Crew crew = new Crew()) {
            for (int pair = 0; pair < 3; pair++) {
                CompletableFuture<Integer> party = new CompletableFuture<>();
                crew.start("sender " + pair, () -> {
                    party.complete(Memory.heap().self());
                    for (long i = 0; i < each; i++) {
                        selective.mailbox.send(i);
                    }
                    return null;
                });
                crew.start("receiver " + pair, () -> {
                    int sender = party.get();
                    for (long i = 0; i < each; i++) {
                        assertEquals(
                                i,
                                i % 2 == 0
                                        ? selective.receiveFrom(sender)
                                        : selective.tryReceiveFrom(sender, 1, TimeUnit.HOURS));
                    }
                    return null;
                });
            }
        }
    }
}
