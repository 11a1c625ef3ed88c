package dev.interlock.examples.soak;

import java.util.List;
import java.util.function.IntConsumer;

/** Watches that each duty of each worker goes on. */
final class Progress {
    private final Arena arena;
    private final List<Duty> duties;
    private final long[][] steps;
    private final long[][] since;
    private long longestNanos;

    Progress(Arena arena, List<Duty> duties) {
        this.arena = arena;
        this.duties = duties;
        this.steps = new long[Arena.WORKERS][duties.size()];
        this.since = new long[Arena.WORKERS][duties.size()];
    }

    /** A worker begins anew: its time counts from its first step. */
    void restarted(int worker) {
        for (int duty = 0; duty < duties.size(); duty++) {
            steps[worker][duty] = arena.tally().steps(worker, duty);
            since[worker][duty] = 0;
        }
    }

    /** Looks at all workers but those that are stopped, and names those that have waited too long. */
    void look(long now, long[] stoppedUntil, long limitNanos, IntConsumer stalled) {
        for (int worker = 0; worker < Arena.WORKERS; worker++) {
            for (int duty = 0; duty < duties.size(); duty++) {
                long seen = arena.tally().steps(worker, duty);
                if (seen != steps[worker][duty] || stoppedUntil[worker] != 0) {
                    if (since[worker][duty] != 0 && stoppedUntil[worker] == 0) {
                        longestNanos = Math.max(longestNanos, now - since[worker][duty]);
                    }
                    steps[worker][duty] = seen;
                    since[worker][duty] = now;
                } else if (since[worker][duty] != 0 && now - since[worker][duty] > limitNanos) {
                    arena.violation("worker " + worker + " waits in vain: "
                            + duties.get(duty).name());
                    since[worker][duty] = now;
                    stalled.accept(worker);
                }
            }
        }
    }

    long longestNanos() {
        return longestNanos;
    }
}
