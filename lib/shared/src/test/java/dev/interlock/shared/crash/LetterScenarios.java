package dev.interlock.shared.crash;

import dev.interlock.mailbox.Delivery;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Mailboxes that are not rings. */
final class LetterScenarios extends Family {
    LetterScenarios() {
        unbounded();
        rendezvousMailbox();
        office();
    }

    private static String told(Delivery<Integer> delivery) {
        try (delivery) {
            return "message " + delivery.message() + (delivery.redelivered() ? " is redelivered" : " is received");
        }
    }

    private void unbounded() {
        String name = "UnboundedMailbox";
        Function<Memory, UnboundedMailbox<Integer>> layout =
                memory -> new UnboundedMailbox<>(memory, Payload.CODEC, 4, Payload.LENGTH, PARK);
        Scenario.Finding<UnboundedMailbox<Integer>> rest = it -> {
            it.trySend(9);
            it.close();
            List<String> found = new ArrayList<>();
            try {
                for (; ; ) {
                    found.add(told(it.accept()));
                }
            } catch (MailboxClosedException e) {
                found.remove("message 9 is received");
                return found.isEmpty() ? "no message" : String.join(", ", found);
            }
        };
        of(name, "send", layout).victim(it -> it.send(1)).outcome(rest);
        of(name, "send, another waits", layout)
                .meanwhile(it -> {
                    told(it.accept());
                    return "";
                })
                .victim(it -> it.send(1))
                .outcome(it -> {
                    it.trySend(1);
                    return "the waiter goes on";
                });
        of(name, "receive", layout)
                .first(it -> it.send(1))
                .victim(UnboundedMailbox::receive)
                .outcome(rest);
        of(name, "accept, close the delivery", layout)
                .first(it -> {
                    it.send(1);
                    it.send(2);
                })
                .victim(it -> it.accept().close())
                .outcome(rest);
        of(name, "receive, waiting", layout)
                .victim(UnboundedMailbox::receive)
                .whenVictimSleeps(it -> {
                    it.trySend(1);
                    return "";
                })
                .outcome(it -> {
                    rest.of(it);
                    return "goes on";
                });
        of(name, "close, another waits", layout)
                .meanwhile(it -> {
                    try {
                        return "received " + it.receive();
                    } catch (MailboxClosedException e) {
                        return "closed";
                    }
                })
                .victim(UnboundedMailbox::close)
                .outcome(it -> {
                    it.close();
                    return "";
                });
    }

    private void rendezvousMailbox() {
        String name = "RendezvousMailbox";
        Function<Memory, RendezvousMailbox<Integer>> layout =
                memory -> new RendezvousMailbox<>(memory, Payload.CODEC, 4, Payload.LENGTH, PARK);
        Scenario.Finding<RendezvousMailbox<Integer>> nothingLeft = it -> {
            Delivery<Integer> delivery = it.tryAccept(0, TimeUnit.SECONDS);
            return delivery == null ? "no message" : told(delivery);
        };
        of(name, "send, a receiver waits", layout)
                .meanwhile(it -> {
                    String got = told(it.accept());
                    return got.startsWith("message 9") ? "not sent" : got;
                })
                .victim(it -> it.send(1))
                .outcome(it -> {
                    it.trySend(9); // if the victim has not sent
                    return "";
                });
        of(name, "receive, a sender waits", layout)
                .meanwhile(it -> {
                    it.send(1);
                    return "";
                })
                .victim(RendezvousMailbox::receive)
                .outcome(nothingLeft);
        of(name, "accept, close the delivery, a sender waits", layout)
                .meanwhile(it -> {
                    it.send(1);
                    return "";
                })
                .victim(it -> it.accept().close())
                .outcome(nothingLeft);
        of(name, "send, waiting", layout)
                .victim(it -> it.send(1))
                .whenVictimSleeps(it -> {
                    it.tryReceive();
                    return "";
                })
                .outcome(it -> {
                    nothingLeft.of(it);
                    return "goes on";
                });
        of(name, "receive, waiting", layout)
                .victim(RendezvousMailbox::receive)
                .whenVictimSleeps(it -> {
                    it.trySend(1);
                    return "";
                })
                .outcome(it -> {
                    nothingLeft.of(it);
                    return "goes on";
                });
    }

    private void office() {
        String name = "PostOffice";
        Function<Memory, PostOffice<Integer>> layout =
                memory -> new PostOffice<>(memory, Payload.CODEC, 3, 3, Payload.LENGTH, PARK);
        Scenario.Finding<PostOffice<Integer>> usable = it -> {
            List<String> names = new ArrayList<>(it.names());
            try (PostOffice<Integer>.Correspondent anna = it.join("anna")) {
                anna.send("anna", 9);
                return (anna.receive("anna") == 9 ? "goes on" : "another's letter")
                        + (names.contains("jobs") ? ", the mailbox is there" : ", there is no mailbox");
            }
        };
        of(name, "create", layout).victim(it -> it.create("jobs")).outcome(it -> {
            usable.of(it);
            return awaitGone(it, "jobs");
        });
        of(name, "delete", layout)
                .first(it -> it.create("jobs").send(1))
                .victim(it -> it.delete("jobs"))
                .outcome(usable);
        of(name, "join, leave", layout).victim(it -> it.join("jobs").close()).outcome(it -> {
            it.join("jobs").close();
            usable.of(it);
            return awaitGone(it, "jobs");
        });
        of(name, "send", layout)
                .first(it -> it.join("anna"))
                .victimFirst(it -> it.join("bert"))
                .victim(it -> it.find("anna").send(1))
                .outcome(it -> {
                    Integer got = it.find("anna").tryReceive(0, TimeUnit.SECONDS);
                    return got == null ? "no message" : "message " + got + " is received";
                });
        of(name, "delete, another waits", layout)
                .victimFirst(it -> it.create("jobs"))
                .meanwhile(it -> {
                    try {
                        return "received " + it.find("jobs").receive();
                    } catch (MailboxClosedException e) {
                        return "closed";
                    }
                })
                .victim(it -> it.delete("jobs"))
                .outcome(it -> "");
    }

    private static String awaitGone(PostOffice<Integer> office, String name) throws InterruptedException {
        PostOffice<Integer>.Box box = office.find(name);
        try {
            return box == null ? "no mailbox" : "received " + box.receive();
        } catch (MailboxClosedException e) {
            return office.find(name) == null ? "no mailbox" : "closed, and still there";
        }
    }
}
