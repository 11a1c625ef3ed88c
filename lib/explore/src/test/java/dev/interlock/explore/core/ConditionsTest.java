package dev.interlock.explore.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.explore.Section;
import dev.interlock.explore.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Computes the table of the four conditions of mutual exclusion, and writes it, or compares it with what is written. */
class ConditionsTest {
    private static final Path FILE = Path.of("CONDITIONS.md");
    private static final int STATES = 300_000;

    private static final String HEADER = """
            # The four conditions of mutual exclusion

            Computed by running each lock of the library under every interleaving; written by

                mvn -B -q verify -pl lib/explore -am -Dtest=ConditionsTest -Dsurefire.failIfNoSpecifiedTests=false -Dconditions=write

            and compared by the same test without the last option. Two parties. The conditions are those of A. S. Tanenbaum,
            Modern Operating Systems:

            1. No two parties are inside their critical sections at the same time. *Searched: 2 rounds each.*
            2. Nothing is assumed about speeds or the number of CPUs. *No: it keeps the first condition and makes progress as
               long as no party is held up between its steps, and not under every interleaving.*
            3. No party outside its critical section blocks another. *Searched: 2 rounds each, and each may stop for good
               before any of them.*
            4. No party waits for ever to enter. *Searched: rounds without end; a fair cycle, in which each party gets its turn
               and one of them never enters. "yes, so far" where the states have no end, because the lock counts; it holds in
               the first 300 000.*

            """;

    private record Answer(Optional<Violation> violation, boolean exhaustive) {
        static Answer of(Report report) {
            return new Answer(report.violation(), report.isExhaustive());
        }

        @Override
        public String toString() {
            return violation.isPresent() ? "**no**" : exhaustive ? "yes" : "yes, so far";
        }
    }

    private final Section section = new Section();

    @Test
    void tableIsUpToDate() throws IOException {
        String table = table();
        if ("write".equals(System.getProperty("conditions"))) {
            Files.writeString(FILE, table);
        }
        assertEquals(Files.readString(FILE), table, "CONDITIONS.md is out of date; the command to write it is in it");
    }

    private String table() {
        StringBuilder rows = new StringBuilder();
        StringBuilder schedules = new StringBuilder();
        rows.append(
                "| lock | 1 mutual exclusion | 2 any speed | 3 nobody outside blocks | 4 nobody waits for ever |\n");
        rows.append("|---|---|---|---|---|\n");
        for (LockCase lock : LockCase.ALL) {
            Answer[] answers = {exclusion(lock), speed(lock), outside(lock), waiting(lock)};
            rows.append("| ").append(lock);
            for (Answer answer : answers) {
                rows.append(" | ").append(answer);
            }
            rows.append(" |\n");
            List<String> told = new ArrayList<>();
            for (int i = 0; i < answers.length; i++) {
                tell(schedules, lock, i + 1, answers[i], told);
            }
        }
        return HEADER + rows + schedules;
    }

    private static void tell(StringBuilder text, LockCase lock, int condition, Answer answer, List<String> told) {
        if (answer.violation.isEmpty()) {
            return;
        }
        String message = answer.violation.get().getMessage();
        text.append("\n## ")
                .append(lock)
                .append(": condition ")
                .append(condition)
                .append("\n\n");
        if (told.contains(message)) {
            text.append("As above.\n");
        } else {
            text.append("    ").append(message.replace("\n", "\n    ")).append('\n');
        }
        told.add(message);
    }

    private Answer exclusion(LockCase lock) {
        return Answer.of(
                two(lock).rounds(2).lookFor(Violation.Kind.MUTUAL_EXCLUSION).search());
    }

    /** Whether what holds at one speed, without preemptions, holds at every speed. */
    private Answer speed(LockCase lock) {
        Violation.Kind[] kinds = {
            Violation.Kind.MUTUAL_EXCLUSION,
            Violation.Kind.DEADLOCK,
            Violation.Kind.LOST_WAKE_UP,
            Violation.Kind.EXCEPTION,
            Violation.Kind.LIVELOCK
        };
        boolean atOneSpeed = two(lock)
                .rounds(2)
                .preemptions(0)
                .lookFor(kinds)
                .search()
                .violation()
                .isEmpty();
        Answer answer = Answer.of(two(lock).rounds(2).lookFor(kinds).search());
        return atOneSpeed ? answer : new Answer(Optional.empty(), true);
    }

    private Answer outside(LockCase lock) {
        return Answer.of(two(lock)
                .rounds(2)
                .stops()
                .lookFor(Violation.Kind.BLOCKED_FROM_OUTSIDE)
                .search());
    }

    private Answer waiting(LockCase lock) {
        return Answer.of(two(lock)
                .forever()
                .states(STATES)
                .lookFor(
                        Violation.Kind.STARVATION,
                        Violation.Kind.LIVELOCK,
                        Violation.Kind.DEADLOCK,
                        Violation.Kind.LOST_WAKE_UP)
                .search());
    }

    private Exploration<LockCase.Guard> two(LockCase lock) {
        return lock.parties(2, section);
    }
}
