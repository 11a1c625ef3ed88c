package dev.interlock.mailbox;

import dev.interlock.contract.MailboxContractTest;
import dev.interlock.memory.WaitStrategy;

class UnboundedMailboxTest extends MailboxContractTest {
    @Override
    protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
        return new ObjectMailbox<>(ObjectMailbox.UNBOUNDED, waiting);
    }
}
