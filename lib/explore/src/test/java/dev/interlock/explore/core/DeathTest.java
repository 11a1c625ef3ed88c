package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.buffer.MessageRing;
import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.explore.Section;
import dev.interlock.explore.Violation;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.LockVariable;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.StrictAlternation;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every primitive over words, with a party killed at every step: do the others get through? */
class DeathTest {
    private static final int STATES = 80_000;

    /** Not primitives: what others wait by, and how they look whether those they wait for live. */
    private static final Set<String> HELPERS = Set.of("EventCount", "Lookout");

    /** Whether those who are left get through, whoever died, and where. */
    private enum Fate {
        SURVIVE,
        /** As the Javadoc of the primitive says. */
        MAY_WAIT_FOR_EVER
    }

    private interface Round<T> {
        void run(T shared, int party) throws Exception;
    }

    private record Row<T>(Class<?> type, Fate fate, Function<Memory, T> constructor, List<Round<T>> rounds) {
        @SafeVarargs
        static <T> Row<T> of(Class<?> type, Fate fate, Function<Memory, T> constructor, Round<T>... rounds) {
            List<Round<T>> all = new ArrayList<>();
            for (Round<T> round : rounds) {
                all.add(round);
            }
            return new Row<>(type, fate, constructor, all);
        }

        Exploration<T> two() {
            Exploration<T> exploration = Exploration.of(constructor);
            for (int i = 0; i < 2; i++) {
                int me = i;
                Round<T> round = rounds.get(i % rounds.size());
                exploration.party("p" + i, shared -> round.run(shared, me));
            }
            return exploration.kills(1).states(STATES);
        }
    }

    private static final Section SECTION = new Section();

    private static Row<Lock> lock(Class<?> type, Function<Memory, Lock> constructor) {
        return Row.of(type, Fate.MAY_WAIT_FOR_EVER, constructor, (lock, party) -> SECTION.run(lock));
    }

    private static <L extends Lock> Row<L> lock(Class<L> type, Function<Memory, L> constructor, Repair<L> repair) {
        return views(type, constructor, (lock, party) -> lock, (lock, party, hook) -> repair.run(lock, hook));
    }

    private static <T> Row<T> views(
            Class<T> type, Function<Memory, T> constructor, ViewOf<T> view, RepairBy<T> repair) {
        return Row.of(type, Fate.SURVIVE, constructor, (shared, party) -> {
            try {
                SECTION.run(view.of(shared, party));
            } catch (OwnerDiedException e) {
                repair.run(shared, party, DeathTest::pass);
            }
        });
    }

    private interface ViewOf<T> {
        Lock of(T shared, int party);
    }

    private interface Repair<T> {
        void run(T shared, Runnable hook);
    }

    private interface RepairBy<T> {
        void run(T shared, int party, Runnable hook);
    }

    private static Row<Barrier> barrier(Class<?> type, Fate fate, Function<Memory, Barrier> constructor) {
        return Row.of(type, fate, constructor, (barrier, party) -> passOrBreak(barrier));
    }

    private static void passOrBreak(Barrier barrier) throws InterruptedException {
        try {
            barrier.await();
        } catch (BrokenBarrierException e) {
            if (!barrier.isBroken()) {
                throw new AssertionError("broken, and whole", e);
            }
        }
    }

    private static void pass() {
        SECTION.enter();
        SECTION.leave();
    }

    private static final WaitStrategy PARK = WaitStrategy.PARK;
    private static final WaitStrategy SPIN = WaitStrategy.SPIN;

    private static final List<Row<?>> ROWS = List.of(
            lock(LockVariable.class, LockVariable::new),
            Row.of(
                    StrictAlternation.class,
                    Fate.MAY_WAIT_FOR_EVER,
                    memory -> new StrictAlternation(memory, SPIN),
                    (lock, party) -> SECTION.run(lock.party(party))),
            views(
                    PetersonLock.class,
                    memory -> new PetersonLock(memory, SPIN),
                    PetersonLock::party,
                    PetersonLock::repair),
            views(FilterLock.class, memory -> new FilterLock(memory, 2, SPIN), FilterLock::party, FilterLock::repair),
            views(BakeryLock.class, memory -> new BakeryLock(memory, 2, SPIN), BakeryLock::party, BakeryLock::repair),
            lock(TasLock.class, memory -> new TasLock(memory, SPIN), TasLock::repair),
            lock(TtasLock.class, memory -> new TtasLock(memory, SPIN), TtasLock::repair),
            lock(BackoffLock.class, memory -> new BackoffLock(memory, SPIN), BackoffLock::repair),
            lock(TicketLock.class, memory -> new TicketLock(memory, SPIN)),
            lock(AndersonLock.class, memory -> new AndersonLock(memory, 2, SPIN)),
            lock(Mutex.class, memory -> new Mutex(memory, PARK), Mutex::repair),
            lock(ReentrantMutex.class, memory -> new ReentrantMutex(memory, PARK), ReentrantMutex::repair),
            Row.of(
                    ReadWriteMutex.class,
                    Fate.SURVIVE,
                    memory -> new ReadWriteMutex(memory, 2, PARK),
                    (mutex, party) -> {
                        try {
                            SECTION.run(mutex.writeLock());
                        } catch (OwnerDiedException e) {
                            mutex.repair(DeathTest::pass);
                        }
                    },
                    (mutex, party) -> {
                        try {
                            SECTION.run(mutex.readLock());
                        } catch (OwnerDiedException e) {
                            mutex.repair(DeathTest::pass);
                        }
                    }),
            Row.of(
                    MutexCondition.class,
                    Fate.MAY_WAIT_FOR_EVER, // nobody signals in the place of the dead
                    memory -> new Flag(memory),
                    (flag, party) -> flag.raise(),
                    (flag, party) -> flag.awaitRaised()),
            Row.of(
                    CountingSemaphore.class,
                    Fate.MAY_WAIT_FOR_EVER, // permits have no owners
                    memory -> new CountingSemaphore(memory, 1, PARK),
                    (semaphore, party) -> {
                        semaphore.acquire();
                        pass();
                        semaphore.release();
                    }),
            Row.of(
                    BinarySemaphore.class,
                    Fate.SURVIVE,
                    memory -> new BinarySemaphore(memory, true, PARK),
                    (semaphore, party) -> {
                        semaphore.acquire();
                        pass();
                        semaphore.release();
                    }),
            Row.of(PermitPool.class, Fate.SURVIVE, memory -> new PermitPool(memory, 1, PARK), (pool, party) -> {
                pool.acquire();
                pass();
                pool.release();
            }),
            // A party that dies before it has ever come to a barrier is unknown to the others.
            barrier(CentralBarrier.class, Fate.MAY_WAIT_FOR_EVER, memory -> new CentralBarrier(memory, 2, null, PARK)),
            barrier(
                    TurnstileBarrier.class,
                    Fate.MAY_WAIT_FOR_EVER,
                    memory -> new TurnstileBarrier(memory, 2, null, PARK)),
            Row.of(
                    DisseminationBarrier.class,
                    Fate.MAY_WAIT_FOR_EVER,
                    memory -> new DisseminationBarrier(memory, 2, PARK),
                    (barrier, party) -> passOrBreak(barrier.party(party))),
            Row.of(
                    TournamentBarrier.class,
                    Fate.MAY_WAIT_FOR_EVER,
                    memory -> new TournamentBarrier(memory, 2, null, PARK),
                    (barrier, party) -> passOrBreak(barrier.party(party))),
            Row.of(
                    Rendezvous.class,
                    Fate.MAY_WAIT_FOR_EVER,
                    memory -> new Rendezvous(memory, PARK),
                    (barrier, party) -> passOrBreak(barrier.party(party))),
            Row.of(MessageRing.class, Fate.SURVIVE, memory -> new MessageRing(memory, 2, 4, PARK), (ring, party) -> {
                try (MessageRing.Claim claim = ring.claim(4)) {
                    claim.publish();
                }
                ring.read().close();
            }),
            Row.of(
                    RingMailbox.class,
                    Fate.SURVIVE,
                    memory -> new RingMailbox<>(memory, Codec.utf8(), 2, 4, PARK),
                    (box, party) -> {
                        box.send("a");
                        box.receive();
                    }),
            Row.of(
                    UnboundedMailbox.class,
                    Fate.SURVIVE,
                    memory -> new UnboundedMailbox<>(memory, Codec.utf8(), 2, 1, PARK),
                    (box, party) -> {
                        box.send("a");
                        box.receive();
                    }),
            Row.of(
                    RendezvousMailbox.class,
                    Fate.MAY_WAIT_FOR_EVER, // nobody comes in the place of the dead
                    memory -> new RendezvousMailbox<>(memory, Codec.utf8(), 2, 1, PARK),
                    (box, party) -> box.send("a"),
                    (box, party) -> box.receive()),
            Row.of(
                    PostOffice.class,
                    Fate.SURVIVE,
                    memory -> new PostOffice<>(memory, Codec.utf8(), 2, 1, 1, PARK),
                    (office, party) -> {
                        try (PostOffice<String>.Correspondent self = office.join("p" + party)) {
                            self.send(self.name(), "a");
                            self.receive(self.name());
                        }
                    }));

    /** A monitor in which one waits for the other. */
    private static final class Flag {
        private final Mutex mutex;
        private final MutexCondition changed;
        private final dev.interlock.memory.Word raised;

        Flag(Memory memory) {
            mutex = new Mutex(memory, PARK);
            changed = new MutexCondition(memory, mutex);
            raised = memory.word(0);
            mutex.onOwnerDeath(() -> {});
        }

        void raise() {
            mutex.lock();
            raised.setVolatile(1);
            changed.signalAll();
            mutex.unlock();
        }

        void awaitRaised() throws InterruptedException {
            mutex.lock();
            while (raised.getVolatile() == 0) {
                changed.await();
            }
            mutex.unlock();
        }
    }

    @TestFactory
    Stream<DynamicTest> othersMeetTheFateThatIsPromised() {
        return ROWS.stream()
                .map(row ->
                        DynamicTest.dynamicTest(row.type.getSimpleName() + " " + row.fate, () -> meetsItsFate(row)));
    }

    private static void meetsItsFate(Row<?> row) {
        Report report = row.two().search();
        boolean waits = report.violation()
                .map(Violation::kind)
                .filter(kind -> kind == Violation.Kind.DEADLOCK || kind == Violation.Kind.LIVELOCK)
                .isPresent();
        if (row.fate == Fate.SURVIVE) {
            assertTrue(report.violation().isEmpty(), report::toString);
        } else {
            boolean cut = report.bounds().contains("more than " + STATES + " states");
            assertTrue(waits || cut && report.violation().isEmpty(), report::toString);
        }
    }

    /** Two rounds each, as far as the states go. */
    @TestFactory
    Stream<DynamicTest> othersGetThroughTwice() {
        return ROWS.stream()
                .filter(row -> row.fate == Fate.SURVIVE)
                .map(row -> DynamicTest.dynamicTest(row.type.getSimpleName(), () -> {
                    Report report = row.two().rounds(2).states(3 * STATES).search();
                    assertTrue(report.violation().isEmpty(), report::toString);
                }));
    }

    @TestFactory
    Stream<DynamicTest> whoWaitsForEverKeepsOthersOutAllTheSame() {
        return ROWS.stream()
                .filter(row -> row.fate == Fate.MAY_WAIT_FOR_EVER && row.type != LockVariable.class)
                .map(row -> DynamicTest.dynamicTest(row.type.getSimpleName(), () -> row.two()
                        .lookFor(Violation.Kind.MUTUAL_EXCLUSION, Violation.Kind.EXCEPTION)
                        .run()));
    }

    @Test
    void everyPrimitiveOverWordsHasARow() throws IOException, URISyntaxException, ClassNotFoundException {
        Set<String> known =
                ROWS.stream().map(row -> row.type.getSimpleName()).collect(Collectors.toCollection(TreeSet::new));
        known.addAll(HELPERS);
        assertEquals(known, overWords());
    }

    /** The public classes of the module with a public constructor that takes a memory first. */
    private static Set<String> overWords() throws IOException, URISyntaxException, ClassNotFoundException {
        URI location =
                Mutex.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Set<String> found = new TreeSet<>();
        if (Files.isDirectory(Path.of(location))) {
            addOverWords(Path.of(location), found);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(Path.of(location), Map.of())) {
                addOverWords(jar.getPath("/"), found);
            }
        }
        return found;
    }

    private static void addOverWords(Path root, Set<String> found) throws IOException, ClassNotFoundException {
        List<String> names;
        try (Stream<Path> files = Files.walk(root)) {
            names = files.map(file -> root.relativize(file).toString().replace('/', '.'))
                    .filter(name -> name.startsWith("dev.interlock.") && name.endsWith(".class"))
                    .filter(name -> !name.contains("-info"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .toList();
        }
        assertFalse(names.isEmpty());
        for (String name : names) {
            Class<?> type = Class.forName(name, false, DeathTest.class.getClassLoader());
            boolean open = Modifier.isPublic(type.getModifiers()) && !Modifier.isAbstract(type.getModifiers());
            if (open && Stream.of(type.getConstructors()).anyMatch(DeathTest::takesMemoryFirst)) {
                found.add(type.getSimpleName());
            }
        }
    }

    private static boolean takesMemoryFirst(Constructor<?> constructor) {
        return constructor.getParameterCount() > 0 && constructor.getParameterTypes()[0] == Memory.class;
    }
}
