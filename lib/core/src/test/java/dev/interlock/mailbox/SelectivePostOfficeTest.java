package dev.interlock.mailbox;

import dev.interlock.contract.SelectiveMailboxContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;

class SelectivePostOfficeTest extends SelectiveMailboxContractTest {
    @Override
    protected Selective mailbox(WaitStrategy waiting) {
        PostOffice<Long>.Box mailbox =
                new PostOffice<>(Memory.heap(), Codec.int64(), 1, 20, Long.BYTES, waiting).create("box", 10);
        return new Selective(mailbox, mailbox::receiveFrom, mailbox::tryReceiveFrom);
    }
}
