package dev.interlock.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Schedules in print: runs them, tells what happens, and says what a stuck end means.
 *
 * @param <T> what the parties share
 */
final class Replay<T> {
    /* Implementation notes
     * Print   the parties in the order of their steps, separated by blanks: "left right*3 left:dies", where *3 is three
     *         steps in a row, and what stands after a colon is the word of a Choice. Steps in round brackets at the end
     *         are repeated for ever.
     */
    private static final Pattern TOKEN = Pattern.compile("(\\(?)([^\\s:*()]+)(?::(\\w+)|\\*(\\d+))?(\\)?)");
    private static final int LARGE = 1_000_000;

    private final Exploration<T> plan;
    private final Machine<T> machine;
    private final Layout layout;
    private final byte[] labels = new byte[64];
    private String[] names;

    Replay(Exploration<T> plan, Machine<T> machine) {
        this.plan = plan;
        this.machine = machine;
        this.layout = machine.layout;
    }

    /** Runs a schedule in print. */
    Report run(String schedule) {
        long start = System.nanoTime();
        List<Byte> parsed = new ArrayList<>();
        int[] cycle = {-1};
        parse(schedule, parsed, cycle);
        byte[] path = new byte[parsed.size()];
        for (int i = 0; i < path.length; i++) {
            path[i] = parsed.get(i);
        }
        int[] state = machine.initial();
        Violation violation = null;
        for (int i = 0; i < path.length && violation == null; i++) {
            int count = machine.steps(state, labels);
            if (!contains(labels, count, path[i])) {
                throw new IllegalArgumentException("step " + (i + 1) + " of the schedule cannot be taken: "
                        + print(new byte[] {path[i]}, -1) + "; the parties stand:\n" + standing(state));
            }
            machine.step(state, path[i]);
            violation = judge(state, Arrays.copyOf(path, i + 1));
        }
        if (violation == null && cycle[0] >= 0) {
            violation = cycle(path, cycle[0]);
        }
        return new Report(
                plan.toString(),
                path.length,
                path.length,
                1,
                operations(),
                path.length,
                List.of("one schedule was replayed"),
                false,
                java.time.Duration.ofNanos(System.nanoTime() - start),
                violation,
                table(path, cycle[0]));
    }

    long operations() {
        return machine.parties.stream().mapToLong(Party::operations).sum();
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
        int count = machine.steps(state, labels);
        if (!machine.isStuck(state, labels, count)) {
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
            if (next.kind() == Op.Kind.WAKE
                    && Choice.of(path[i]) == Choice.STEP
                    && before[layout.sleep] == replayed[layout.sleep]) {
                unheard[next.cell()] = i;
            }
        }
        for (int p = 0; p < layout.parties; p++) {
            if (layout.isGone(state, p)) {
                continue;
            }
            stuck |= 1 << p;
            if (machine.isAsleep(state, p)) {
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
        String schedule = print(path, cycle);
        String message = kind + ": " + text + "\n" + table(path, cycle) + "schedule: " + schedule;
        return new Violation(kind, message, schedule, cycle < 0 ? path.length : cycle, cause);
    }

    // ---- print

    String print(byte[] path, int cycle) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < path.length; ) {
            int times = 1;
            Choice choice = Choice.of(path[i]);
            while (choice == Choice.STEP
                    && i + times < path.length
                    && path[i + times] == path[i]
                    && i + times != cycle) {
                times++;
            }
            text.append(text.isEmpty() ? "" : " ").append(i == cycle ? "(" : "");
            text.append(machine.parties.get(Choice.partyOf(path[i])).name);
            text.append(choice == Choice.STEP ? times == 1 ? "" : "*" + times : ":" + choice.word());
            i += times;
        }
        return text.append(cycle < 0 ? "" : ")").toString();
    }

    private void parse(String schedule, List<Byte> path, int[] cycle) {
        for (String token : schedule.strip().split("\\s+")) {
            if (token.isEmpty()) {
                continue;
            }
            Matcher matcher = TOKEN.matcher(token);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("not a step of a schedule: " + token);
            }
            if (!matcher.group(1).isEmpty()) {
                cycle[0] = path.size();
            }
            String name = matcher.group(2);
            Party<T> party = machine.parties.stream()
                    .filter(each -> each.name.equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no party " + name));
            String word = matcher.group(3) == null ? "" : matcher.group(3);
            Choice choice = Arrays.stream(Choice.values())
                    .filter(each -> each.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("not a step of a schedule: " + token));
            int times = matcher.group(4) == null ? 1 : Integer.parseInt(matcher.group(4));
            for (int i = 0; i < times; i++) {
                path.add(Choice.label(party.index, choice));
            }
        }
    }

    // ---- the table

    String table(byte[] path, int cycle) {
        int parties = layout.parties;
        int[] widths = new int[parties];
        for (Party<T> party : machine.parties) {
            widths[party.index] = party.name.length();
        }
        String[] texts = new String[path.length];
        int[] state = machine.initial();
        for (int i = 0; i < path.length; i++) {
            int[] before = state.clone();
            machine.step(state, path[i]);
            texts[i] = describe(before, path[i], state);
            int p = Choice.partyOf(path[i]);
            widths[p] = Math.max(widths[p], texts[i].length());
        }
        StringBuilder text = new StringBuilder();
        StringBuilder line = new StringBuilder("step");
        for (Party<T> party : machine.parties) {
            line.append("  ").append(pad(party.name, widths[party.index]));
        }
        text.append(line.toString().stripTrailing()).append('\n');
        for (int i = 0; i < path.length; i++) {
            if (i == cycle) {
                text.append("      and from here again and again:\n");
            }
            line.setLength(0);
            line.append(String.format(Locale.ROOT, "%4d", i + 1));
            for (int p = 0; p < parties; p++) {
                line.append("  ").append(pad(p == Choice.partyOf(path[i]) ? texts[i] : "", widths[p]));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.append(standing(state)).toString();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** Where each party stands. */
    private String standing(int[] state) {
        StringBuilder text = new StringBuilder();
        for (Party<T> party : machine.parties) {
            text.append("      ").append(party.name).append(' ');
            int p = party.index;
            Op next = machine.next(state, p);
            if (layout.isDead(state, p)) {
                text.append("is dead");
            } else if (layout.isGone(state, p)) {
                text.append("has finished");
            } else if (next == null) {
                text.append("has ended");
            } else if (machine.isAsleep(state, p)) {
                text.append("sleeps on ").append(nameOf(next.cell())).append(" = ");
                text.append(value(next.cell(), next.a()));
                long now = layout.get(state, next.cell());
                if (now != next.a()) {
                    text.append(", which is ").append(value(next.cell(), now));
                }
            } else if (next.kind() == Op.Kind.PAUSE) {
                text.append("goes round, waiting for a word to change");
            } else {
                text.append("is about to ").append(next(next));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private String next(Op op) {
        return switch (op.kind()) {
            case GET -> "get " + nameOf(op.cell());
            case SET, SWAP -> "set " + nameOf(op.cell()) + " to " + value(op.cell(), op.a());
            case ADD -> "add " + op.a() + " to " + nameOf(op.cell());
            case CAS -> "cas " + nameOf(op.cell()) + " " + value(op.cell(), op.a()) + " -> " + value(op.cell(), op.b());
            case AWAIT -> "await " + nameOf(op.cell()) + " = " + value(op.cell(), op.a());
            case WAKE -> "wake " + nameOf(op.cell());
            case ENTER -> "enter " + machine.sections.get(op.cell());
            case LEAVE -> "leave " + machine.sections.get(op.cell());
            case CLOCK -> "look at the clock";
            case ALIVE -> "look for a life sign";
            case PAUSE -> "pause";
        };
    }

    private String describe(int[] before, int label, int[] after) {
        int p = Choice.partyOf(label);
        Op op = machine.next(before, p);
        switch (Choice.of(label)) {
            case DIE -> {
                return "DIES";
            }
            case EXPIRE -> {
                return "times out on " + nameOf(op.cell());
            }
            case STIR -> {
                return "wakes for no reason";
            }
            case STOP -> {
                return "stops";
            }
            case SPIN -> {
                return "spins until it has had enough";
            }
            case LATER -> {
                return "finds that time has passed";
            }
            default -> {}
        }
        if (!Machine.isOnWord(op)) {
            return switch (op.kind()) {
                case ALIVE ->
                    "alive " + nameOfParty(op.a()) + ": "
                            + (op.a() > 0 && op.a() <= layout.parties && !layout.isDead(before, (int) op.a() - 1));
                case CLOCK -> "clock";
                default -> next(op);
            };
        }
        int cell = op.cell();
        String name = nameOf(cell);
        long old = layout.get(before, cell);
        String was = value(cell, old);
        String change = name + " " + was + " -> " + value(cell, layout.get(after, cell));
        return switch (op.kind()) {
            case GET -> "get " + name + ": " + was;
            case SET -> "set " + change;
            case SWAP -> "swap " + change;
            case ADD -> "add " + change;
            case CAS -> old == op.a() ? "cas " + change : "cas " + name + " " + value(cell, op.a()) + ": is " + was;
            case AWAIT ->
                machine.isAsleep(after, p)
                        ? "await " + name + " = " + was + ": sleeps"
                        : "await " + name + " = " + value(cell, op.a())
                                + (old == op.a() ? ": too late" : ": is " + was);
            case WAKE -> "wake " + name + ": " + woken(before, after);
            default -> throw new AssertionError(op);
        };
    }

    private String woken(int[] before, int[] after) {
        int mask = 0;
        for (int p = 0; p < layout.parties; p++) {
            if (machine.isAsleep(before, p) && !machine.isAsleep(after, p)) {
                mask |= 1 << p;
            }
        }
        return mask == 0 ? "nobody" : machine.namesOf(mask);
    }

    private String nameOfParty(long number) {
        return number > 0 && number <= layout.parties
                ? machine.parties.get((int) number - 1).name
                : Long.toString(number);
    }

    private String nameOf(int cell) {
        if (names == null) {
            names = Names.of(machine.subject(), layout.cells);
        }
        return names[cell];
    }

    private String value(int cell, long value) {
        if (Math.abs(value) < LARGE) {
            return Long.toString(value);
        }
        return layout.length(cell) == 1 ? "0x" + Integer.toHexString((int) value) : "0x" + Long.toHexString(value);
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
