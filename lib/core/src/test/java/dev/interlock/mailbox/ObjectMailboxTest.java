package dev.interlock.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.contract.Crew;
import dev.interlock.contract.MailboxContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ObjectMailboxTest extends MailboxContractTest {
    @Override
    protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
        return new ObjectMailbox<>(capacity, waiting);
    }

    @Test
    void refusesCapacitiesThatMakeNoSense() {
        assertThrows(IllegalArgumentException.class, () -> new ObjectMailbox<Long>(-1));
        assertThrows(NullPointerException.class, () -> new ObjectMailbox<Long>(1, null));
        ObjectMailbox<Long> mailbox = new ObjectMailbox<>(1);
        assertThrows(IllegalArgumentException.class, () -> mailbox.receiveFrom(0));
        assertThrows(IllegalArgumentException.class, () -> mailbox.tryReceiveFrom(-1, 1, TimeUnit.SECONDS));
    }

    @Test
    void receivesSelectivelyAndLeavesTheRest() throws InterruptedException {
        ObjectMailbox<Long> mailbox = new ObjectMailbox<>(10);
        mailbox.send(1L);
        mailbox.send(2L);
        int other;
        try (Crew crew = new Crew()) {
            other = crew.start("other", () -> {
                        mailbox.send(3L);
                        return Memory.heap().self();
                    })
                    .result();
        }
        assertEquals(3L, mailbox.receiveFrom(other));
        assertNull(mailbox.tryReceiveFrom(other, 5, TimeUnit.MILLISECONDS));
        assertEquals(1L, mailbox.receiveFrom(Memory.heap().self()));
        assertEquals(2L, mailbox.receive());
        try (Crew crew = new Crew()) {
            int self = Memory.heap().self();
            Crew.Member<Long> chooser = crew.start("chooser", () -> mailbox.receiveFrom(self));
            chooser.awaitSleep();
            crew.start("other", () -> mailbox.trySend(4L)).result();
            Crew.giveTime(5);
            mailbox.send(5L);
            assertEquals(5L, chooser.result());
            assertEquals(4L, mailbox.receive());
            Crew.Member<?> refused = crew.start(
                    "refused", () -> assertThrows(MailboxClosedException.class, () -> mailbox.receiveFrom(self)));
            refused.awaitSleep();
            mailbox.close();
        }
    }
}
