package dev.interlock.shared.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kills a process at each step of each operation, and compares what survivors find with what is written. */
class CrashMatrixTest {
    private static final Path FILE = Path.of("CRASHES.md");
    private static final String HEAD = """
            # What a death leaves behind

            For each operation, a process was killed (SIGKILL) just before the first word operation of it, in another run before
            the second, and so on until it completed; another process, in which a thread may wait already, then had to go on
            within a second with every promise kept. Computed by

                mvn -B -q verify -pl lib/shared -am -Dtest=CrashMatrixTest -Dsurefire.failIfNoSpecifiedTests=false -Dcrashes=write

            and compared by the same test without the last option. Steps are those of the operation without contention but as
            its name says; with ~ the number depends on how long the victim slept. Outcomes that depend on the step say at which.
            Operations on payload bytes are not steps: between claim and publish nobody else looks at them.

            | primitive | operation | steps | what the survivor finds |
            |---|---|---:|---|
            """;

    @Test
    @Timeout(900)
    void survivorsGoOn() throws Exception {
        List<String> lines = new ArrayList<>();
        List<String> checked = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        try (CrashMatrix matrix = new CrashMatrix()) {
            for (Scenario<?> scenario : Scenarios.all()) {
                try {
                    CrashMatrix.Row row = matrix.run(scenario);
                    lines.add(line(row));
                    checked.add(comparable(lines.get(lines.size() - 1)));
                    System.out.println(lines.get(lines.size() - 1));
                } catch (AssertionError e) {
                    failures.add(e.getMessage());
                    System.out.println("FAILED " + e.getMessage());
                }
            }
            System.out.println(
                    matrix.kills() + " kills; the longest recovery took " + matrix.longestNanos() / 1_000_000 + " ms");
        }
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
        if ("write".equals(System.getProperty("crashes"))) {
            Files.writeString(FILE, HEAD + String.join("\n", lines) + "\n");
        }
        assertEquals(written(), checked, "CRASHES.md is out of date; the command to write it is in it");
    }

    private static String line(CrashMatrix.Row row) {
        String steps = (row.scenario().sleeps() ? "~" : "") + row.steps();
        return "| " + row.scenario().primitive() + " | " + row.scenario().operation() + " | " + steps + " | "
                + row.described() + " |";
    }

    private static List<String> written() throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| primitive"))
                .map(CrashMatrixTest::comparable)
                .toList();
    }

    /** Without what depends on how long the victim slept. */
    private static String comparable(String line) {
        return line.contains(" | ~") ? line.substring(0, line.indexOf(" | ~")) : line;
    }
}
