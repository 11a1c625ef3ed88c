package dev.interlock.examples.soak;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** Watches that each duty of each worker goes on. */
final class Progress {
    private static final int START_SECONDS = 20;

    private final Arena arena;
    private final List<Duty> duties;
    private final long[][] steps;
    private final long[][] lastStep; // by looks
    private final long[][] since; // in nanoseconds; 0 until the first step
    private long longestNanos;

    Progress(Arena arena, List<Duty> duties) {
        this.arena = arena;
        this.duties = duties;
        this.steps = new long[Arena.WORKERS][duties.size()];
        this.lastStep = new long[Arena.WORKERS][duties.size()];
        this.since = new long[Arena.WORKERS][duties.size()];
        for (int worker = 0; worker < Arena.WORKERS; worker++) {
            restarted(worker);
        }
    }

    /** A worker begins anew: to start takes it some time, of few CPUs. */
    void restarted(int worker) {
        Arrays.fill(lastStep[worker], arena.tally().looks() + START_SECONDS * Soak.LOOKS_PER_SECOND);
        Arrays.fill(since[worker], 0);
        for (int duty = 0; duty < duties.size(); duty++) {
            steps[worker][duty] = arena.tally().steps(worker, duty);
        }
    }

    /** Looks at all workers but those that are stopped, and names those that have waited too long. */
    void look(long now, long[] stoppedUntil, IntConsumer stalled) {
        for (int worker = 0; worker < Arena.WORKERS; worker++) {
            for (int duty = 0; duty < duties.size(); duty++) {
                look(worker, duty, now, stoppedUntil[worker] != 0, stalled);
            }
        }
    }

    private void look(int worker, int duty, long now, boolean stopped, IntConsumer stalled) {
        long looks = arena.tally().looks();
        long seen = arena.tally().steps(worker, duty);
        if (stopped) {
            lastStep[worker][duty] = Math.max(lastStep[worker][duty], looks);
            since[worker][duty] = since[worker][duty] == 0 ? 0 : now;
        } else if (seen != steps[worker][duty]) {
            longestNanos = Math.max(longestNanos, since[worker][duty] == 0 ? 0 : now - since[worker][duty]);
            lastStep[worker][duty] = looks;
            since[worker][duty] = now;
        } else if (looks - lastStep[worker][duty] > duties.get(duty).limitSeconds() * Soak.LOOKS_PER_SECOND) {
            arena.violation(
                    "worker " + worker + " waits in vain: " + duties.get(duty).name());
            lastStep[worker][duty] = looks;
            stalled.accept(worker);
        }
        steps[worker][duty] = seen;
    }

    long longestNanos() {
        return longestNanos;
    }
}
