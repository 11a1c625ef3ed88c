package dev.interlock.explore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Runs random schedules: the party of the highest priority that can go on takes a step, and at a few random steps it
 * falls to the lowest priority. What may happen by chance, happens seldom.
 *
 * @param <T> what the parties share
 */
final class RandomSearch<T> {
    /** Changes of priority in a schedule: a fault that needs so many ordered steps is found with a known probability. */
    private static final int CHANGES = 3;

    private static final int CHANCE = 24;
    private static final int LONGEST = 100_000;

    private final Exploration<T> plan;
    private final Machine<T> machine;
    private final Judge<T> judge;
    private final byte[] choices = new byte[64];
    private final byte[] candidates = new byte[64];
    private byte[] path = new byte[1024];
    private int length;
    private int typical = 1;
    private long steps;
    private int longest;
    private int unfinished;

    RandomSearch(Exploration<T> plan) {
        this.plan = plan;
        machine = new Machine<>(plan);
        judge = new Judge<>(plan, machine);
    }

    Report run() {
        long start = System.nanoTime();
        Violation shortest = null;
        List<String> bounds = new ArrayList<>();
        int schedules = 0;
        for (; schedules < plan.randomSchedules; schedules++) {
            if (System.nanoTime() - start > plan.time.toNanos()) {
                bounds.add("more than " + plan.time.toSeconds() + " s");
                break;
            }
            SplittableRandom random = new SplittableRandom(plan.seed + schedules);
            Violation violation = once(random, shortest == null ? LONGEST : shortest.steps() - 1);
            if (violation != null) {
                shortest = violation;
            }
        }
        if (unfinished > 0) {
            bounds.add(unfinished + " schedules of more than " + Math.min(LONGEST, plan.depth) + " steps");
        }
        return new Report(
                plan + ", seed " + plan.seed,
                0,
                steps,
                schedules,
                machine.operations(),
                longest,
                bounds,
                true,
                Duration.ofNanos(System.nanoTime() - start),
                shortest,
                shortest == null ? "" : shortest.getMessage());
    }

    private Violation once(SplittableRandom random, int atMost) {
        int parties = machine.layout.parties;
        int[] priority = new int[parties];
        for (int p = 0; p < parties; p++) {
            int other = random.nextInt(p + 1);
            priority[p] = priority[other];
            priority[other] = CHANGES + p;
        }
        int[] changeAt = new int[CHANGES];
        for (int i = 0; i < CHANGES; i++) {
            changeAt[i] = random.nextInt(typical);
        }
        int[] state = machine.initial();
        length = 0;
        int limit = Math.min(atMost, plan.depth);
        while (length < limit) {
            int count = machine.choices.in(state, choices);
            if (count == 0) {
                break;
            }
            byte label = choose(random, priority, state, count);
            for (int i = 0; i < CHANGES; i++) {
                if (changeAt[i] == length) {
                    priority[Choice.partyOf(label)] = i;
                }
            }
            if (length == path.length) {
                path = Arrays.copyOf(path, 2 * length);
            }
            path[length++] = label;
            machine.step(state, label);
            steps++;
            Violation violation = machine.failure() != null
                    ? judge.judge(state, Arrays.copyOf(path, length))
                    : machine.cut() ? null : judge.judgeState(state, () -> Arrays.copyOf(path, length));
            if (violation != null) {
                return violation;
            }
            if (machine.cut()) {
                break;
            }
        }
        if (length >= Math.min(LONGEST, plan.depth)) {
            unfinished++;
        }
        longest = Math.max(longest, length);
        typical = Math.max(typical, length);
        return null;
    }

    private byte choose(SplittableRandom random, int[] priority, int[] state, int count) {
        byte best = -1;
        int chances = 0;
        for (int i = 0; i < count; i++) {
            Choice choice = Choice.of(choices[i]);
            boolean spins = choice == Choice.SPIN || choice == Choice.SPIN_ON;
            if (choice != Choice.STEP && (!spins || machine.choices.isChance(state, choices[i]))) {
                candidates[chances++] = choices[i];
            } else if (best < 0 || priority[Choice.partyOf(choices[i])] > priority[Choice.partyOf(best)]) {
                best = choices[i];
            }
        }
        return best < 0 || chances > 0 && random.nextInt(CHANCE) == 0 ? candidates[random.nextInt(chances)] : best;
    }
}
