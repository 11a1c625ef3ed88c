package dev.interlock.shared.crash;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.buffer.MessageRing;
import dev.interlock.buffer.RingClosedException;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Delivery;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Every operation of every primitive that recovers. */
final class Scenarios {
    static final String OBJECT = "object";

    private static final WaitStrategy PARK =
            WaitStrategy.PARK; // so that it depends on nothing else when a party sleeps
    private static final List<Scenario<?>> ALL = new ArrayList<>();

    static {
        mutex("Mutex", memory -> new Mutex(memory, PARK), it -> it, Mutex::onOwnerDeath);
        mutex("ReentrantMutex", memory -> new ReentrantMutex(memory, PARK), it -> it, ReentrantMutex::onOwnerDeath);
        mutex(
                "ReadWriteMutex, writers",
                memory -> new ReadWriteMutex(memory, 4, PARK),
                ReadWriteMutex::writeLock,
                ReadWriteMutex::onOwnerDeath);
        readers();
        conditions();
        semaphore(
                "CountingSemaphore",
                memory -> new CountingSemaphore(memory, 0, PARK),
                CountingSemaphore::release,
                CountingSemaphore::acquire,
                semaphore -> semaphore.tryAcquire(1, TimeUnit.MILLISECONDS));
        semaphore(
                "BinarySemaphore",
                memory -> new BinarySemaphore(memory, false, PARK),
                BinarySemaphore::release,
                BinarySemaphore::acquire,
                semaphore -> semaphore.tryAcquire(1, TimeUnit.MILLISECONDS));
        permits();
        barrier("CentralBarrier", memory -> new CentralBarrier(memory, 2, null, PARK), (it, party) -> it);
        barrier(
                "DisseminationBarrier",
                memory -> new DisseminationBarrier(memory, 2, PARK),
                DisseminationBarrier::party);
        barrier("TournamentBarrier", memory -> new TournamentBarrier(memory, 2, null, PARK), TournamentBarrier::party);
        barrier("Rendezvous", memory -> new Rendezvous(memory, PARK), Rendezvous::party);
        ring();
        mailbox();
        unbounded();
        rendezvousMailbox();
        office();
    }

    private Scenarios() {}

    static List<Scenario<?>> all() {
        return ALL;
    }

    private interface OnDeath<T> {
        void register(T object, Runnable repair);
    }

    private interface Try<T> {
        boolean on(T object) throws InterruptedException;
    }

    private static <T> Scenario<T> of(String primitive, String operation, Function<? super Memory, T> layout) {
        Scenario<T> scenario = new Scenario<>(primitive, operation, layout);
        ALL.add(scenario);
        return scenario;
    }

    private static <T> void mutex(
            String name, Function<Memory, T> layout, Function<T, Lock> lock, OnDeath<T> onOwnerDeath) {
        Scenario.Finding<T> next = it -> {
            boolean[] repaired = {false};
            onOwnerDeath.register(it, () -> repaired[0] = true);
            for (int i = 0; i < 2; i++) {
                lock.apply(it).lock();
                lock.apply(it).unlock();
            }
            return repaired[0] ? "the next owner repairs" : "free";
        };
        Scenario.Finding<T> waiter = it -> {
            lock.apply(it).lock();
            lock.apply(it).unlock();
            return "";
        };
        Scenario.Act<T> hook = it -> onOwnerDeath.register(it, () -> {});
        of(name, "lock", layout).victim(it -> lock.apply(it).lock()).outcome(next);
        of(name, "unlock", layout)
                .victimFirst(it -> lock.apply(it).lock())
                .victim(it -> lock.apply(it).unlock())
                .outcome(next);
        of(name, "unlock, another waits", layout)
                .first(hook)
                .victimFirst(it -> lock.apply(it).lock())
                .meanwhile(waiter)
                .victim(it -> lock.apply(it).unlock())
                .outcome(it -> waiter.of(it) + "the waiter goes on");
        of(name, "lock, waiting", layout)
                .first(it -> {
                    hook.on(it);
                    lock.apply(it).lock();
                })
                .victim(it -> lock.apply(it).lock())
                .whenVictimSleeps(it -> {
                    lock.apply(it).unlock();
                    return "";
                })
                .outcome(next);
        of(name, "tryLock, timed out", layout)
                .first(it -> {
                    hook.on(it);
                    lock.apply(it).lock();
                })
                .victim(it -> lock.apply(it).tryLock(1, TimeUnit.MILLISECONDS))
                .whenVictimSleeps(it -> "")
                .outcome(it -> {
                    lock.apply(it).unlock();
                    return next.of(it);
                });
    }

    private static void readers() {
        String name = "ReadWriteMutex, readers";
        Function<Memory, ReadWriteMutex> layout = memory -> new ReadWriteMutex(memory, 2, PARK);
        Scenario.Finding<ReadWriteMutex> writer = it -> {
            it.writeLock().lock();
            it.writeLock().unlock();
            it.readLock().lock();
            it.readLock().unlock();
            if (it.readers() != 0) {
                throw new AssertionError(it);
            }
            return "a writer enters";
        };
        of(name, "lock", layout).victim(it -> it.readLock().lock()).outcome(writer);
        of(name, "unlock", layout)
                .victimFirst(it -> it.readLock().lock())
                .victim(it -> it.readLock().unlock())
                .outcome(writer);
        of(name, "unlock, a writer waits", layout)
                .victimFirst(it -> it.readLock().lock())
                .meanwhile(writer)
                .victim(it -> it.readLock().unlock())
                .outcome(it -> "");
        of(name, "lock, waiting", layout)
                .first(it -> it.writeLock().lock())
                .victim(it -> it.readLock().lock())
                .whenVictimSleeps(it -> {
                    it.writeLock().unlock();
                    return "";
                })
                .outcome(writer);
    }

    /** A number that parties wait to be other than 0. */
    private static final class Monitor {
        private final Mutex mutex;
        private final MutexCondition changed;
        private final Word number;

        Monitor(Memory memory) {
            mutex = new Mutex(memory, PARK);
            changed = new MutexCondition(memory, mutex);
            number = memory.word(0);
            mutex.onOwnerDeath(changed::signalAll);
        }

        void take() throws InterruptedException {
            mutex.lock();
            try {
                while (number.getVolatile() == 0) {
                    changed.await();
                }
                number.setVolatile(number.getVolatile() - 1);
            } finally {
                mutex.unlock();
            }
        }

        void put(boolean all) {
            mutex.lock();
            try {
                number.setVolatile(number.getVolatile() + 1);
                if (all) {
                    changed.signalAll();
                } else {
                    changed.signal();
                }
            } finally {
                mutex.unlock();
            }
        }
    }

    private static void conditions() {
        String name = "MutexCondition";
        Scenario.Finding<Monitor> taker = it -> {
            it.take();
            return "the other waiter goes on";
        };
        Scenario.Finding<Monitor> putter = it -> {
            it.put(false);
            return "";
        };
        of(name, "await", Monitor::new)
                .meanwhile(taker)
                .victim(Monitor::take)
                .whenVictimSleeps(putter)
                .outcome(putter);
        of(name, "signal", Monitor::new)
                .meanwhile(taker)
                .victim(it -> it.put(false))
                .outcome(putter);
        of(name, "signalAll", Monitor::new)
                .meanwhile(taker)
                .victim(it -> it.put(true))
                .outcome(putter);
    }

    private static <T> void semaphore(
            String name,
            Function<Memory, T> layout,
            Scenario.Act<T> release,
            Scenario.Act<T> acquire,
            Try<T> tryTimed) {
        Scenario.Finding<T> released = it -> {
            release.on(it);
            return "";
        };
        Scenario.Finding<T> usable = it -> {
            String found = tryTimed.on(it) ? "the permit is there" : "the permit is gone with its owner";
            release.on(it);
            acquire.on(it);
            return found;
        };
        of(name, "release", layout).victim(release).outcome(it -> {
            boolean there = tryTimed.on(it);
            release.on(it);
            acquire.on(it);
            return there ? "the permit is there" : "not released";
        });
        of(name, "release, another waits", layout)
                .meanwhile(it -> {
                    acquire.on(it);
                    return "the waiter goes on";
                })
                .victim(release)
                .outcome(released);
        of(name, "acquire", layout).first(release).victim(acquire).outcome(usable);
        of(name, "acquire, waiting", layout)
                .victim(acquire)
                .whenVictimSleeps(released)
                .outcome(usable);
        of(name, "tryAcquire, timed out", layout)
                .victim(tryTimed::on)
                .whenVictimSleeps(it -> "")
                .outcome(it -> {
                    release.on(it);
                    acquire.on(it);
                    return "usable";
                });
    }

    private static void permits() {
        String name = "PermitPool";
        Function<Memory, PermitPool> layout = memory -> new PermitPool(memory, 1, PARK);
        Scenario.Finding<PermitPool> acquired = it -> {
            it.acquire();
            if (it.tryAcquire()) {
                throw new AssertionError("two permits of one");
            }
            it.release();
            return "the permit is there";
        };
        of(name, "acquire", layout).victim(PermitPool::acquire).outcome(acquired);
        of(name, "release", layout)
                .victimFirst(PermitPool::acquire)
                .victim(PermitPool::release)
                .outcome(acquired);
        of(name, "release, another waits", layout)
                .victimFirst(PermitPool::acquire)
                .meanwhile(acquired)
                .victim(PermitPool::release)
                .outcome(it -> "");
        of(name, "acquire, waiting", layout)
                .first(PermitPool::acquire)
                .victim(PermitPool::acquire)
                .whenVictimSleeps(it -> {
                    it.release();
                    return "";
                })
                .outcome(acquired);
        of(name, "tryAcquire, timed out", layout)
                .first(PermitPool::acquire)
                .victim(it -> it.tryAcquire(1, TimeUnit.MILLISECONDS))
                .whenVictimSleeps(it -> "")
                .outcome(it -> {
                    it.release();
                    return acquired.of(it);
                });
    }

    private static <T> void barrier(
            String name, Function<Memory, T> layout, BiFunction<T, Integer, ? extends Barrier> party) {
        Scenario.Finding<T> arrival = it -> {
            try {
                party.apply(it, 0).await();
                return "passes";
            } catch (BrokenBarrierException e) {
                return "broken";
            }
        };
        Scenario.Finding<T> reuse = it -> {
            party.apply(it, 0).reset();
            CountDownLatch met = new CountDownLatch(1);
            Thread partner = new Thread(() -> {
                meet(() -> party.apply(it, 1).await());
                met.countDown();
            });
            partner.start();
            party.apply(it, 0).await();
            met.await();
            return "";
        };
        // A barrier knows its parties by the last round: both have met before.
        Scenario.Act<T> meet =
                it -> new Thread(() -> meet(() -> party.apply(it, 0).await())).start();
        Scenario.Act<T> metBy = it -> party.apply(it, 1).await();
        of(name, "await, the last to come", layout)
                .first(meet)
                .victimFirst(metBy)
                .meanwhile(arrival)
                .victim(it -> party.apply(it, 1).await())
                .outcome(it -> "");
        of(name, "await, the first to come", layout)
                .first(meet)
                .victimFirst(metBy)
                .victim(it -> party.apply(it, 1).await())
                .whenVictimSleeps(arrival)
                .outcome(reuse);
    }

    private static void meet(Callable<Boolean> meeting) {
        try {
            meeting.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(MessageRing ring, int number) throws InterruptedException {
        try (MessageRing.Claim claim = ring.claim(Integer.BYTES)) {
            claim.buffer().putInt(0, number);
            claim.publish();
        }
    }

    private static String receive(MessageRing ring) throws InterruptedException {
        try (MessageRing.Message message = ring.read()) {
            return message.buffer().getInt(0) + (message.redelivered() ? " again" : "");
        }
    }

    private static void ring() {
        String name = "MessageRing";
        Function<Memory, MessageRing> layout = memory -> new MessageRing(memory, 2, Integer.BYTES, PARK);
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
        of(name, "claim, publish", layout).victim(it -> send(it, 1)).outcome(nextIsReceived);
        of(name, "claim, give up", layout)
                .victim(it -> it.claim(Integer.BYTES).close())
                .outcome(nextIsReceived);
        of(name, "claim, publish, another waits", layout)
                .meanwhile(it -> {
                    String got = receive(it);
                    return got.equals("1") ? "message 1 is received" : "no message";
                })
                .victim(it -> send(it, 1))
                .outcome(it -> {
                    send(it, 9);
                    return "";
                });
        of(name, "claim, waiting", layout)
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
                    if (!receive(it).equals("8")) {
                        throw new AssertionError("out of order");
                    }
                    return nextIsReceived.of(it);
                });
        of(name, "read, release", layout)
                .first(it -> send(it, 1))
                .victim(Scenarios::receive)
                .outcome(nextIsReceived);
        of(name, "read, release, another waits for room", layout)
                .first(it -> {
                    send(it, 1);
                    send(it, 2);
                })
                .meanwhile(it -> {
                    send(it, 3);
                    return "";
                })
                .victim(Scenarios::receive)
                .outcome(it -> {
                    StringBuilder found = new StringBuilder();
                    String got;
                    do {
                        got = receive(it);
                        found.append(found.length() == 0 ? "receives " : ", ").append(got);
                    } while (!got.equals("3"));
                    return found.toString();
                });
        of(name, "read, waiting", layout)
                .victim(Scenarios::receive)
                .whenVictimSleeps(it -> {
                    send(it, 1);
                    return "";
                })
                .outcome(nextIsReceived);
        of(name, "close, another waits", layout)
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

    private static void mailbox() {
        String name = "RingMailbox";
        Function<Memory, RingMailbox<Long>> layout =
                memory -> new RingMailbox<>(memory, Codec.int64(), 2, Long.BYTES, PARK);
        Scenario.Finding<RingMailbox<Long>> nextIsReceived = it -> {
            it.send(9L);
            StringBuilder found = new StringBuilder();
            for (long got = it.receive(); got != 9; got = it.receive()) {
                found.append("message ").append(got).append(" is received");
            }
            return found.length() == 0 ? "no message" : found.toString();
        };
        of(name, "send", layout).victim(it -> it.send(1L)).outcome(nextIsReceived);
        of(name, "receive", layout)
                .first(it -> it.send(1L))
                .victim(RingMailbox::receive)
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

    private static String told(Delivery<Long> delivery) {
        try (delivery) {
            return "message " + delivery.message() + (delivery.redelivered() ? " is redelivered" : " is received");
        }
    }

    private static void unbounded() {
        String name = "UnboundedMailbox";
        Function<Memory, UnboundedMailbox<Long>> layout =
                memory -> new UnboundedMailbox<>(memory, Codec.int64(), 4, Long.BYTES, PARK);
        Scenario.Finding<UnboundedMailbox<Long>> rest = it -> {
            it.trySend(9L);
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
        of(name, "send", layout).victim(it -> it.send(1L)).outcome(rest);
        of(name, "send, another waits", layout)
                .meanwhile(it -> {
                    told(it.accept());
                    return "";
                })
                .victim(it -> it.send(1L))
                .outcome(it -> {
                    it.trySend(1L);
                    return "the waiter goes on";
                });
        of(name, "receive", layout)
                .first(it -> it.send(1L))
                .victim(UnboundedMailbox::receive)
                .outcome(rest);
        of(name, "accept, close the delivery", layout)
                .first(it -> {
                    it.send(1L);
                    it.send(2L);
                })
                .victim(it -> it.accept().close())
                .outcome(rest);
        of(name, "receive, waiting", layout)
                .victim(UnboundedMailbox::receive)
                .whenVictimSleeps(it -> {
                    it.trySend(1L);
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

    private static void rendezvousMailbox() {
        String name = "RendezvousMailbox";
        Function<Memory, RendezvousMailbox<Long>> layout =
                memory -> new RendezvousMailbox<>(memory, Codec.int64(), 4, Long.BYTES, PARK);
        Scenario.Finding<RendezvousMailbox<Long>> nothingLeft = it -> {
            Delivery<Long> delivery = it.tryAccept(500, TimeUnit.MILLISECONDS);
            return delivery == null ? "no message" : told(delivery);
        };
        of(name, "send, a receiver waits", layout)
                .meanwhile(it -> {
                    String got = told(it.accept());
                    return got.startsWith("message 9") ? "not sent" : got;
                })
                .victim(it -> it.send(1L))
                .outcome(it -> {
                    it.trySend(9L, 500, TimeUnit.MILLISECONDS); // if the victim has not sent
                    return "";
                });
        of(name, "receive, a sender waits", layout)
                .meanwhile(it -> {
                    it.send(1L);
                    return "";
                })
                .victim(RendezvousMailbox::receive)
                .outcome(nothingLeft);
        of(name, "accept, close the delivery, a sender waits", layout)
                .meanwhile(it -> {
                    it.send(1L);
                    return "";
                })
                .victim(it -> it.accept().close())
                .outcome(nothingLeft);
        of(name, "send, waiting", layout)
                .victim(it -> it.send(1L))
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
                    it.trySend(1L);
                    return "";
                })
                .outcome(it -> {
                    nothingLeft.of(it);
                    return "goes on";
                });
    }

    private static void office() {
        String name = "PostOffice";
        Function<Memory, PostOffice<Long>> layout =
                memory -> new PostOffice<>(memory, Codec.int64(), 3, 3, Long.BYTES, PARK);
        Scenario.Finding<PostOffice<Long>> usable = it -> {
            List<String> names = new ArrayList<>(it.names());
            try (PostOffice<Long>.Correspondent anna = it.join("anna")) {
                anna.send("anna", 9L);
                return (anna.receive("anna") == 9 ? "goes on" : "another's letter")
                        + (names.contains("jobs") ? ", the mailbox is there" : ", there is no mailbox");
            }
        };
        of(name, "create", layout).victim(it -> it.create("jobs")).outcome(it -> {
            usable.of(it);
            return awaitGone(it, "jobs");
        });
        of(name, "delete", layout)
                .first(it -> it.create("jobs").send(1L))
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
                .victim(it -> it.find("anna").send(1L))
                .outcome(it -> {
                    Long got = it.find("anna").tryReceive(0, TimeUnit.SECONDS);
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

    private static String awaitGone(PostOffice<Long> office, String name) throws InterruptedException {
        PostOffice<Long>.Box box = office.find(name);
        try {
            return box == null ? "no mailbox" : "received " + box.receive();
        } catch (MailboxClosedException e) {
            return office.find(name) == null ? "no mailbox" : "closed, and still there";
        }
    }
}
