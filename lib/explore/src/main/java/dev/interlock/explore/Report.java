package dev.interlock.explore;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What an exploration did and found. All but the time is the same each time. */
public final class Report {
    private final String program;
    private final long states;
    private final long steps;
    private final double schedules;
    private final long operations;
    private final int longest;
    private final List<String> bounds;
    private final boolean random;
    private final Duration time;
    private final Violation violation;
    private final String table;

    Report(
            String program,
            long states,
            long steps,
            double schedules,
            long operations,
            int longest,
            List<String> bounds,
            boolean random,
            Duration time,
            Violation violation,
            String table) {
        this.program = program;
        this.states = states;
        this.steps = steps;
        this.schedules = schedules;
        this.operations = operations;
        this.longest = longest;
        this.bounds = List.copyOf(bounds);
        this.random = random;
        this.time = time;
        this.violation = violation;
        this.table = table;
    }

    /**
     * Whether every schedule was covered: no bound cut the search, and no violation ended it.
     *
     * @return whether it was exhaustive
     */
    public boolean isExhaustive() {
        return bounds.isEmpty() && !random && violation == null;
    }

    /**
     * What was found to be wrong.
     *
     * @return the violation, if there is one
     */
    public Optional<Violation> violation() {
        return Optional.ofNullable(violation);
    }

    /**
     * How many different states were seen; in random mode 0, for they are not told apart.
     *
     * @return the number of states
     */
    public long states() {
        return states;
    }

    /**
     * How many steps between states were taken.
     *
     * @return the number of steps
     */
    public long steps() {
        return steps;
    }

    /**
     * How many schedules from the beginning to an end the steps stand for; infinite if there are cycles.
     *
     * @return the number of schedules, rounded beyond 2^53; 0 if the search did not come to its end
     */
    public double schedules() {
        return schedules;
    }

    /**
     * How many operations the parties' code took, run again and again.
     *
     * @return the number of operations, on words and other
     */
    public long operations() {
        return operations;
    }

    /**
     * The length of the longest shortest way to a state.
     *
     * @return the depth of the search, in steps
     */
    public int depth() {
        return longest;
    }

    /**
     * The bounds that cut the search.
     *
     * @return a text for each, none if nothing was left out
     */
    public List<String> bounds() {
        return bounds;
    }

    /**
     * How long it took.
     *
     * @return the time
     */
    public Duration time() {
        return time;
    }

    /**
     * The schedule as a table with a column a party: of the violation, or of the replay.
     *
     * @return the table, empty if there is none
     */
    public String table() {
        return table;
    }

    /**
     * The result in one line, without the time.
     *
     * @return the summary
     */
    public String summary() {
        StringBuilder text = new StringBuilder(program).append(": ");
        text.append(violation == null ? "no violation" : violation.kind().toString());
        text.append("; ");
        if (random) {
            text.append("random, ").append(count(schedules)).append(" schedules");
        } else {
            text.append(isExhaustive() ? "exhaustive, " : violation == null ? "not exhaustive, " : "")
                    .append(count(states))
                    .append(" states, ");
            if (Double.isInfinite(schedules)) {
                text.append("endless schedules");
            } else if (schedules > 0) {
                text.append(count(schedules)).append(" schedules");
            } else {
                text.append("depth ").append(longest);
            }
        }
        text.append(", ").append(count(steps)).append(" steps");
        for (String bound : bounds) {
            text.append("; cut: ").append(bound);
        }
        return text.toString();
    }

    /** The table, if any, and the summary with the time. */
    @Override
    public String toString() {
        return (table.isEmpty() ? "" : table + "\n")
                + summary()
                + String.format(Locale.ROOT, ", %.2f s", time.toNanos() / 1e9);
    }

    static String count(double number) {
        return number < 1e12
                ? String.format(Locale.ROOT, "%,.0f", number).replace(',', ' ')
                : String.format(Locale.ROOT, "%.1e", number);
    }
}
