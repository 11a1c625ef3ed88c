package dev.interlock.mailbox;

import dev.interlock.contract.MailboxContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;

class UnboundedMailboxTest extends MailboxContractTest {
    @Override
    protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
        return new UnboundedMailbox<>(Memory.heap(), Codec.int64(), 40_000, Long.BYTES, waiting);
    }
}
