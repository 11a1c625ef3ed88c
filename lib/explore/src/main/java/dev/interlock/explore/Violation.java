package dev.interlock.explore;

/** What an exploration found to be wrong. The message is the whole story: what broke, the schedule, and a table of it. */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    /** What can go wrong. */
    public enum Kind {
        /** More parties than allowed are in a {@link Section}. */
        MUTUAL_EXCLUSION("mutual exclusion is violated"),
        /** A check of the shared object failed. */
        INVARIANT("an invariant is violated"),
        /** A party's body threw. */
        EXCEPTION("a party fails"),
        /** Some parties wait, and nobody is left who could end their wait. */
        DEADLOCK("deadlock"),
        /** A party sleeps for ever although what it waited for came about, or was signalled before it slept. */
        LOST_WAKE_UP("a wake-up is lost"),
        /** A party waits for ever although all others are outside their critical sections and have no more to do. */
        BLOCKED_FROM_OUTSIDE("a party outside its critical section blocks another"),
        /** Parties go round for ever, each getting its turn, and none of them completes a round. */
        LIVELOCK("livelock"),
        /** A party never completes its round, though each gets its turn, while others complete theirs again and again. */
        STARVATION("a party starves");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The kind, for people. */
        @Override
        public String toString() {
            return text;
        }
    }

    private final Kind kind;
    private final String schedule;
    private final int steps;

    Violation(Kind kind, String message, String schedule, int steps, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.schedule = schedule;
        this.steps = steps;
    }

    /**
     * What went wrong.
     *
     * @return the kind of violation
     */
    public Kind kind() {
        return kind;
    }

    /**
     * How to get there, for {@link Exploration#replay}: the parties in the order of their steps.
     *
     * @return the shortest schedule that was found
     */
    public String schedule() {
        return schedule;
    }

    /**
     * How long the schedule is; without the part that is repeated for ever, if there is one.
     *
     * @return the number of steps
     */
    public int steps() {
        return steps;
    }
}
