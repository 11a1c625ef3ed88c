package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Report;
import dev.interlock.explore.Section;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every lock over words: one party in the section at a time, and nobody stuck. */
class LocksTest {
    private static final int STATES = 500_000;

    private final Section section = new Section();

    @TestFactory
    Stream<DynamicTest> twoPartiesPassTwice() {
        return correct()
                .map(lock -> DynamicTest.dynamicTest(lock.name(), () -> {
                    Report report = lock.parties(2, section).rounds(2).run();
                    assertTrue(report.isExhaustive(), report::toString);
                }));
    }

    @TestFactory
    Stream<DynamicTest> threePartiesPass() {
        return correct()
                .filter(lock -> lock.most() > 2)
                .map(lock -> DynamicTest.dynamicTest(lock.name(), () -> {
                    Report report = lock.parties(3, section)
                            .spurious(false)
                            .states(STATES)
                            .run();
                    assertTrue(report.violation().isEmpty());
                }));
    }

    @TestFactory
    Stream<DynamicTest> threePartiesPassTwiceWithFewPreemptions() {
        return correct()
                .filter(lock -> lock.most() > 2)
                .map(lock -> DynamicTest.dynamicTest(lock.name(), () -> lock.parties(3, section)
                        .rounds(2)
                        .preemptions(2)
                        .states(STATES)
                        .run()));
    }

    @TestFactory
    Stream<DynamicTest> fourPartiesPassThreeTimesAtRandom() {
        return correct()
                .filter(lock -> lock.most() > 3)
                .map(lock -> DynamicTest.dynamicTest(lock.name(), () -> {
                    Report report =
                            lock.parties(4, section).rounds(3).random(6, 2_000).run();
                    assertFalse(report.isExhaustive());
                }));
    }

    private static Stream<LockCase> correct() {
        return LockCase.ALL.stream().filter(lock -> !lock.name().equals("LockVariable"));
    }
}
