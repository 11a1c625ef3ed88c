package dev.interlock.mailbox;

import dev.interlock.contract.SelectiveMailboxContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;

class SelectiveRendezvousTest extends SelectiveMailboxContractTest {
    @Override
    protected Selective mailbox(WaitStrategy waiting) {
        RendezvousMailbox<Long> mailbox =
                new RendezvousMailbox<>(Memory.heap(), Codec.int64(), 16, Long.BYTES, waiting);
        return new Selective(mailbox, mailbox::receiveFrom, mailbox::tryReceiveFrom);
    }
}
