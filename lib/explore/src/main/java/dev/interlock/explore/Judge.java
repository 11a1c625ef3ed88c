package dev.interlock.explore;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Says what is wrong with a state, or with a cycle of states, and what kind of violation it is.
 *
 * @param <T> what the parties share
 */
final class Judge<T> {
    private final Exploration<T> plan;
    private final Machine<T> machine;
    private final Layout layout;
    private final byte[] labels = new byte[64];

    Judge(Exploration<T> plan, Machine<T> machine) {
        this.plan = plan;
        this.machine = machine;
        this.layout = machine.layout;
    }

    /** The violation to which the last step of the machine, at the end of the path, has led, or null. */
    Violation judge(int[] state, byte[] path) {
        if (machine.failure() != null) {
            return violation(machine.failure(), machine.failureText(), path, -1, machine.failureCause());
        }
        if (machine.cut()) {
            return null;
        }
        return judgeState(state, () -> path);
    }

    /** The violation in a state at the end of the path, or null. */
    Violation judgeState(int[] state, Supplier<byte[]> path) {
        String broken = brokenCheck(plan.always, state);
        if (broken != null) {
            return violation(Violation.Kind.INVARIANT, broken, path.get(), -1, null);
        }
        int count = machine.choices.in(state, labels);
        if (machine.choices.reliable(state, labels, count) != 0) {
            return null;
        }
        for (int p = 0; p < layout.parties; p++) {
            if (!layout.isGone(state, p)) {
                return stuck(state, path.get());
            }
        }
        broken = brokenCheck(plan.atEnd, state);
        return broken == null
                ? null
                : violation(Violation.Kind.INVARIANT, broken + " at the end", path.get(), -1, null);
    }

    private String brokenCheck(List<Exploration.Check<T>> checks, int[] state) {
        if (checks.isEmpty()) {
            return null;
        }
        T shared = machine.show(state);
        for (Exploration.Check<T> check : checks) {
            if (!check.condition().test(shared)) {
                return "not " + check.name();
            }
        }
        return null;
    }

    /** A fair cycle, entered at the given step of the path. */
    Violation cycle(byte[] path, int start) {
        int[] state = machine.initial();
        boolean[] completes = new boolean[layout.parties];
        for (int i = 0; i < path.length; i++) {
            machine.step(state, path[i]);
            completes[Choice.partyOf(path[i])] |= i >= start && machine.completed();
        }
        int starving = 0;
        int fed = 0;
        for (int p = 0; p < layout.parties; p++) {
            if (completes[p]) {
                fed |= 1 << p;
            } else if (!layout.isGone(state, p)) {
                starving |= 1 << p;
            }
        }
        return fed == 0
                ? violation(
                        Violation.Kind.LIVELOCK, machine.namesOf(starving) + " go round for ever", path, start, null)
                : violation(
                        Violation.Kind.STARVATION,
                        machine.namesOf(starving) + " may wait for ever, while " + machine.namesOf(fed)
                                + " can pass again and again",
                        path,
                        start,
                        null);
    }

    private Violation stuck(int[] state, byte[] path) {
        int stuck = 0;
        int dead = state[layout.dead];
        boolean lost = false;
        int[] roundStart = new int[layout.parties];
        int[] unheard = new int[layout.cells];
        Arrays.fill(unheard, -1);
        int[] replayed = machine.initial();
        for (int i = 0; i < path.length; i++) {
            int p = Choice.partyOf(path[i]);
            Op next = machine.next(replayed, p);
            int[] before = replayed.clone();
            machine.step(replayed, path[i]);
            if (machine.completed()) {
                roundStart[p] = i + 1;
            }
            if (Choice.of(path[i]) == Choice.STEP
                    && next.kind() == Op.Kind.WAKE
                    && before[layout.sleep] == replayed[layout.sleep]) {
                unheard[next.cell()] = i;
            }
        }
        for (int p = 0; p < layout.parties; p++) {
            if (layout.isGone(state, p)) {
                continue;
            }
            stuck |= 1 << p;
            if (machine.sleepers.isAsleep(state, p)) {
                Op await = machine.next(state, p);
                lost |= layout.get(state, await.cell()) != await.a() || unheard[await.cell()] >= roundStart[p];
            }
        }
        String who = machine.namesOf(stuck) + (Integer.bitCount(stuck) == 1 ? " waits" : " wait") + " for ever";
        if (dead != 0) {
            return violation(
                    Violation.Kind.DEADLOCK, who + " after the death of " + machine.namesOf(dead), path, -1, null);
        }
        if (lost) {
            return violation(Violation.Kind.LOST_WAKE_UP, who, path, -1, null);
        }
        if (machine.sections.areUsed() && Integer.bitCount(stuck) == 1 && layout.parties > 1) {
            return violation(
                    Violation.Kind.BLOCKED_FROM_OUTSIDE, who + ", and nobody is in the section", path, -1, null);
        }
        return violation(Violation.Kind.DEADLOCK, who, path, -1, null);
    }

    private Violation violation(Violation.Kind kind, String text, byte[] path, int cycle, Throwable cause) {
        if (!plan.wanted.contains(kind)) {
            return null;
        }
        String schedule = new Schedules(machine.parties).print(path, cycle);
        String table = new Table<>(machine).of(path, cycle);
        String message = kind + ": " + text + "\n" + table + "schedule: " + schedule;
        return new Violation(kind, message, schedule, cycle < 0 ? path.length : cycle, cause);
    }
}
