package dev.interlock.mailbox;

import dev.interlock.contract.MailboxContractTest;
import dev.interlock.memory.WaitStrategy;

class ObjectUnboundedTest extends MailboxContractTest {
    @Override
    protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
        return new ObjectMailbox<>(ObjectMailbox.UNBOUNDED, waiting);
    }
}
