package dev.interlock.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.spin.LockVariable;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExplorationTest {
    private final Section section = new Section();

    /** Two words, for small programs. */
    private record Two(Word x, Word y) {
        Two(Memory memory) {
            this(memory.word(0), memory.word(0));
        }
    }

    private static Exploration<Two> two() {
        return Exploration.of(Two::new);
    }

    @Test
    void everyInterleavingOfIndependentWritesIsCounted() {
        Report report = two().party("a", two -> {
                    two.x.setVolatile(1);
                    two.x.setVolatile(2);
                    two.x.setVolatile(3);
                })
                .party("b", two -> {
                    two.y.setVolatile(1);
                    two.y.setVolatile(2);
                    two.y.setVolatile(3);
                })
                .run();
        assertTrue(report.isExhaustive());
        assertEquals(4 * 4, report.states());
        assertEquals(20, report.schedules()); // 6! / (3! 3!)
        assertEquals(2 * 3 * 4, report.steps());
    }

    @Test
    void storeBufferingHasTheOutcomesOfSequentialConsistency() {
        Set<String> outcomes = new TreeSet<>();
        record Four(Word x, Word y, Word seenByA, Word seenByB) {
            Four(Memory memory) {
                this(memory.word(0), memory.word(0), memory.word(0), memory.word(0));
            }
        }
        Exploration.of(Four::new)
                .party("a", four -> {
                    four.x.setVolatile(1);
                    four.seenByA.setVolatile(four.y.getVolatile());
                })
                .party("b", four -> {
                    four.y.setVolatile(1);
                    four.seenByB.setVolatile(four.x.getVolatile());
                })
                .checkAtEnd("any", four -> outcomes.add(four.seenByA + " " + four.seenByB) || true)
                .run();
        assertEquals(Set.of("0 1", "1 0", "1 1"), outcomes);
    }

    @Test
    void lostUpdateIsFoundAtTheEnd() {
        Violation violation = assertThrows(Violation.class, () -> two().party("a", this::increment)
                .party("b", this::increment)
                .checkAtEnd("x is 2", two -> two.x.getVolatile() == 2)
                .run());
        assertEquals(Violation.Kind.INVARIANT, violation.kind());
        assertEquals(4, violation.steps());
    }

    private void increment(Two two) {
        two.x.setVolatile(two.x.getVolatile() + 1);
    }

    @Test
    void invariantIsCheckedAtEachStep() {
        Violation violation = assertThrows(Violation.class, () -> two().party("a", two -> {
                    two.x.setVolatile(1);
                    two.y.setVolatile(1);
                })
                .check("x = y", two -> two.x.getVolatile() == two.y.getVolatile())
                .run());
        assertEquals("a", violation.schedule());
    }

    @Test
    void checkMustNotWrite() {
        assertThrows(IllegalStateException.class, () -> two().party("a", two -> two.x.setVolatile(1))
                .check("writes", two -> two.x.compareAndSet(0, 1))
                .run());
    }

    @Test
    void exceptionInAPartyIsTheCause() {
        Violation violation = assertThrows(Violation.class, () -> two().party("a", two -> two.x.setVolatile(1))
                .party("b", two -> {
                    if (two.x.getVolatile() == 1) {
                        throw new IllegalArgumentException("saw it");
                    }
                })
                .run());
        assertEquals(Violation.Kind.EXCEPTION, violation.kind());
        assertInstanceOf(IllegalArgumentException.class, violation.getCause());
        assertEquals("a b", violation.schedule());
    }

    @Test
    void sameInputGivesTheSameReport() {
        for (int i = 0; i < 2; i++) {
            int kills = i;
            Report first = mutex().kills(kills).search();
            Report second = mutex().kills(kills).search();
            assertEquals(first.summary(), second.summary());
        }
        assertEquals(
                tasForEver().search().violation().orElseThrow().getMessage(),
                tasForEver().search().violation().orElseThrow().getMessage());
    }

    private Exploration<Mutex> mutex() {
        return Exploration.of((Memory memory) -> new Mutex(memory, WaitStrategy.PARK))
                .party("left", section::run)
                .party("right", section::run);
    }

    private Exploration<TasLock> tasForEver() {
        return Exploration.of((Memory memory) -> new TasLock(memory, WaitStrategy.SPIN))
                .party("left", section::run)
                .party("right", section::run)
                .forever();
    }

    @Test
    void replayTellsTheSameStory() {
        Exploration<LockVariable> naive =
                Exploration.of(LockVariable::new).party("left", section::run).party("right", section::run);
        Violation found = naive.search().violation().orElseThrow();
        Violation replayed = naive.replay(found.schedule()).violation().orElseThrow();
        assertEquals(found.getMessage(), replayed.getMessage());

        Violation starved = tasForEver().search().violation().orElseThrow();
        Violation again = tasForEver().replay(starved.schedule()).violation().orElseThrow();
        assertEquals(starved.getMessage(), again.getMessage());
    }

    @Test
    void replayOfAPassingScheduleShowsIt() {
        Report report = two().party("left", two -> {
                    section.enter();
                    two.x.compareAndSet(0, 1);
                    section.leave();
                })
                .party("right", two -> two.x.compareAndSet(0, 2))
                .replay("left*2");
        assertTrue(report.violation().isEmpty());
        assertFalse(report.isExhaustive());
        assertEquals("""
                step  left           right
                   1  enter section
                   2  cas x 0 -> 1
                      left is about to leave section
                      right is about to cas x 0 -> 2
                """, report.table());
    }

    @Test
    void replayRefusesWhatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> mutex().replay("left middle"));
        assertThrows(IllegalArgumentException.class, () -> mutex().replay("left:dies"));
        assertThrows(IllegalArgumentException.class, () -> mutex().replay("left:flies"));
        assertThrows(IllegalArgumentException.class, () -> mutex().replay("left**2"));
    }

    @Test
    void boundsThatCutAreReported() {
        Report steps = mutex().steps(5).search();
        assertEquals(1, steps.bounds().size());
        assertFalse(steps.isExhaustive());
        assertTrue(steps.summary().contains("not exhaustive"), steps.summary());
        assertTrue(steps.summary().contains("cut: schedules of more than 5 steps"), steps.summary());
        assertFalse(mutex().states(50).search().isExhaustive());
        assertFalse(mutex().time(Duration.ZERO).search().isExhaustive());
        assertFalse(mutex().preemptions(1).search().isExhaustive());
        assertTrue(mutex().preemptions(1_000).search().isExhaustive());
        assertTrue(mutex().steps(1_000).search().isExhaustive());
    }

    @Test
    void faultThatNeedsTwoPreemptionsIsNotFoundWithOne() {
        Exploration<LockVariable> naive =
                Exploration.of(LockVariable::new).party("left", section::run).party("right", section::run);
        assertTrue(naive.preemptions(1).search().violation().isEmpty());
        assertTrue(naive.preemptions(2).search().violation().isPresent());
    }

    @Test
    void randomModeFindsAndRepeats() {
        Exploration<LockVariable> naive = Exploration.of(LockVariable::new)
                .party("left", section::run)
                .party("right", section::run)
                .rounds(3)
                .random(42, 1_000);
        Report report = naive.search();
        assertEquals(
                Violation.Kind.MUTUAL_EXCLUSION,
                report.violation().orElseThrow().kind());
        assertEquals(report.summary(), naive.search().summary());
        assertEquals(
                report.violation().orElseThrow().getMessage(),
                naive.replay(report.violation().orElseThrow().schedule())
                        .violation()
                        .orElseThrow()
                        .getMessage());
    }

    @Test
    void randomModeRunsLargePrograms() {
        Exploration<Mutex> many = Exploration.of(memory -> new Mutex(memory, WaitStrategy.PARK));
        for (int i = 0; i < 6; i++) {
            many.party("p" + i, section::run);
        }
        Report report = many.rounds(5).random(1, 200).run();
        assertFalse(report.isExhaustive());
        assertEquals(200, report.schedules());
    }

    @Test
    void sleepMayEndForNoReasonUnlessToldNotTo() {
        Exploration<Two> hasty = two().party("sleeper", two -> {
                    if (two.x.getVolatile() == 0) {
                        two.x.await(0, Memory.NO_DEADLINE);
                    }
                    if (two.x.getVolatile() == 0) {
                        throw new AssertionError("woken too early");
                    }
                })
                .party("waker", two -> {
                    two.x.setVolatile(1);
                    two.x.wake(1);
                });
        Violation violation = hasty.search().violation().orElseThrow();
        assertEquals("sleeper*2 sleeper:stirs sleeper", violation.schedule());
        assertTrue(hasty.spurious(false).run().isExhaustive());
    }

    @Test
    void timedSleepEndsEitherWay() {
        Set<String> outcomes = new TreeSet<>();
        two().party("sleeper", two -> {
                    two.y.setVolatile(two.x.await(0, 1_000_000_000_000L) ? 1 : 2);
                })
                .party("waker", two -> two.x.wake(1))
                .spurious(false)
                .checkAtEnd("any", two -> outcomes.add(two.y.toString()) || true)
                .run();
        assertEquals(Set.of("1", "2"), outcomes);
    }

    @Test
    void spinThatWatchesTheClockEnds() {
        Report report = Exploration.of((Memory memory) -> new TasLock(memory, WaitStrategy.SPIN))
                .party("holder", section::run)
                .party("hasty", lock -> {
                    if (lock.tryLock(1, TimeUnit.SECONDS)) {
                        section.enter();
                        section.leave();
                        lock.unlock();
                    }
                })
                .rounds(2)
                .run();
        assertTrue(report.isExhaustive());
    }

    @Test
    void timedOutSpinnerIsSeenToGiveUp() {
        Violation violation = assertThrows(
                Violation.class, () -> Exploration.of((Memory memory) -> new TasLock(memory, WaitStrategy.SPIN))
                        .party("holder", lock -> lock.lock())
                        .party("hasty", lock -> {
                            if (!lock.tryLock(1, TimeUnit.SECONDS)) {
                                throw new AssertionError("gave up");
                            }
                        })
                        .lookFor(Violation.Kind.EXCEPTION)
                        .run());
        assertEquals(Violation.Kind.EXCEPTION, violation.kind());
        assertTrue(violation.schedule().contains("hasty:later"), violation.schedule());
    }

    @Test
    void countedSpinnerLeavesItsLoop() {
        Violation violation = assertThrows(Violation.class, () -> Exploration.of((Memory memory) -> new Spinner(memory))
                .party("spinner", spinner -> {
                    if (!spinner.patiently(1_000)) {
                        throw new AssertionError("gave up");
                    }
                })
                .run());
        assertTrue(violation.schedule().endsWith("spinner:spins"), violation.schedule());
    }

    @Test
    void countedLoopIsExploredCompletelyOnlyRoundByRound() {
        Exploration<Spinner> exploration = Exploration.of((Memory memory) -> new Spinner(memory))
                .party("spinner", spinner -> {
                    spinner.patiently(5);
                })
                .party("setter", spinner -> spinner.word.setVolatile(1));
        Report skipping = exploration.search();
        assertFalse(skipping.isExhaustive());
        assertTrue(skipping.summary().contains("cut: changes after more than 1 equal rounds"), skipping.summary());
        assertTrue(exploration.spins(5).search().isExhaustive());
    }

    @Test
    void endlessLoopIsToldFromACountedOneThatLooksTheSame() {
        Violation violation = assertThrows(Violation.class, () -> Exploration.of((Memory memory) -> new Spinner(memory))
                .party("spinner", spinner -> {
                    while (spinner.word.getVolatile() == 0) {
                        spinner.memory.pause();
                    }
                    spinner.word.setVolatile(0);
                    if (!spinner.patiently(1_000)) {
                        throw new AssertionError("gave up");
                    }
                })
                .party("setter", spinner -> spinner.word.compareAndSet(0, 1))
                .lookFor(Violation.Kind.EXCEPTION)
                .run());
        assertEquals(Violation.Kind.EXCEPTION, violation.kind());
    }

    @Test
    void numberOfRoundsThatMattersAfterAWaitIsABound() {
        Report report = Exploration.of((Memory memory) -> new Spinner(memory))
                .party("spinner", spinner -> {
                    int rounds = 0;
                    while (spinner.word.getVolatile() == 0) {
                        spinner.memory.pause();
                        rounds++;
                    }
                    spinner.word.setVolatile(rounds > 50 ? 3 : 2);
                })
                .party("setter", spinner -> spinner.word.setVolatile(1))
                .search();
        assertTrue(report.summary().contains("their number matters afterwards"), report.summary());
        assertFalse(report.isExhaustive());
    }

    @Test
    void sleeperIsInterruptedOnlyIfAsked() {
        Exploration<Two> exploration = two().party("sleeper", two -> {
                    while (two.x.getVolatile() == 0) {
                        two.x.await(0, Memory.NO_DEADLINE);
                    }
                })
                .party("waker", two -> {
                    two.x.setVolatile(1);
                    two.x.wake(1);
                });
        assertTrue(exploration.run().isExhaustive());
        Violation violation =
                exploration.interrupts(1, "sleeper").search().violation().orElseThrow();
        assertInstanceOf(InterruptedException.class, violation.getCause());
        assertEquals("sleeper sleeper:interrupted", violation.schedule());
        Violation replayed =
                exploration.replay(violation.schedule()).violation().orElseThrow();
        assertEquals(violation.getMessage(), replayed.getMessage());
        assertTrue(exploration.interrupts(1, "waker").run().isExhaustive());
    }

    @Test
    void interruptedWaiterLosesAndLeaksNothing() {
        Report report = Exploration.of((Memory memory) -> new Mutex(memory, WaitStrategy.PARK))
                .party("interruptible", mutex -> {
                    try {
                        mutex.lockInterruptibly();
                    } catch (InterruptedException e) {
                        return;
                    }
                    section.enter();
                    section.leave();
                    mutex.unlock();
                })
                .party("patient", section::run)
                .rounds(2)
                .interrupts(1, "interruptible")
                .checkAtEnd("free", mutex -> !mutex.isLocked())
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    @Test
    void partsOfARoundCarryNothingOverButWords() {
        Exploration<Mutex> whole = mutex().rounds(2);
        Exploration<Mutex> inParts = Exploration.of((Memory memory) -> new Mutex(memory, WaitStrategy.PARK));
        for (String name : new String[] {"left", "right"}) {
            inParts.party(name, Mutex::lock, mutex -> {
                section.enter();
                section.leave();
                mutex.unlock();
            });
        }
        Report fewer = inParts.rounds(2).run();
        Report more = whole.run();
        assertTrue(fewer.isExhaustive() && more.isExhaustive());
        assertTrue(fewer.states() < more.states(), fewer + " and " + more);
        assertEquals(more.schedules(), fewer.schedules());
    }

    private record Spinner(Memory memory, Word word) {
        Spinner(Memory memory) {
            this(memory, memory.word(0));
        }

        boolean patiently(int rounds) {
            for (int i = 0; i < rounds; i++) {
                if (word.getVolatile() != 0) {
                    return true;
                }
                memory.pause();
            }
            return false;
        }
    }

    @Test
    void politePartiesLivelock() {
        record Polite(Memory memory, Word left, Word right) {
            Polite(Memory memory) {
                this(memory, memory.word(0), memory.word(0));
            }

            void lock(Word mine, Word other) {
                mine.setVolatile(1);
                while (other.getVolatile() == 1) {
                    mine.setVolatile(0);
                    memory.pause();
                    mine.setVolatile(1);
                }
                mine.setVolatile(0);
            }
        }
        Violation violation = assertThrows(Violation.class, () -> Exploration.of(Polite::new)
                .party("left", polite -> polite.lock(polite.left, polite.right))
                .party("right", polite -> polite.lock(polite.right, polite.left))
                .run());
        assertEquals(Violation.Kind.LIVELOCK, violation.kind());
        assertTrue(violation.getMessage().contains("again and again"), violation.getMessage());
    }

    @Test
    void deathIsSeenByTheLiving() {
        Report report = Exploration.of((Memory memory) -> new Spinner(memory))
                .party("mortal", spinner -> spinner.word.setVolatile(1))
                .party("watcher", spinner -> {
                    while (spinner.word.getVolatile() == 0 && spinner.memory.isAlive(1)) {
                        spinner.memory.pause();
                    }
                })
                .kills(1, "mortal")
                .run();
        assertTrue(report.isExhaustive());
    }

    @Test
    void sleeperStirsAfterADeathAndOnlyThenIsItReliedOn() {
        Exploration.Body<Two> sleeper = two -> {
            while (two.x.getVolatile() == 0) {
                two.x.await(0, Memory.NO_DEADLINE);
            }
        };
        Violation violation = two().party("mortal", two -> {
                    two.x.setVolatile(1);
                    two.x.wake(1);
                })
                .party("sleeper", sleeper)
                .kills(1)
                .search()
                .violation()
                .orElseThrow();
        assertEquals(Violation.Kind.DEADLOCK, violation.kind());
        assertTrue(violation.getMessage().contains("after the death of mortal"), violation.getMessage());
    }

    @Test
    void timePassesForASleeperThatLooksForLifeSignsNowAndThen() {
        Report report = Exploration.of((Memory memory) -> new Spinner(memory))
                .party("mortal", spinner -> {
                    spinner.word.setVolatile(1);
                    spinner.word.wake(1);
                })
                .party("sleeper", spinner -> {
                    long next = spinner.memory.nanoTime() + 1_000_000;
                    boolean alone = false;
                    while (spinner.word.getVolatile() == 0 && !alone) {
                        spinner.word.await(0, Memory.NO_DEADLINE);
                        if (spinner.memory.nanoTime() >= next) {
                            next = spinner.memory.nanoTime() + 1_000_000;
                            alone = !spinner.memory.isAlive(1);
                        }
                    }
                })
                .kills(1, "mortal")
                .run();
        assertTrue(report.summary()
                .endsWith("cut: time that passes for sleepers without a deadline while nobody has died"));
    }

    @Test
    void wordsAreNamedByTheirFields() {
        record Named(Word[] flag, EventCount notEmpty, LongWord big, Mutex mutex) {
            Named(Memory memory) {
                this(
                        new Word[] {memory.word(0), memory.word(0)},
                        new EventCount(memory),
                        memory.longWord(1L << 40),
                        new Mutex(memory));
            }
        }
        Report report = Exploration.of(Named::new)
                .party("a", named -> {
                    named.flag[1].setVolatile(1);
                    named.notEmpty.signal();
                    named.big.getAndAdd(-1);
                    named.mutex.isLocked();
                })
                .replay("a*4");
        assertEquals("""
                step  a
                   1  set flag[1] 0 -> 1
                   2  get notEmpty.word: 0
                   3  add big 0x10000000000 -> 0xffffffffff
                   4  get mutex.word: 0
                      a has finished
                """, report.table());
    }

    /** A word that says when the payload may be read. */
    private record Letter(Word sent, ByteBuffer payload) {
        Letter(Memory memory) {
            this(memory.word(0), memory.bytes(8));
        }
    }

    @Test
    void payloadIsHandedOver() {
        assertTrue(Exploration.of(Letter::new)
                .party("writer", letter -> {
                    letter.sent.getVolatile();
                    letter.payload.putLong(0, 42);
                    letter.sent.setVolatile(1);
                })
                .party("reader", letter -> {
                    if (letter.sent.getVolatile() == 1 && letter.payload.getLong(0) != 42) {
                        throw new AssertionError("torn");
                    }
                })
                .run()
                .isExhaustive());
    }

    @Test
    void payloadSentTooEarlyIsFound() {
        Violation violation = assertThrows(Violation.class, () -> Exploration.of(Letter::new)
                .party("writer", letter -> {
                    letter.sent.setVolatile(1);
                    letter.sent.getVolatile();
                    letter.payload.putLong(0, 42);
                    letter.sent.getVolatile();
                })
                .party("reader", letter -> {
                    if (letter.sent.getVolatile() == 1 && letter.payload.getLong(0) != 42) {
                        throw new AssertionError("not written yet");
                    }
                })
                .run());
        assertEquals("writer reader", violation.schedule());
    }

    @Test
    void finallyBlocksOfAnUnwoundPartyDoNothing() {
        Report report = two().party("a", two -> {
                    try {
                        two.x.getVolatile();
                        two.x.getVolatile();
                    } finally {
                        two.y.getAndAdd(1);
                    }
                })
                .checkAtEnd("once", two -> two.y.getVolatile() == 1)
                .run();
        assertEquals(4, report.states());
    }

    @Test
    void bodyThatIsNotDeterministicIsRefused() {
        AtomicInteger outside = new AtomicInteger();
        IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> two().party("a", two -> {
                    two.x.setVolatile(outside.incrementAndGet());
                    two.x.getVolatile();
                    two.x.getVolatile();
                })
                .run());
        assertTrue(refusal.getMessage().contains("not deterministic"), refusal.getMessage());
    }

    @Test
    void endlessBodyIsCut() {
        Report report = two().party("a", two -> {
                    for (int i = 0; ; i++) {
                        two.x.setVolatile(i);
                    }
                })
                .search();
        assertFalse(report.isExhaustive());
        assertTrue(report.summary().contains("operations of one party"), report.summary());
    }

    @Test
    void interruptionOfTheCallerIsKept() {
        Thread.currentThread().interrupt();
        mutex().run();
        assertTrue(Thread.interrupted());
    }

    @Test
    void petersonIsExhaustive() {
        Report report = Exploration.of(PetersonLock::new)
                .party("left", lock -> section.run(lock.party(0)))
                .party("right", lock -> section.run(lock.party(1)))
                .rounds(2)
                .run();
        assertTrue(report.isExhaustive());
        assertTrue(report.schedules() > 1e8);
    }

    @Test
    void mistakesOfTheCallerAreRefused() {
        assertThrows(IllegalStateException.class, () -> two().run());
        assertThrows(IllegalArgumentException.class, () -> two().party("a b", two -> {}));
        assertThrows(IllegalArgumentException.class, () -> two().party("a", two -> {})
                .party("a", two -> {}));
        assertThrows(IllegalArgumentException.class, () -> two().rounds(16));
        assertThrows(IllegalArgumentException.class, () -> two().kills(1, "nobody"));
        assertThrows(IllegalArgumentException.class, () -> two().spins(0));
        assertThrows(IllegalArgumentException.class, () -> new Section("none", 0));
        assertThrows(IllegalStateException.class, section::enter);
        assertThrows(Violation.class, () -> Exploration.of((Memory memory) -> memory)
                .party("late", memory -> memory.word(0))
                .run());
    }
}
