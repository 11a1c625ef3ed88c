package dev.interlock.examples.soak;

import dev.interlock.shared.Segment;

/** What all duties of one process have in common: the segment, who the worker is, and where the figures go. */
final class Arena {
    static final int WORKERS = 6;

    private final Segment segment;
    private final Tally tally;
    private final int worker;
    private final int incarnation;

    /** For worker number {@code worker}, which was started {@code incarnation} times before. */
    Arena(Segment segment, int worker, int incarnation) {
        this.segment = segment;
        this.worker = worker;
        this.incarnation = incarnation;
        this.tally = segment.attach("tally", Tally::new);
    }

    Segment segment() {
        return segment;
    }

    Tally tally() {
        return tally;
    }

    int worker() {
        return worker;
    }

    int incarnation() {
        return incarnation;
    }

    void violation(String what) {
        tally.violated();
        System.err.println("VIOLATION, worker " + worker + "." + incarnation + ": " + what);
    }

    void recovered() {
        tally.recovered();
    }
}
