package dev.interlock.mailbox;

import dev.interlock.contract.MailboxContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;

class RendezvousMailboxTest extends MailboxContractTest {
    @Override
    protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
        return new RendezvousMailbox<>(Memory.heap(), Codec.int64(), 16, Long.BYTES, waiting);
    }
}
