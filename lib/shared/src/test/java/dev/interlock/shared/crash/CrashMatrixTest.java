package dev.interlock.shared.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process at each step of each operation, and compares what survivors find with what is written. */
class CrashMatrixTest {
    private static final Path FILE = Path.of("CRASHES.md");
    private static final String HEAD = """
            # What a death leaves behind

            For each operation, a process was killed (SIGKILL) just before the first step of it, in another run before
            the second, and so on until it completed; another process, in which a thread may wait already, then had to go on
            within a second with every promise kept. Computed by

                mvn -B -q verify -pl lib/shared -am -Dtest=CrashMatrixTest -Dsurefire.failIfNoSpecifiedTests=false \\
                    -Dsurefire.timeout=7200 -Dcrashes=write

            and compared by the same test with `-Dcrashes=all`; without an option the test takes each tenth step only, from one of the
            first ten, by chance. `-Dcrashes.only=EXPRESSION` in addition leaves all rows out but those whose first two cells,
            joined by a colon and a space, begin like that. A step is an operation on a word of the primitive, or on a byte of a
            payload; for the segment itself, a system call or a write that changes it; in C, an atomic operation, a copy or a
            system call of `examples/c/interlock.h`. What is copied in one go, as the name and the text of a letter are in
            mailboxes that are no rings, belongs to the step before it. Steps are those of the operation without contention but
            as its name says; with ~ their number depends on how long somebody slept, and then the outcomes are told without
            them; else outcomes that depend on the step say at which.

            | primitive | operation | steps | what the survivor finds |
            |---|---|---:|---|
            """;

    /** Rows of which not all runs find all outcomes are written from so many. */
    private static final int RUNS_TO_WRITE = 2;

    private static final int STRIDE = 10;

    @TempDir
    private Path directory;

    @Test
    @Timeout(7200)
    void survivorsGoOn() throws Exception {
        String extent = System.getProperty("crashes", "some");
        boolean writes = extent.equals("write");
        int stride = extent.equals("some") ? STRIDE : 1;
        int first = 1 + ThreadLocalRandom.current().nextInt(stride);
        System.out.println("steps " + first + ", " + (first + stride) + ", ...");
        String only = System.getProperty("crashes.only", ""); // a part of the table: how a row begins, as an expression
        int runs = Integer.getInteger("crashes.runs", writes ? RUNS_TO_WRITE : 1);
        List<CrashMatrix.Row> rows = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        try (CrashMatrix matrix = new CrashMatrix(directory)) {
            for (boolean inC : new boolean[] {false, true}) {
                for (Scenario<?> scenario : Scenarios.all()) {
                    if (scenario.isDoneBy(inC) && scenario.toString().matches(only + ".*")) {
                        try {
                            CrashMatrix.Row row = matrix.run(scenario, inC, first, stride);
                            for (int i = 1; !row.isExact() && i < runs; i++) {
                                row.outcomes()
                                        .addAll(matrix.run(scenario, inC, first, stride)
                                                .outcomes());
                            }
                            rows.add(row);
                            System.out.println(line(row));
                        } catch (AssertionError e) {
                            failures.add(e.getMessage());
                            System.out.println("FAILED " + e.getMessage());
                        }
                    }
                }
            }
            System.out.println(
                    matrix.kills() + " kills; the longest recovery took " + matrix.longestNanos() / 1_000_000 + " ms");
        }
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
        if (writes) {
            write(rows);
        }
        compare(rows, only, stride == 1);
    }

    /** Writes what was found; rows that were not asked for stay as they are. */
    private static void write(List<CrashMatrix.Row> rows) throws IOException {
        Map<String, String> lines = written();
        rows.forEach(row -> lines.put(key(line(row)), line(row)));
        StringBuilder text = new StringBuilder(HEAD);
        for (boolean inC : new boolean[] {false, true}) {
            for (Scenario<?> scenario : Scenarios.all()) {
                String line = lines.get(CrashMatrix.Row.primitive(scenario, inC) + ": " + scenario.operation());
                text.append(scenario.isDoneBy(inC) && line != null ? line + "\n" : "");
            }
        }
        Files.writeString(FILE, text);
    }

    /** The table's lines, by what is in their first two cells. */
    private static Map<String, String> written() throws IOException {
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : Files.readAllLines(FILE)) {
            if (line.startsWith("| ") && !line.startsWith("| primitive")) {
                lines.put(key(line), line);
            }
        }
        return lines;
    }

    private static String line(CrashMatrix.Row row) {
        return "| " + row.primitive() + " | " + row.scenario().operation() + " | " + (row.isExact() ? "" : "~")
                + row.steps() + " | " + row.described() + " |";
    }

    /**
     * What is the same at each run must be as written. What depends on how long somebody slept differs from run to run: there
     * nothing may be found that is written of no operation of the primitive.
     */
    private static void compare(List<CrashMatrix.Row> rows, String only, boolean whole) throws IOException {
        Map<String, String> written = written();
        Map<String, Set<String>> outcomes = new HashMap<>();
        for (String line : written.values()) {
            outcomes.computeIfAbsent(primitive(line), any -> new HashSet<>()).addAll(outcomes(line));
        }
        written.keySet().removeIf(key -> !key.replace(", in C:", ":").matches(only + ".*"));
        List<String> differences = new ArrayList<>();
        for (CrashMatrix.Row row : rows) {
            String found = line(row);
            String known = written.remove(key(found));
            boolean agree = known != null
                    && (whole && row.isExact()
                            ? found.equals(known)
                            : outcomes.get(primitive(found)).containsAll(row.outcomes()));
            if (!agree) {
                differences.add(found + " but was written: " + known);
            }
        }
        written.values().forEach(line -> differences.add("not found: " + line));
        assertEquals(List.of(), differences, "CRASHES.md is out of date; the command to write it is in it");
    }

    private static String key(String line) {
        String[] cells = line.substring("| ".length()).split(" \\| ");
        return cells[0] + ": " + cells[1];
    }

    /** Whether in C or not. */
    private static String primitive(String line) {
        return line.split(" \\| ")[0].replace(", in C", "");
    }

    private static List<String> outcomes(String line) {
        String last = line.split(" \\| ")[3];
        return Stream.of(last.substring(0, last.length() - " |".length()).split("; "))
                .map(outcome -> outcome.replaceFirst("^[0-9]+(-[0-9]+)?: ", ""))
                .toList();
    }
}
