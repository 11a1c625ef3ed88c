package dev.interlock.mailbox;

import dev.interlock.contract.MailboxContractTest;
import dev.interlock.memory.WaitStrategy;

class ObjectRendezvousTest extends MailboxContractTest {
    @Override
    protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
        return new ObjectMailbox<>(0, waiting);
    }
}
