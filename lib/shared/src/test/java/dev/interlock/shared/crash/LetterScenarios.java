package dev.interlock.shared.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.interlock.mailbox.Delivery;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Mailboxes that are not rings. */
final class LetterScenarios extends Family {
    LetterScenarios() {
        unbounded();
        rendezvousMailbox();
        office();
        members();
    }

    private static String told(Delivery<Integer> delivery) {
        try (delivery) {
            return "message " + delivery.message() + (delivery.redelivered() ? " is redelivered" : " is received");
        }
    }

    /** All that comes out of a mailbox until it is closed and empty, but for a 9 that the survivor has sent. */
    private static String drain(Callable<Delivery<Integer>> accept) throws Exception {
        List<String> found = new ArrayList<>();
        try {
            for (; ; ) {
                found.add(told(accept.call()));
            }
        } catch (MailboxClosedException e) {
            found.remove("message 9 is received");
            return found.isEmpty() ? "no message" : String.join(", ", found);
        }
    }

    /** What one who waits for a message finds when there is none. */
    private static String closed(Callable<Integer> receive) throws Exception {
        try {
            return "received " + receive.call();
        } catch (MailboxClosedException e) {
            return "closed";
        }
    }

    private void unbounded() {
        String name = "UnboundedMailbox";
        Function<Memory, UnboundedMailbox<Integer>> layout =
                memory -> new UnboundedMailbox<>(memory, Payload.CODEC, 4, Payload.LENGTH, PARK);
        Scenario.Finding<UnboundedMailbox<Integer>> rest = it -> {
            it.trySend(9);
            it.close();
            return drain(it::accept);
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
                .meanwhile(it -> closed(it::receive))
                .victim(UnboundedMailbox::close)
                .outcome(it -> {
                    it.close();
                    return "";
                });
        with(name, "receive, of a dead receiver's message", Reopened.of(layout))
                .first(it -> {
                    it.object().send(1);
                    it.object().send(2);
                    it.die(UnboundedMailbox::accept);
                })
                .victim(it -> it.object().receive())
                .outcome(it -> rest.of(it.object()));
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
        with(name, "receive, of a dead receiver's message", Reopened.of(layout, 4, Payload.LENGTH))
                .first(it -> {
                    FutureTask<String> death = start(() -> {
                        it.die(RendezvousMailbox::accept);
                        return "";
                    });
                    while (!it.segment().describe().get(0).hasWaiters()) {
                        Thread.sleep(1);
                    }
                    it.object().send(1);
                    death.get();
                })
                .victim(it -> it.object().receive())
                .outcome(it -> {
                    String found = nothingLeft.of(it.object());
                    nextMeet(it.object());
                    return found;
                });
        of(name, "send, timed out", layout)
                .victim(it -> assertFalse(it.trySend(1, 1, TimeUnit.MILLISECONDS)))
                .whenVictimSleeps(it -> "")
                .outcome(LetterScenarios::nextMeet);
        of(name, "receive, timed out", layout)
                .victim(it -> assertNull(it.tryReceive(1, TimeUnit.MILLISECONDS)))
                .whenVictimSleeps(it -> "")
                .outcome(LetterScenarios::nextMeet);
        of(name, "accept, timed out", layout)
                .victim(it -> assertNull(it.tryAccept(1, TimeUnit.MILLISECONDS)))
                .whenVictimSleeps(it -> "")
                .outcome(LetterScenarios::nextMeet);
        of(name, "close, a receiver waits", layout)
                .meanwhile(it -> closed(it::receive))
                .victim(RendezvousMailbox::close)
                .outcome(it -> {
                    it.close();
                    return "";
                });
        of(name, "close, a sender waits", layout)
                .meanwhile(it -> closed(() -> {
                    it.send(1);
                    return 1;
                }))
                .victim(RendezvousMailbox::close)
                .outcome(it -> {
                    it.close();
                    return "";
                });
    }

    /** A sender and a receiver meet, and no place is lost. */
    private static String nextMeet(RendezvousMailbox<Integer> mailbox) throws Exception {
        FutureTask<String> sender = start(() -> {
            mailbox.send(9);
            return "";
        });
        String got = told(mailbox.accept());
        sender.get();
        if (!got.startsWith("message 9") || !mailbox.toString().contains("[0 of")) {
            throw new AssertionError(got + ", " + mailbox);
        }
        return "goes on";
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
                .meanwhile(it -> closed(it.find("jobs")::receive))
                .victim(it -> it.delete("jobs"))
                .outcome(it -> "");
        with(name, "join, by a dead one's name", Reopened.of(layout))
                .first(it -> it.die(object -> object.join("anna").send("anna", 1)))
                .victim(it -> it.object().join("anna"))
                .outcome(it -> usable.of(it.object()));
    }

    /** An office, and what a party has in it: a mailbox or a name. */
    private static final class Member {
        final PostOffice<Integer> office;
        private PostOffice<Integer>.Box box;
        private PostOffice<Integer>.Correspondent self;
        private int sender;

        Member(Memory memory) {
            office = new PostOffice<>(memory, Payload.CODEC, 3, 3, Payload.LENGTH, PARK);
        }

        void create(int capacity) throws InterruptedException {
            box = office.create("jobs", capacity);
            box.send(1);
        }

        void join(String name) {
            self = office.join(name);
        }

        /** Receives a first message. */
        void meetSender() throws InterruptedException {
            try (Delivery<Integer> delivery = jobs().accept()) {
                sender = delivery.sender();
            }
        }

        PostOffice<Integer>.Box jobs() {
            return office.find("jobs");
        }

        /** What is left for one that has died. */
        String restOf(String name) throws Exception {
            PostOffice<Integer>.Box left = office.find(name);
            return left == null ? "no message" : drain(left::accept);
        }

        /** What is left in the mailbox, after which its name is free. */
        String rest() throws Exception {
            box.close();
            String found = drain(box::accept);
            office.create("jobs");
            return found;
        }
    }

    private void members() {
        String name = "PostOffice";
        of(name, "receive", Member::new)
                .first(it -> it.create(2))
                .victim(it -> it.jobs().receive())
                .outcome(Member::rest);
        of(name, "receive from a party", Member::new)
                .first(it -> {
                    it.create(2);
                    it.box.send(2);
                })
                .victimFirst(Member::meetSender)
                .victim(it -> it.jobs().receiveFrom(it.sender))
                .outcome(Member::rest);
        with(name, "receive, of a dead receiver's message", Reopened.of(Member::new))
                .first(it -> {
                    it.object().create(2);
                    it.die(dying -> dying.jobs().accept());
                })
                .victim(it -> it.object().jobs().receive())
                .outcome(it -> it.object().rest());
        of(name, "receive, a sender waits for room", Member::new)
                .first(it -> it.create(1))
                .meanwhile(it -> {
                    it.jobs().send(2);
                    return "";
                })
                .victim(it -> it.jobs().receive())
                .outcome(it -> {
                    String got = told(it.box.accept());
                    if (got.equals("message 2 is received")) {
                        return "no message";
                    }
                    assertEquals("message 2 is received", told(it.box.accept()));
                    return got;
                });
        of(name, "send, waiting for room", Member::new)
                .first(it -> it.create(1))
                .victim(it -> it.jobs().send(2))
                .whenVictimSleeps(it -> {
                    assertEquals(1, it.box.receive());
                    return "";
                })
                .outcome(Member::rest);
        of(name, "close, another waits", Member::new)
                .victimFirst(it -> it.create(2))
                .meanwhile(it -> drain(it.jobs()::accept))
                .victim(it -> it.box.close())
                .outcome(it -> {
                    it.office.create("jobs");
                    return "";
                });
        of(name, "send to a correspondent, who waits", Member::new)
                .first(it -> it.join("anna"))
                .victimFirst(it -> it.join("bert"))
                .meanwhile(it -> {
                    String got = closed(() -> it.self.receive("bert"));
                    return got.equals("closed") ? "no message" : "message 1 is received";
                })
                .victim(it -> it.self.send("anna", 1))
                .outcome(it -> "");
        of(name, "receive from a correspondent, waiting", Member::new)
                .first(it -> it.join("bert"))
                .victimFirst(it -> it.join("anna"))
                .victim(it -> it.self.receive("bert"))
                .whenVictimSleeps(it -> {
                    closed(() -> {
                        it.self.send("anna", 1);
                        return 1;
                    });
                    return "";
                })
                .outcome(it -> it.restOf("anna"));
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
