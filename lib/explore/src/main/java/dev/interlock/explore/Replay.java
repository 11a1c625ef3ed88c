package dev.interlock.explore;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Runs one schedule.
 *
 * @param <T> what the parties share
 */
final class Replay<T> {
    private final Exploration<T> plan;
    private final Machine<T> machine;

    Replay(Exploration<T> plan) {
        this.plan = plan;
        this.machine = new Machine<>(plan);
    }

    Report run(String schedule) {
        long start = System.nanoTime();
        Schedules schedules = new Schedules(machine.parties);
        Judge<T> judge = new Judge<>(plan, machine);
        Table<T> table = new Table<>(machine);
        Schedules.Path parsed = schedules.parse(schedule);
        byte[] path = parsed.labels();
        byte[] labels = new byte[64];
        int[] state = machine.initial();
        Violation violation = null;
        for (int i = 0; i < path.length && violation == null; i++) {
            int count = machine.choices.in(state, labels);
            if (!contains(labels, count, path[i])) {
                throw new IllegalArgumentException("step " + (i + 1) + " of the schedule cannot be taken: "
                        + schedules.print(new byte[] {path[i]}, -1) + "; the parties stand:\n" + table.standing(state));
            }
            machine.step(state, path[i]);
            violation = judge.judge(state, Arrays.copyOf(path, i + 1));
        }
        if (violation == null && parsed.cycle() >= 0) {
            violation = judge.cycle(path, parsed.cycle());
        }
        return new Report(
                plan.toString(),
                path.length,
                path.length,
                1,
                machine.operations(),
                path.length,
                List.of("one schedule was replayed"),
                false,
                Duration.ofNanos(System.nanoTime() - start),
                violation,
                table.of(path, parsed.cycle()));
    }

    private static boolean contains(byte[] labels, int count, byte label) {
        for (int i = 0; i < count; i++) {
            if (labels[i] == label) {
                return true;
            }
        }
        return false;
    }
}
