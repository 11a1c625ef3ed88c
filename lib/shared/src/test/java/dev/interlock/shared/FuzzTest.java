package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A segment that was damaged in any way leads to documented exceptions: the JVM neither crashes nor goes round for ever.
 *
 * <p>A sample by default. All: {@code mvn -B verify -pl lib/shared -am -Dtest=FuzzTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dfuzz.cases=10000}, and {@code -Dfuzz.seed=N} for others than the usual ones. A
 * failure names the seed and the case: {@code FuzzCases seed case 1} repeats it alone.
 */
@Timeout(840)
class FuzzTest {
    private static final int CASES_PER_CHILD = 400;

    @Test
    void damagedSegmentsGiveOnlyDocumentedExceptions() throws Exception {
        int cases = Integer.getInteger("fuzz.cases", CASES_PER_CHILD);
        long seed = Long.getLong("fuzz.seed", 1);
        for (int first = 0; first < cases; first += CASES_PER_CHILD) {
            int count = Math.min(CASES_PER_CHILD, cases - first);
            try (ChildJvm child = new ChildJvm(
                    FuzzCases.class, Long.toString(seed), Integer.toString(first), Integer.toString(count))) {
                String output = child.rest();
                int exit = child.join();
                for (int number = first; number < first + count; number++) {
                    TestSegments.remove(FuzzCases.name(child.pid(), number)); // there is one if the child crashed
                }
                int fault = output.indexOf("fault:");
                assertEquals("", fault < 0 ? "" : output.substring(fault));
                assertEquals(0, exit, () -> "seed " + seed + ": " + output);
                assertEquals("end " + count + " 0", output.strip().lines().reduce("", (a, b) -> b));
            }
        }
    }
}
