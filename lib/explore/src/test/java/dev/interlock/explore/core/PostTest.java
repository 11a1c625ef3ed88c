package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Delivery;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Mailboxes without bounds and of capacity zero, and the post office. */
class PostTest {
    private static final WaitStrategy PARK = WaitStrategy.PARK;
    private static final int STATES = 300_000;

    /** Mailboxes, and what parties have to say to the checks. */
    private record Line(
            UnboundedMailbox<String> unbounded, RendezvousMailbox<String> rendezvous, Word sent, Word received) {
        static Line unbounded(Memory memory) {
            return new Line(
                    new UnboundedMailbox<>(memory, Codec.utf8(), 2, 1, PARK), null, memory.word(0), memory.word(0));
        }

        static Line rendezvous(Memory memory) {
            return new Line(
                    null, new RendezvousMailbox<>(memory, Codec.utf8(), 2, 1, PARK), memory.word(0), memory.word(0));
        }
    }

    @Test
    void lettersOfAnUnboundedMailboxArriveInOrder() {
        Report report = Exploration.of(Line::unbounded)
                .party("sender", line -> {
                    line.unbounded.send("a");
                    line.unbounded.send("b");
                })
                .party("receiver", line -> {
                    if (!line.unbounded.receive().equals("a")
                            || !line.unbounded.receive().equals("b")) {
                        throw new AssertionError("out of order");
                    }
                })
                .checkAtEnd("empty", line -> line.unbounded.size() == 0)
                .spurious(false)
                .preemptions(3)
                .states(STATES)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void whoeverMeetsInARendezvousGoesOn() {
        Report report = Exploration.of(Line::rendezvous)
                .party("sender", line -> {
                    line.rendezvous.send("a");
                    line.rendezvous.send("b");
                })
                .party("receiver", line -> {
                    if (!line.rendezvous.receive().equals("a")
                            || !line.rendezvous.receive().equals("b")) {
                        throw new AssertionError("out of order");
                    }
                })
                .checkAtEnd("nobody waits", line -> line.rendezvous.size() == 0)
                .spurious(false)
                .preemptions(3)
                .states(STATES)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void aTimedRendezvousSucceedsForBothOrForNeither() {
        Report report = Exploration.of(Line::rendezvous)
                .party(
                        "sender",
                        line -> line.sent.setVolatile(line.rendezvous.trySend("a", 1, TimeUnit.SECONDS) ? 2 : 1))
                .party(
                        "receiver",
                        line -> line.received.setVolatile(
                                line.rendezvous.tryReceive(1, TimeUnit.SECONDS) == null ? 1 : 2))
                .checkAtEnd("both or neither", line -> line.sent.getVolatile() == line.received.getVolatile())
                .spurious(false)
                .preemptions(3)
                .states(STATES)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void closingARendezvousTellsWhoWaits() {
        Report report = Exploration.of(Line::rendezvous)
                .party("sender", line -> {
                    try {
                        line.rendezvous.send("a");
                        throw new AssertionError("sent to nobody");
                    } catch (MailboxClosedException e) {
                        line.sent.setVolatile(1);
                    }
                })
                .party("closer", line -> line.rendezvous.close())
                .checkAtEnd("told", line -> line.sent.getVolatile() == 1)
                .spurious(false)
                .preemptions(3)
                .states(STATES)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void whatADeadReceiverHadIsReceivedByTheOther() {
        Report report = Exploration.of(Line::unbounded)
                .party("sender", line -> line.unbounded.send("a"))
                .party("mortal", line -> {
                    try (Delivery<String> delivery = line.unbounded.tryAccept(0, TimeUnit.SECONDS)) {
                        line.sent.setVolatile(delivery == null ? 1 : 2);
                    }
                })
                .party("receiver", line -> {
                    try (Delivery<String> delivery = line.unbounded.tryAccept(1, TimeUnit.SECONDS)) {
                        line.received.setVolatile(delivery == null ? 1 : delivery.redelivered() ? 3 : 2);
                    }
                })
                .kills(1, "mortal")
                .checkAtEnd(
                        "received by one that lives, or still there",
                        line -> line.received.getVolatile() >= 2
                                || line.unbounded.size() == 1
                                || line.sent.getVolatile() == 2)
                .spurious(false)
                .preemptions(2)
                .states(STATES)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void aSenderThatDiesSendsAllOrNothing() {
        Report report = Exploration.of(Line::unbounded)
                .party("mortal", line -> {
                    line.unbounded.send("a");
                    line.sent.setVolatile(1);
                    line.unbounded.send("b");
                })
                .party("receiver", line -> {
                    String got = line.unbounded.tryReceive(1, TimeUnit.SECONDS);
                    line.received.setVolatile(got == null ? 1 : got.equals("a") ? 2 : 3);
                })
                .kills(1, "mortal")
                .checkAtEnd("in order", line -> line.received.getVolatile() != 3)
                .spurious(false)
                .preemptions(2)
                .states(STATES)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void aCorrespondentThatDiesIsGoneForTheOther() {
        Report report = Exploration.of((Memory memory) -> new PostOffice<>(memory, Codec.utf8(), 2, 1, 1, PARK))
                .party("mortal", office -> {
                    PostOffice<String>.Correspondent bert = office.join("bert");
                    bert.send("bert", "a");
                    bert.receive("bert");
                    bert.close();
                })
                .party("anna", office -> {
                    PostOffice<String>.Correspondent anna = office.join("anna");
                    anna.send("anna", "b");
                    if (!anna.receive("anna").equals("b")) {
                        throw new AssertionError("another's letter");
                    }
                    anna.close();
                    if (office.names().contains("anna")) {
                        throw new AssertionError("not gone");
                    }
                })
                .kills(1, "mortal")
                .spurious(false)
                .preemptions(2)
                .states(STATES)
                .run();
        assertTrue(report.violation().isEmpty());
    }
}
