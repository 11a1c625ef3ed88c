package dev.interlock.explore;

import java.util.Locale;

/**
 * What happens in a schedule, in a column for each party.
 *
 * @param <T> what the parties share
 */
final class Table<T> {
    private static final int LARGE = 1_000_000;

    private final Machine<T> machine;
    private final Layout layout;
    private String[] names;

    Table(Machine<T> machine) {
        this.machine = machine;
        this.layout = machine.layout;
    }

    String of(byte[] path, int cycle) {
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
    String standing(int[] state) {
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
            } else if (machine.sleepers.isAsleep(state, p)) {
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
            case ENOUGH -> "spin on";
            case INTERRUPT -> throw new AssertionError(op);
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
            case SPIN, SPIN_ON -> {
                return "spins until it has had enough";
            }
            case LATER -> {
                return "finds that time has passed";
            }
            case INTERRUPT -> {
                return "is INTERRUPTED";
            }
            default -> {}
        }
        if (!Machine.isOnWord(op)) {
            return switch (op.kind()) {
                case ALIVE -> "alive " + nameOfParty(op.a()) + ": " + layout.isAlive(before, op.a());
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
                machine.sleepers.isAsleep(after, p)
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
            if (machine.sleepers.isAsleep(before, p) && !machine.sleepers.isAsleep(after, p)) {
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
}
