package dev.interlock.mailbox;

import dev.interlock.contract.SelectiveMailboxContractTest;
import dev.interlock.memory.WaitStrategy;

class SelectiveObjectTest extends SelectiveMailboxContractTest {
    @Override
    protected Selective mailbox(WaitStrategy waiting) {
        ObjectMailbox<Long> mailbox = new ObjectMailbox<>(10, waiting);
        return new Selective(mailbox, mailbox::receiveFrom, mailbox::tryReceiveFrom);
    }
}
