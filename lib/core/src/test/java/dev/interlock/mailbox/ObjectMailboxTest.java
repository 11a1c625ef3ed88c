package dev.interlock.mailbox;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.contract.MailboxContractTest;
import dev.interlock.memory.WaitStrategy;
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
    }
}
