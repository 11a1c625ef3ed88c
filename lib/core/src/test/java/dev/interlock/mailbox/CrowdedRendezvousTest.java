package dev.interlock.mailbox;

import dev.interlock.contract.MailboxContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;

/** A rendezvous with fewer places to wait at than there are parties. */
class CrowdedRendezvousTest extends MailboxContractTest {
    @Override
    protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
        return new RendezvousMailbox<>(Memory.heap(), Codec.int64(), 1, Long.BYTES, waiting);
    }
}
