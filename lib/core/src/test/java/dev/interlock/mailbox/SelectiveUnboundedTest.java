package dev.interlock.mailbox;

import dev.interlock.contract.SelectiveMailboxContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;

class SelectiveUnboundedTest extends SelectiveMailboxContractTest {
    @Override
    protected Selective mailbox(WaitStrategy waiting) {
        UnboundedMailbox<Long> mailbox =
                new UnboundedMailbox<>(Memory.heap(), Codec.int64(), 2_000, Long.BYTES, waiting);
        return new Selective(mailbox, mailbox::receiveFrom, mailbox::tryReceiveFrom);
    }
}
