package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.buffer.MessageRing;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.StrictAlternation;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every primitive that is made of words works between two JVMs: both run the same scenario, as party 0 and 1. */
@Timeout(120)
class TwoProcessesTest {
    private static final int ROUNDS = 10_000;
    private static final Set<String> UNRECOVERABLE = Set.of("TicketLock", "AndersonLock", "StrictAlternation");
    private static final Map<String, Scenario> SCENARIOS = new TreeMap<>();

    static {
        lock("TasLock", 0, TasLock::new, (it, party) -> it);
        lock("TtasLock", 0, TtasLock::new, (it, party) -> it);
        lock("BackoffLock", 0, BackoffLock::new, (it, party) -> it);
        lock("TicketLock", 0, TicketLock::new, (it, party) -> it);
        lock("AndersonLock", 0, memory -> new AndersonLock(memory, 2), (it, party) -> it);
        lock("PetersonLock", 0, PetersonLock::new, PetersonLock::party);
        lock("StrictAlternation", 0, StrictAlternation::new, StrictAlternation::party);
        lock("FilterLock", 0, memory -> new FilterLock(memory, 2), FilterLock::party);
        lock("BakeryLock", 0, memory -> new BakeryLock(memory, 2), BakeryLock::party);
        lock("Mutex", 0, Mutex::new, (it, party) -> it);
        lock("ReentrantMutex", 1, ReentrantMutex::new, (it, party) -> it);
        lock("ReadWriteMutex", 0, memory -> new ReadWriteMutex(memory, 2), (it, party) -> it.writeLock());
        SCENARIOS.put("ReadWriteMutex, readers", TwoProcessesTest::readAndWrite);
        SCENARIOS.put("CountingSemaphore", (segment, party) -> {
            CountingSemaphore one = segment.semaphore("s", 1);
            exclude(segment, party, one::acquire, one::release);
        });
        SCENARIOS.put("BinarySemaphore", (segment, party) -> {
            BinarySemaphore one = segment.attach("s", memory -> new BinarySemaphore(memory, true), 1);
            exclude(segment, party, one::acquire, one::release);
        });
        SCENARIOS.put("PermitPool", (segment, party) -> {
            PermitPool one = segment.permitPool("s", 1);
            exclude(segment, party, one::acquire, one::release);
        });
        SCENARIOS.put("condition of Mutex", (segment, party) -> {
            Mutex mutex = segment.mutex("m");
            takeTurns(segment, party, mutex, segment.attach("c", memory -> new MutexCondition(memory, mutex)));
        });
        SCENARIOS.put("condition of ReentrantMutex", (segment, party) -> {
            ReentrantMutex mutex = segment.reentrantMutex("m");
            takeTurns(segment, party, mutex, segment.attach("c", memory -> new MutexCondition(memory, mutex)));
        });
        barrier("CentralBarrier", memory -> new CentralBarrier(memory, 2), (it, party) -> it);
        barrier("TurnstileBarrier", memory -> new TurnstileBarrier(memory, 2), (it, party) -> it);
        barrier("DisseminationBarrier", memory -> new DisseminationBarrier(memory, 2), DisseminationBarrier::party);
        barrier("TournamentBarrier", memory -> new TournamentBarrier(memory, 2), TournamentBarrier::party);
        barrier("Rendezvous", Rendezvous::new, Rendezvous::party);
        SCENARIOS.put("MessageRing", TwoProcessesTest::exchange);
        SCENARIOS.put("RingMailbox", (segment, party) -> {
            Mailbox<String> mine = segment.mailbox("to " + party, Codec.utf8(), 4, 32);
            Mailbox<String> other = segment.mailbox("to " + (1 - party), Codec.utf8(), 4, 32);
            for (int i = 0; i < ROUNDS; i++) {
                other.send("message " + i);
                check(("message " + i).equals(mine.receive()), "message " + i);
            }
        });
        SCENARIOS.put("UnboundedMailbox", (segment, party) -> {
            Mailbox<Long> mine = segment.unboundedMailbox("to " + party, Codec.int64(), ROUNDS, 8);
            Mailbox<Long> other = segment.unboundedMailbox("to " + (1 - party), Codec.int64(), ROUNDS, 8);
            for (long i = 0; i < ROUNDS; i++) {
                other.send(i);
            }
            for (long i = 0; i < ROUNDS; i++) {
                check(mine.receive() == i, i);
            }
        });
        SCENARIOS.put("RendezvousMailbox", (segment, party) -> {
            Mailbox<Long> box = segment.rendezvousMailbox("box", Codec.int64(), 2, 8);
            for (long i = 0; i < ROUNDS; i++) {
                if (i % 2 == party) {
                    box.send(i);
                } else {
                    check(box.receive() == i, i);
                }
            }
        });
        SCENARIOS.put("PostOffice", TwoProcessesTest::correspond);
    }

    private final String name = TestSegments.unique();

    /** What a party does; it throws if it finds something wrong. */
    interface Scenario {
        void run(Segment segment, int party) throws Exception;
    }

    interface Step {
        void run() throws Exception;
    }

    interface View<T, V> {
        V of(T primitive, int party);
    }

    static final class Child {
        public static void main(String[] args) throws Exception {
            try (Segment segment = Segment.attach(args[0])) {
                SCENARIOS.get(args[1]).run(segment, 1);
            }
        }
    }

    static Set<String> scenarios() {
        return SCENARIOS.keySet();
    }

    @AfterEach
    void remove() {
        TestSegments.remove(name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void worksBetweenTwoProcesses(String scenario) throws Exception {
        try (Segment segment = Segment.open(name);
                ChildJvm child = new ChildJvm(Child.class, name, scenario)) {
            SCENARIOS.get(scenario).run(segment, 0);
            assertEquals("", child.rest());
            assertEquals(0, child.join());
        }
    }

    private static void check(boolean holds, Object found) {
        if (!holds) {
            throw new AssertionError(found);
        }
    }

    private static <T> void lock(
            String name, int more, Function<? super Memory, T> layout, View<? super T, ? extends Lock> view) {
        SCENARIOS.put(name, (segment, party) -> {
            T primitive = UNRECOVERABLE.contains(name)
                    ? segment.attachUnrecoverable("lock", layout)
                    : segment.attach("lock", layout);
            Lock lock = view.of(primitive, party);
            exclude(
                    segment,
                    party,
                    () -> {
                        for (int i = 0; i <= more; i++) {
                            lock.lock();
                        }
                    },
                    () -> {
                        for (int i = 0; i <= more; i++) {
                            lock.unlock();
                        }
                    });
        });
    }

    private static <T> void barrier(
            String name, Function<? super Memory, T> layout, View<? super T, ? extends Barrier> view) {
        SCENARIOS.put(name, (segment, party) -> {
            Barrier barrier = view.of(segment.attach("barrier", layout), party);
            Numbers numbers = segment.attach("numbers", Numbers::new);
            LongWord mine = party == 0 ? numbers.first : numbers.second;
            LongWord other = party == 0 ? numbers.second : numbers.first;
            for (int i = 1; i <= ROUNDS / 10; i++) {
                mine.setPlain(i); // plain: ordered by the barrier
                barrier.await();
                check(other.getPlain() == i, i + ": " + other);
                barrier.await();
            }
        });
    }

    /** Both count up to the sum of their rounds, on words that are not atomic by themselves. */
    private static void exclude(Segment segment, int party, Step enter, Step leave) throws Exception {
        Numbers numbers = segment.attach("numbers", Numbers::new);
        Barrier together = segment.barrier("together", 2);
        together.await();
        for (int i = 0; i < ROUNDS; i++) {
            enter.run();
            numbers.first.setPlain(numbers.first.getPlain() + 1);
            numbers.second.setPlain(numbers.second.getPlain() + 1);
            leave.run();
        }
        together.await();
        check(numbers.first.getPlain() == 2L * ROUNDS, numbers.first);
        check(numbers.second.getPlain() == 2L * ROUNDS, numbers.second);
    }

    private static void readAndWrite(Segment segment, int party) throws Exception {
        ReadWriteMutex mutex = segment.readWriteMutex("rw", 2);
        Numbers numbers = segment.attach("numbers", Numbers::new);
        Barrier together = segment.barrier("together", 2);
        mutex.readLock().lock();
        together.await(); // both are inside
        mutex.readLock().unlock();
        for (int i = 0; i < ROUNDS; i++) {
            Lock lock = i % 2 == party ? mutex.readLock() : mutex.writeLock();
            lock.lock();
            check(numbers.first.getPlain() == numbers.second.getPlain(), numbers.first + " " + numbers.second);
            if (i % 2 != party) {
                numbers.first.setPlain(numbers.first.getPlain() + 1);
                numbers.second.setPlain(numbers.second.getPlain() + 1);
            }
            lock.unlock();
        }
        together.await();
        check(numbers.first.getPlain() == ROUNDS, numbers.first);
    }

    private static void takeTurns(Segment segment, int party, Lock lock, Condition changed) throws Exception {
        LongWord turn = segment.attach("numbers", Numbers::new).first;
        for (int i = 0; i < ROUNDS / 10; i++) {
            lock.lock();
            try {
                while (turn.getPlain() % 2 != party) {
                    changed.await();
                }
                turn.setPlain(turn.getPlain() + 1);
                changed.signal();
            } finally {
                lock.unlock();
            }
        }
        lock.lock();
        try {
            check(turn.getPlain() >= 2L * ROUNDS / 10 - 1, turn);
        } finally {
            lock.unlock();
        }
    }

    private static void correspond(Segment segment, int party) throws Exception {
        PostOffice<Long> office = segment.postOffice("office", Codec.int64(), 4, 16, 8);
        String other = "p" + (1 - party);
        PostOffice<Long>.Correspondent self = office.join("p" + party);
        Barrier together = segment.barrier("together", 2);
        together.await();
        for (long i = 0; i < ROUNDS; i++) {
            self.send(other, i);
            check(self.receive(other) == i, i);
        }
        if (party == 0) {
            try (PostOffice<Long>.Box jobs = office.create("jobs")) {
                jobs.send(42L);
                together.await();
            }
            together.await();
            check(!office.names().contains("jobs"), "drained and gone");
        } else {
            together.await();
            PostOffice<Long>.Box jobs = office.find("jobs");
            check(jobs.receive() == 42, "job");
            try {
                jobs.receive();
                check(false, "a job that nobody gave");
            } catch (MailboxClosedException e) {
                check(jobs.isClosed(), jobs);
            }
            together.await();
        }
    }

    private static void exchange(Segment segment, int party) throws Exception {
        MessageRing mine = segment.ring("to " + party, 4, 16);
        MessageRing other = segment.ring("to " + (1 - party), 4, 16);
        for (int i = 0; i < ROUNDS; i++) {
            try (MessageRing.Claim claim = other.claim(8)) {
                claim.buffer().putLong(i);
                claim.publish();
            }
            try (MessageRing.Message message = mine.read()) {
                long got = message.buffer().getLong();
                check(got == i, i + ": " + got);
            }
        }
    }

    /** Two numbers on lines of their own. */
    private static final class Numbers {
        final LongWord first;
        final LongWord second;

        Numbers(Memory memory) {
            first = memory.newLine().longWord(0);
            second = memory.newLine().longWord(0);
        }
    }
}
