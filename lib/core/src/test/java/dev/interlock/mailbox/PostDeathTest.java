package dev.interlock.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.MortalMemory;
import dev.interlock.contract.PresetMemory;
import dev.interlock.memory.Memory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is left of those who die with a letter, in mailboxes without bounds and in rendezvous. */
class PostDeathTest {
    private final MortalMemory memory = new MortalMemory();
    private final UnboundedMailbox<String> unbounded = new UnboundedMailbox<>(memory, Codec.utf8(), 4, 16);
    private final RendezvousMailbox<String> rendezvous = new RendezvousMailbox<>(memory, Codec.utf8(), 4, 16);

    private static Delivery<String> accepted(PostMailbox<String> mailbox) {
        try {
            return mailbox.accept();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheDeadHadNotHandledIsDeliveredAgain() throws InterruptedException {
        unbounded.send("first");
        unbounded.send("second");
        unbounded.send("third");
        memory.runAndDie(() -> {
            accepted(unbounded).close();
            assertEquals("second", accepted(unbounded).message());
        });
        unbounded.close();
        try (Delivery<String> third = unbounded.accept()) {
            assertEquals("third", third.message());
            assertFalse(third.redelivered());
        }
        Delivery<String> second = unbounded.tryAccept(1, TimeUnit.DAYS);
        assertEquals("second", second.message());
        assertTrue(second.redelivered());
        assertEquals(memory.self(), second.sender());
        assertNull(second.from());
        second.close();
        second.close();
        assertThrows(MailboxClosedException.class, unbounded::accept);
        assertEquals(1, unbounded.recoveries());
    }

    /** By a clock that takes a tenth of a second from one look at it to the next. */
    @Test
    void whoAlwaysFindsSomethingIsGivenWhatTheDeadHadToo() throws InterruptedException {
        Memory hasty = new PresetMemory(memory, (draw, initial) -> initial) {
            private long now;

            @Override
            public long nanoTime() {
                now += 100_000_000;
                return now;
            }
        };
        UnboundedMailbox<String> busy = new UnboundedMailbox<>(hasty, Codec.utf8(), 256, 8);
        busy.send("first");
        assertEquals("first", busy.receive()); // the first receiver looks anyway
        busy.send("left");
        memory.runAndDie(() -> assertEquals("left", accepted(busy).message()));
        busy.send("more");
        boolean redelivered = false;
        for (int i = 0; i < 200 && !redelivered; i++) {
            busy.send("more");
            try (Delivery<String> delivery = busy.accept()) {
                redelivered = delivery.redelivered();
                assertEquals(redelivered ? "left" : "more", delivery.message());
            }
        }
        assertTrue(redelivered);
    }

    @Test
    void aClosedMailboxIsNotEmptyWhileTheDeadHaveSomethingOfIt() {
        unbounded.send("only");
        Crew.Member<Delivery<String>> taker;
        try (Crew crew = new Crew()) {
            taker = crew.start("taker", () -> {
                Delivery<String> delivery = accepted(unbounded);
                memory.kill(memory.self());
                return delivery;
            });
        }
        unbounded.close();
        assertEquals("only", taker.result().message());
        assertEquals("only", unbounded.tryReceive());
        assertThrows(MailboxClosedException.class, unbounded::tryReceive);
    }

    @Test
    void whatWasHandedToADeadReceiverIsDeliveredToAnother() throws InterruptedException {
        try (Crew crew = new Crew()) {
            Crew.Member<String> sender = crew.start("sender", () -> {
                rendezvous.send("precious");
                return "sent";
            });
            memory.runAndDie(() -> assertEquals("precious", accepted(rendezvous).message()));
            assertEquals("sent", sender.result());
        }
        try (Delivery<String> delivery = rendezvous.accept()) {
            assertEquals("precious", delivery.message());
            assertTrue(delivery.redelivered());
        }
    }

    @Test
    void unboundedWithinItsRoom() {
        for (int i = 0; i < unbounded.room(); i++) {
            unbounded.send("message " + i);
        }
        assertTrue(assertThrows(MailboxFullException.class, () -> unbounded.send("one more"))
                .getMessage()
                .contains("4 of 4"));
        assertFalse(unbounded.trySend("one more"));
        assertFalse(unbounded.trySend("one more", Long.MAX_VALUE, TimeUnit.DAYS));
        assertEquals("message 0", unbounded.tryReceive());
        unbounded.send("one more");
        assertThrows(IllegalArgumentException.class, () -> unbounded.send("x".repeat(17)));
        assertEquals(4, unbounded.size());
    }

    @Test
    void sizesThatMakeNoSenseAreRefused() {
        for (int wrong : new int[] {0, -1, Integer.MAX_VALUE}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new UnboundedMailbox<>(Memory.heap(), Codec.utf8(), wrong, 1));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new RendezvousMailbox<>(Memory.heap(), Codec.utf8(), wrong, 1));
        }
        assertThrows(IllegalArgumentException.class, () -> new UnboundedMailbox<>(Memory.heap(), Codec.utf8(), 1, -1));
        assertThrows(NullPointerException.class, () -> new RendezvousMailbox<String>(Memory.heap(), null, 1, 1));
    }
}
