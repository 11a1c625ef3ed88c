package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.explore.Section;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TtasLock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A party dies at any step, and the others go on: locks that stay awake, semaphores, conditions. */
class RecoveryTest {
    /** What is left out wherever parties that may die sleep without a deadline. */
    private static final List<String> TIME =
            List.of("time that passes for sleepers without a deadline while nobody has died");

    private final Section section = new Section();

    /** Locks what a lock protects for the party of the given number, however it is asked for. */
    private interface Recovering {
        Lock party(int index);

        void repair(int index, Runnable hook);
    }

    private record Kind(String name, Function<Memory, Recovering> constructor) {}

    private static <L extends Lock> Recovering one(L lock, BiConsumer<L, Runnable> repair) {
        return views(party -> lock, (party, hook) -> repair.accept(lock, hook));
    }

    private static Recovering views(IntFunction<Lock> views, BiConsumer<Integer, Runnable> repair) {
        return new Recovering() {
            @Override
            public Lock party(int index) {
                return views.apply(index);
            }

            @Override
            public void repair(int index, Runnable hook) {
                repair.accept(index, hook);
            }
        };
    }

    private static Stream<Kind> kinds(int parties) {
        return Stream.of(
                new Kind("TasLock", memory -> one(new TasLock(memory, WaitStrategy.SPIN), TasLock::repair)),
                new Kind("TtasLock", memory -> one(new TtasLock(memory, WaitStrategy.SPIN), TtasLock::repair)),
                new Kind("BackoffLock", memory -> one(new BackoffLock(memory, WaitStrategy.SPIN), BackoffLock::repair)),
                new Kind(
                        "ReentrantMutex",
                        memory -> one(new ReentrantMutex(memory, WaitStrategy.PARK), ReentrantMutex::repair)),
                new Kind("PetersonLock", memory -> {
                    PetersonLock lock = new PetersonLock(memory, WaitStrategy.SPIN);
                    return views(lock::party, lock::repair);
                }),
                new Kind("FilterLock", memory -> {
                    FilterLock lock = new FilterLock(memory, parties, WaitStrategy.SPIN);
                    return views(lock::party, lock::repair);
                }),
                new Kind("BakeryLock", memory -> {
                    BakeryLock lock = new BakeryLock(memory, parties, WaitStrategy.SPIN);
                    return views(lock::party, lock::repair);
                }));
    }

    /** What a lock protects: two words that are equal but inside, and after a death there. */
    private record Account(Memory memory, Recovering lock, Word left, Word right, Word over) {
        Account(Memory memory, Kind kind) {
            this(memory, kind.constructor.apply(memory), memory.word(0), memory.word(0), memory.word(0));
        }

        void use(int view) {
            try {
                lock.party(view).lock();
                try {
                    if (left.getVolatile() != right.getVolatile()) {
                        throw new AssertionError("not repaired, or not alone");
                    }
                    left.getAndAdd(1);
                    right.getAndAdd(1);
                } finally {
                    lock.party(view).unlock();
                }
            } catch (OwnerDiedException e) {
                lock.repair(view, () -> right.setVolatile(left.getVolatile()));
            }
        }
    }

    private Exploration<Account> parties(Kind kind, int count) {
        Exploration<Account> exploration = Exploration.of(memory -> new Account(memory, kind));
        for (int i = 0; i < count; i++) {
            int me = i;
            exploration.party("p" + i, account -> account.use(me));
        }
        return exploration;
    }

    @TestFactory
    Stream<DynamicTest> survivorOfTwoGetsThroughTwice() {
        return kinds(2).map(kind -> DynamicTest.dynamicTest(kind.name, () -> {
            boolean large = !kind.name.equals("ReentrantMutex");
            Report report = parties(kind, 2)
                    .rounds(2)
                    .kills(1)
                    .states(large ? 1_000_000 : 5_000_000)
                    .run();
            assertTrue(large || report.isExhaustive(), report::toString);
        }));
    }

    @TestFactory
    Stream<DynamicTest> survivorsOfThreeGetThrough() {
        return kinds(3).filter(kind -> !kind.name.equals("PetersonLock"))
                .map(kind -> DynamicTest.dynamicTest(kind.name, () -> {
                    Report report = parties(kind, 3)
                            .kills(2)
                            .preemptions(3)
                            .spurious(false)
                            .states(500_000)
                            .run();
                    assertTrue(report.violation().isEmpty());
                }));
    }

    /** One dies while it uses a view, and another wants the same view. */
    @TestFactory
    Stream<DynamicTest> viewOfADeadPartyIsTakenOver() {
        return kinds(2).filter(kind -> kind.name.matches("Peterson.*|Filter.*|Bakery.*"))
                .map(kind -> DynamicTest.dynamicTest(kind.name, () -> {
                    Report report = Exploration.of((Memory memory) -> new Account(memory, kind))
                            .party("mortal", account -> {
                                account.use(0);
                                account.over.setVolatile(1);
                            })
                            .party("heir", account -> {
                                while (account.over.getVolatile() == 0 && account.memory.isAlive(1)) {
                                    account.memory.pause();
                                }
                                account.use(0);
                            })
                            .party("other", account -> account.use(1))
                            .kills(1, "mortal")
                            .preemptions(4)
                            .states(500_000)
                            .run();
                    assertTrue(report.violation().isEmpty());
                }));
    }

    @Test
    void permitOfADeadPartyComesBack() {
        Report binary = binary().states(2_000_000).run();
        assertEquals(TIME, binary.bounds(), binary::toString);
        Report pool = pool().states(2_000_000).run();
        assertEquals(TIME, pool.bounds(), pool::toString);
    }

    @Test
    void permitOfADeadPartyComesBackTwice() {
        assertTrue(binary().rounds(2).states(1_000_000).run().violation().isEmpty());
        assertTrue(pool().rounds(2).states(1_000_000).run().violation().isEmpty());
    }

    private Exploration<BinarySemaphore> binary() {
        return Exploration.of((Memory memory) -> new BinarySemaphore(memory, true, WaitStrategy.PARK))
                .party("a", this::visit)
                .party("b", this::visit)
                .kills(1);
    }

    private Exploration<PermitPool> pool() {
        return Exploration.of((Memory memory) -> new PermitPool(memory, 1, WaitStrategy.PARK))
                .party("a", this::visit)
                .party("b", this::visit)
                .kills(1);
    }

    private void visit(BinarySemaphore semaphore) throws InterruptedException {
        semaphore.acquire();
        section.enter();
        section.leave();
        semaphore.release();
    }

    private void visit(PermitPool pool) throws InterruptedException {
        pool.acquire();
        section.enter();
        section.leave();
        pool.release();
    }

    @Test
    void waiterThatDiesInLineHoldsNobodyUp() {
        Report report = fifo(0).party("mortal", CountingSemaphore::acquire)
                .party("waiter", CountingSemaphore::acquire)
                .party("giver", semaphore -> {
                    semaphore.release();
                    semaphore.release();
                })
                .kills(1, "mortal")
                .spurious(false)
                .preemptions(4)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void giverThatDiesKeepsNobodyWaitingForWhatIsThere() {
        Report report = fifo(0).party("waiter", CountingSemaphore::acquire)
                .party("mortal", CountingSemaphore::release)
                .party("giver", CountingSemaphore::release)
                .kills(1, "mortal")
                .spurious(false)
                .preemptions(4)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void linePassesAllTwice() {
        Report two = fifo(1).party("a", RecoveryTest::useFairly)
                .party("b", RecoveryTest::useFairly)
                .rounds(2)
                .states(1_000_000)
                .checkAtEnd("one permit", semaphore -> semaphore.availablePermits() == 1)
                .run();
        assertTrue(two.violation().isEmpty());
        Report three = fifo(1).party("a", RecoveryTest::useFairly)
                .party("b", RecoveryTest::useFairly)
                .party("hasty", semaphore -> {
                    if (semaphore.tryAcquire(1, TimeUnit.SECONDS)) {
                        semaphore.release();
                    }
                })
                .spurious(false)
                .preemptions(4)
                .states(1_000_000)
                .checkAtEnd("one permit", semaphore -> semaphore.availablePermits() == 1)
                .run();
        assertTrue(three.violation().isEmpty());
    }

    /** A line of two places for three. */
    private static Exploration<CountingSemaphore> fifo(int permits) {
        return Exploration.of((Memory memory) -> new CountingSemaphore(memory, permits, 2, WaitStrategy.PARK));
    }

    private static void useFairly(CountingSemaphore semaphore) throws InterruptedException {
        semaphore.acquire();
        semaphore.release();
    }

    /** A monitor of a number of items, whose owners and waiters may die. */
    private record Shelf(Mutex mutex, Condition notEmpty, Word items) {
        Shelf(Memory memory) {
            this(memory, new Mutex(memory, WaitStrategy.PARK));
        }

        private Shelf(Memory memory, Mutex mutex) {
            this(mutex, new MutexCondition(memory, mutex), memory.word(0));
        }

        void put() {
            lock();
            items.getAndAdd(1);
            notEmpty.signal();
            mutex.unlock();
        }

        void take() throws InterruptedException {
            lock();
            while (items.getVolatile() == 0) {
                try {
                    notEmpty.await();
                } catch (OwnerDiedException e) {
                    mutex.unlock(); // as any caller would: an await that throws has locked again
                    lock();
                }
            }
            items.getAndAdd(-1);
            mutex.unlock();
        }

        /** An item is one step: there is nothing to repair. */
        private void lock() {
            for (; ; ) {
                try {
                    mutex.lock();
                    return;
                } catch (OwnerDiedException e) {
                    mutex.repair(() -> {});
                }
            }
        }
    }

    @Test
    void waiterThatDiesAbsorbsNoSignal() {
        Report report = Exploration.of(Shelf::new)
                .party("mortal", Shelf::take)
                .party("taker", Shelf::take)
                .party("putter", shelf -> {
                    shelf.put();
                    shelf.put();
                })
                .kills(1, "mortal")
                .spurious(false)
                .preemptions(3)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }

    @Test
    void awaitThatMeetsADeadOwnerHoldsTheMutex() {
        Report report = Exploration.of(Shelf::new)
                .party("taker", Shelf::take)
                .party("mortal", Shelf::put)
                .party("putter", Shelf::put)
                .kills(1, "mortal")
                .spurious(false)
                .preemptions(3)
                .states(1_000_000)
                .run();
        assertTrue(report.violation().isEmpty());
    }
}
