package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.buffer.MessageRing;
import dev.interlock.buffer.RingClosedException;
import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MessageRingTest {
    /** A ring, how many messages were sent, and what was received, as the digits of a number. */
    private record Line(MessageRing ring, Word sent, Word received) {
        Line(Memory memory, int capacity) {
            this(new MessageRing(memory, capacity, 4, WaitStrategy.PARK), memory.word(0), memory.word(0));
        }

        void send(int value) throws InterruptedException {
            try (MessageRing.Claim claim = ring.claim(4)) {
                claim.buffer().putInt(value);
                claim.publish();
            }
        }

        int receive() throws InterruptedException {
            try (MessageRing.Message message = ring.read()) {
                return message.buffer().getInt();
            }
        }
    }

    private static Exploration<Line> of(int capacity) {
        return Exploration.of((Memory memory) -> new Line(memory, capacity));
    }

    @Test
    void messagesArriveInOrder() {
        Report report = of(1).party("sender", line -> {
                    line.send(1);
                    line.send(2);
                })
                .party("receiver", line -> {
                    if (line.receive() != 1 || line.receive() != 2) {
                        throw new AssertionError("out of order");
                    }
                })
                .checkAtEnd("empty", line -> line.ring.size() == 0)
                .preemptions(5)
                .spurious(false)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void eachMessageIsReceivedOnce() {
        Report report = of(2).party("one", line -> line.send(1))
                .party("two", line -> line.send(10))
                .party("receiver", line -> line.received.setVolatile(line.receive() + line.receive()))
                .checkAtEnd("both", line -> line.received.getVolatile() == 11)
                .spurious(false)
                .preemptions(3)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void twoReceiversShare() {
        Report report = of(1).party("sender", line -> {
                    line.send(1);
                    line.send(10);
                })
                .party("one", line -> line.received.getAndAdd(line.receive()))
                .party("two", line -> line.received.getAndAdd(line.receive()))
                .checkAtEnd("both", line -> line.received.getVolatile() == 11)
                .spurious(false)
                .preemptions(3)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void closingWakesThoseWhoWait() {
        Report report = of(1).party("receiver", line -> {
                    try {
                        line.receive();
                        throw new AssertionError("received what nobody sent");
                    } catch (RingClosedException e) {
                        line.received.setVolatile(1);
                    }
                })
                .party("closer", line -> line.ring.close())
                .checkAtEnd("told", line -> line.received.getVolatile() == 1)
                .spurious(false)
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    @Test
    void whatIsClaimedBeforeTheEndIsReceived() {
        Report report = of(1).party("sender", line -> {
                    try {
                        line.send(7);
                        line.sent.setVolatile(1);
                    } catch (RingClosedException e) {
                        line.sent.setVolatile(0);
                    }
                })
                .party("closer", line -> line.ring.close())
                .party("receiver", line -> {
                    try {
                        line.received.setVolatile(line.receive() / 7);
                    } catch (RingClosedException e) {
                        line.received.setVolatile(0);
                    }
                })
                .checkAtEnd("received what was sent", line -> line.received.getVolatile() == line.sent.getVolatile())
                .spurious(false)
                .preemptions(3)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void receiverThatGivesUpLosesNothing() {
        Report report = of(1).party("sender", line -> line.send(1))
                .party("hasty", line -> {
                    try (MessageRing.Message message = line.ring.tryRead(1, TimeUnit.SECONDS)) {
                        line.received.setVolatile(message == null ? 0 : 1);
                    }
                })
                .checkAtEnd("received or still there", line -> line.received.getVolatile() + line.ring.size() == 1)
                .spurious(false)
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    @Test
    void aSenderThatDiesHoldsNobodyUp() {
        Report report = of(2).party("mortal", line -> line.send(1))
                .party("sender", line -> line.send(2))
                .party("receiver", line -> {
                    int value = line.receive();
                    while (value != 2) {
                        value = line.receive();
                    }
                })
                .kills(1, "mortal")
                .spurious(false)
                .preemptions(2)
                .states(500_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void aMessageWhoseReceiverDiesIsReceivedByTheOther() {
        Report report = of(1).party("sender", line -> line.send(1))
                .party("mortal", line -> {
                    try (MessageRing.Message message = line.ring.tryRead()) {
                        line.sent.setVolatile(message == null ? 1 : 2);
                    }
                })
                .party("receiver", line -> {
                    try (MessageRing.Message message = line.ring.tryRead(1, TimeUnit.SECONDS)) {
                        line.received.setVolatile(message == null ? 1 : message.redelivered() ? 3 : 2);
                    }
                })
                .kills(1, "mortal")
                .checkAtEnd(
                        "received once, or still there",
                        line -> line.sent.getVolatile() == 2 && line.received.getVolatile() == 1
                                || line.received.getVolatile() >= 2
                                || line.ring.size() == 1)
                .spurious(false)
                .preemptions(2)
                .states(500_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void aReceiverThatDiesHoldsNoSenderUp() {
        Report report = of(1).party("sender", line -> {
                    line.send(1);
                    line.send(2);
                    line.ring.close();
                })
                .party("mortal", MessageRingTest::receiveOne)
                .party("receiver", line -> {
                    while (receiveOne(line)) {
                        line.received.getAndAdd(1);
                    }
                })
                .kills(1, "mortal")
                .spurious(false)
                .preemptions(2)
                .states(500_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    private static boolean receiveOne(Line line) throws InterruptedException {
        try {
            return line.receive() != 0;
        } catch (RingClosedException e) {
            return false;
        }
    }
}
