package dev.interlock.examples.soak;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Watches that each duty of each worker goes on. */
final class Progress {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);

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
        for (int worker = 0; worker < Arena.WORKERS; worker++) {
            restarted(worker);
        }
    }

    /** A worker begins anew: to start takes it some time, of few CPUs. */
    void restarted(int worker) {
        Arrays.fill(since[worker], System.nanoTime() + START_NANOS);
        for (int duty = 0; duty < duties.size(); duty++) {
            steps[worker][duty] = arena.tally().steps(worker, duty);
        }
    }

    /** Looks at all workers but those that are stopped, and names those that have waited too long. */
    void look(long now, long[] stoppedUntil, IntConsumer stalled) {
        for (int worker = 0; worker < Arena.WORKERS; worker++) {
            for (int duty = 0; duty < duties.size(); duty++) {
                long seen = arena.tally().steps(worker, duty);
                long waited = now - since[worker][duty];
                if (stoppedUntil[worker] != 0) {
                    since[worker][duty] += Math.max(waited, 0);
                } else if (seen != steps[worker][duty]) {
                    longestNanos = Math.max(longestNanos, waited);
                    since[worker][duty] = now;
                } else if (waited > duties.get(duty).limitNanos()) {
                    arena.violation("worker " + worker + " waits in vain: "
                            + duties.get(duty).name());
                    since[worker][duty] = now;
                    stalled.accept(worker);
                }
                steps[worker][duty] = seen;
            }
        }
    }

    long longestNanos() {
        return longestNanos;
    }
}
