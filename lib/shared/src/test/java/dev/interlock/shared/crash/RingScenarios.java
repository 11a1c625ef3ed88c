package dev.interlock.shared.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.interlock.buffer.MessageRing;
import dev.interlock.buffer.RingClosedException;
import dev.interlock.mailbox.Delivery;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.memory.Memory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The ring, and the mailbox on it. */
final class RingScenarios extends Family {
    RingScenarios() {
        ring();
        mailbox();
    }

    private static void send(MessageRing ring, int number) throws InterruptedException {
        try (MessageRing.Claim claim = ring.claim(Payload.LENGTH)) {
            Payload.write(claim.buffer(), number);
            claim.publish();
        }
    }

    private static String receive(MessageRing ring) throws InterruptedException {
        try (MessageRing.Message message = ring.read()) {
            return Payload.read(message.buffer()) + (message.redelivered() ? " again" : "");
        }
    }

    private static void expect(String expected, MessageRing ring) throws InterruptedException {
        String got = receive(ring);
        if (!got.equals(expected)) {
            throw new AssertionError("out of order: " + got + " before " + expected);
        }
    }

    private void ring() {
        String name = "MessageRing";
        Function<Memory, MessageRing> layout = memory -> new MessageRing(memory, 2, Payload.LENGTH, PARK);
        Scenario.Finding<MessageRing> nextIsReceived = it -> {
            send(it, 9);
            StringBuilder found = new StringBuilder();
            for (String got = receive(it); !got.equals("9"); got = receive(it)) {
                found.append("message ").append(got).append(" is received");
            }
            if (it.tryRead() != null) {
                throw new AssertionError("more messages than were sent");
            }
            for (int i = 0; i < 2; i++) { // no slot is lost
                send(it, i);
            }
            receive(it);
            receive(it);
            return found.length() == 0 ? "no message" : found.toString();
        };
        of(name, "claim, publish", layout, 2, Payload.LENGTH)
                .victim(it -> send(it, 1))
                .outcome(nextIsReceived)
                .inC("claim, publish");
        of(name, "claim, give up", layout, 2, Payload.LENGTH)
                .victim(it -> it.claim(Payload.LENGTH).close())
                .outcome(nextIsReceived)
                .inC("claim, abort");
        of(name, "claim, publish, another waits", layout, 2, Payload.LENGTH)
                .meanwhile(it -> {
                    String got = receive(it);
                    return got.equals("1") ? "message 1 is received" : "no message";
                })
                .victim(it -> send(it, 1))
                .outcome(it -> {
                    send(it, 9);
                    return "";
                })
                .inC("claim, publish");
        of(name, "claim, waiting", layout, 2, Payload.LENGTH)
                .first(it -> {
                    send(it, 7);
                    send(it, 8);
                })
                .victim(it -> send(it, 1))
                .whenVictimSleeps(it -> {
                    receive(it);
                    return "";
                })
                .outcome(it -> {
                    expect("8", it);
                    return nextIsReceived.of(it);
                })
                .inC("claim, publish");
        of(name, "read, release", layout, 2, Payload.LENGTH)
                .first(it -> send(it, 1))
                .victim(RingScenarios::receive)
                .outcome(nextIsReceived)
                .inC("read, free");
        of(name, "read, release, another waits for room", layout, 2, Payload.LENGTH)
                .first(it -> {
                    send(it, 1);
                    send(it, 2);
                })
                .meanwhile(it -> {
                    send(it, 3);
                    return "";
                })
                .victim(RingScenarios::receive)
                .outcome(it -> {
                    StringBuilder found = new StringBuilder();
                    String got;
                    do {
                        got = receive(it);
                        found.append(found.length() == 0 ? "receives " : ", ").append(got);
                    } while (!got.equals("3"));
                    return found.toString();
                })
                .inC("read, free");
        of(name, "read, waiting", layout, 2, Payload.LENGTH)
                .victim(RingScenarios::receive)
                .whenVictimSleeps(it -> {
                    send(it, 1);
                    return "";
                })
                .outcome(nextIsReceived)
                .inC("read, free");
        of(name, "claim, timed out", layout, 2, Payload.LENGTH)
                .first(it -> {
                    send(it, 7);
                    send(it, 8);
                })
                .victim(it -> assertNull(it.tryClaim(Payload.LENGTH, 1, TimeUnit.MILLISECONDS)))
                .whenVictimSleeps(it -> "")
                .outcome(it -> {
                    expect("7", it);
                    expect("8", it);
                    return nextIsReceived.of(it);
                })
                .inC("claim within");
        of(name, "read, timed out", layout, 2, Payload.LENGTH)
                .victim(it -> assertNull(it.tryRead(1, TimeUnit.MILLISECONDS)))
                .whenVictimSleeps(it -> "")
                .outcome(nextIsReceived)
                .inC("read within");
        with(name, "claim, publish, over a dead sender's claim", Reopened.of(layout, 2, Payload.LENGTH))
                .first(it -> {
                    it.die(ring -> ring.claim(Payload.LENGTH));
                    send(it.object(), 8);
                })
                .victim(it -> send(it.object(), 1))
                .outcome(it -> {
                    expect("8", it.object());
                    return nextIsReceived.of(it.object());
                })
                .inC("claim, publish");
        with(name, "read, release, of a dead reader's message", Reopened.of(layout, 2, Payload.LENGTH))
                .first(it -> {
                    send(it.object(), 1);
                    it.die(MessageRing::read);
                })
                .victim(it -> receive(it.object()))
                .outcome(it -> nextIsReceived.of(it.object()))
                .inC("read, free");
        of(name, "close, another waits", layout, 2, Payload.LENGTH)
                .meanwhile(it -> {
                    try {
                        receive(it);
                        throw new AssertionError("a message from nobody");
                    } catch (RingClosedException e) {
                        return "closed";
                    }
                })
                .victim(MessageRing::close)
                .outcome(it -> {
                    it.close();
                    return "";
                });
    }

    private void mailbox() {
        String name = "RingMailbox";
        Function<Memory, RingMailbox<Integer>> layout =
                memory -> new RingMailbox<>(memory, Payload.CODEC, 2, Payload.LENGTH, PARK);
        Scenario.Finding<RingMailbox<Integer>> nextIsReceived = it -> {
            it.send(9);
            StringBuilder found = new StringBuilder();
            for (int got = 0; got != 9; ) {
                try (Delivery<Integer> delivery = it.accept()) {
                    got = delivery.message();
                    found.append(got == 9 ? "" : "message " + got)
                            .append(delivery.redelivered() ? " again" : "")
                            .append(got == 9 ? "" : " is received");
                }
            }
            return found.length() == 0 ? "no message" : found.toString();
        };
        of(name, "send", layout).victim(it -> it.send(1)).outcome(nextIsReceived);
        of(name, "receive", layout)
                .first(it -> it.send(1))
                .victim(RingMailbox::receive)
                .outcome(nextIsReceived);
        of(name, "accept, close the delivery", layout)
                .first(it -> it.send(1))
                .victim(it -> it.accept().close())
                .outcome(nextIsReceived);
        of(name, "send, waiting", layout)
                .first(it -> {
                    it.send(7);
                    it.send(8);
                })
                .victim(it -> it.send(1))
                .whenVictimSleeps(it -> {
                    it.receive();
                    return "";
                })
                .outcome(it -> {
                    assertEquals(8, it.receive());
                    return nextIsReceived.of(it);
                });
        of(name, "accept, waiting", layout)
                .victim(it -> it.accept().close())
                .whenVictimSleeps(it -> {
                    it.send(1);
                    return "";
                })
                .outcome(nextIsReceived);
        of(name, "close, another waits", layout)
                .meanwhile(it -> {
                    try {
                        return "received " + it.receive();
                    } catch (MailboxClosedException e) {
                        return "closed";
                    }
                })
                .victim(RingMailbox::close)
                .outcome(it -> {
                    it.close();
                    return "";
                });
    }
}
