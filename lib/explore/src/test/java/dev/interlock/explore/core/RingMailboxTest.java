package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import org.junit.jupiter.api.Test;

class RingMailboxTest {
    private static Exploration<RingMailbox<String>> mailbox() {
        return Exploration.of((Memory memory) -> new RingMailbox<>(memory, Codec.utf8(), 1, 4, WaitStrategy.PARK));
    }

    @Test
    void lettersArriveInOrder() {
        mailbox()
                .party("sender", box -> {
                    box.send("a");
                    box.send("b");
                })
                .party("receiver", box -> {
                    if (!box.receive().equals("a") || !box.receive().equals("b")) {
                        throw new AssertionError("out of order");
                    }
                })
                .preemptions(4)
                .spurious(false)
                .run();
    }

    @Test
    void ownerWhoClosesIsToldToThoseWhoWait() {
        Report report = mailbox()
                .party("receiver", box -> {
                    try {
                        box.receive();
                        throw new AssertionError("received what nobody sent");
                    } catch (MailboxClosedException e) {
                        if (!box.isClosed()) {
                            throw new AssertionError("told too early", e);
                        }
                    }
                })
                .party("owner", RingMailbox::close)
                .spurious(false)
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }
}
