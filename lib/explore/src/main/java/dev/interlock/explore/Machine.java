package dev.interlock.explore;

import dev.interlock.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * The states of an exploration and the steps between them.
 *
 * @param <T> what the parties share
 */
final class Machine<T> {
    /* Implementation notes
     * State     see Layout: the memory, who is dead, asleep or gone, and for each party the node of what it knows. Equal
     *           arrays are equal states: whatever led there, the same can happen.
     * Steps     one operation of one party, or what Choice says. AWAIT either finds another value, or puts the party to
     *           sleep at the end of the word's queue; WAKE takes the first ones out of it and lets them return at once.
     * Settled   a state in which no party has a step to take that nobody could notice: a pause before a round that is
     *           worth running, a clock or a life sign with one answer only. step() settles its result, so a party that is
     *           seen at a pause waits there for a cell to change.
     * Rounds    a party that ends its body begins the next round at its root, whatever it did before: bodies carry
     *           nothing from one round to the next but by the memory.
     */
    private static final int LAST_SHIFT = 16;

    final Layout layout;
    final List<Party<T>> parties;
    final Sections sections;

    private final Exploration<T> plan;
    private final Payloads payloads;
    private final ExploredMemory observed;
    private final T subject;
    private final int[] initial;
    private int[] observedState;

    // what the last step() did
    private Violation.Kind failure;
    private String failureText;
    private Throwable failureCause;
    private boolean completed;
    private boolean cut;

    Machine(Exploration<T> plan) {
        this.plan = plan;
        observed = new ExploredMemory(plan.parties.size() + 1);
        observed.open();
        subject = plan.constructor.apply(observed);
        List<ExploredMemory.Cell> cells = observed.cells();
        layout = new Layout(cells, plan.parties.size());
        payloads = new Payloads(observed.readBytes());
        sections = new Sections();
        parties = new ArrayList<>();
        for (Exploration.Role<T> role : plan.parties) {
            int index = parties.size();
            parties.add(new Party<>(
                    index,
                    role.name(),
                    role.body(),
                    plan.constructor,
                    layout,
                    payloads,
                    observed.attach(index + 1),
                    sections,
                    plan.operations,
                    plan.spins,
                    role.rounds() == Exploration.FOREVER));
        }
        observed.seal(this::observe);
        initial = new int[layout.width];
        for (int cell = 0; cell < cells.size(); cell++) {
            layout.set(initial, cell, cells.get(cell).initial());
        }
        initial[layout.context] = -1 << LAST_SHIFT;
        for (Party<T> party : parties) {
            arrive(initial, party, Party.ROOT);
        }
        settle(initial);
    }

    int[] initial() {
        return initial.clone();
    }

    T subject() {
        return subject;
    }

    /** Makes the shared object show the given state. */
    T show(int[] state) {
        observedState = state;
        if (!payloads.areEmpty()) {
            observed.writeBytes(payloads.get(state[layout.payload]));
        }
        return subject;
    }

    /** The operation to come, or null. */
    Op next(int[] state, int party) {
        int node = state[layout.nodes + party];
        return node < 0 ? null : parties.get(party).op(node);
    }

    boolean isAsleep(int[] state, int party) {
        return layout.sleepOf(state, party) != 0;
    }

    /** Whether the party waits at a pause for a cell to change. */
    boolean isSpinning(int[] state, int party) {
        Op next = next(state, party);
        return next != null && next.kind() == Op.Kind.PAUSE;
    }

    boolean isAtRoot(int[] state, int party) {
        return state[layout.nodes + party] == Party.ROOT;
    }

    /** The steps that can be taken, in a fixed order, into the array given; returns how many. */
    int steps(int[] state, byte[] labels) {
        int count = 0;
        for (Party<T> party : parties) {
            int p = party.index;
            int node = state[layout.nodes + p];
            if (node < 0 || party.op(node) == null) {
                continue;
            }
            Op next = party.op(node);
            if (isAsleep(state, p)) {
                if (next.b() != Memory.NO_DEADLINE) {
                    labels[count++] = Choice.label(p, Choice.EXPIRE);
                }
                if (plan.spurious || state[layout.dead] != 0) {
                    Party.Outlook outlook = party.outlook(node, state);
                    if (!outlook.waits || outlook.exit >= 0 || outlook.late >= 0) {
                        labels[count++] = Choice.label(p, Choice.STIR);
                    }
                }
            } else if (next.kind() == Op.Kind.PAUSE) {
                Party.Outlook outlook = party.outlook(node, state);
                if (outlook.exit >= 0) {
                    labels[count++] = Choice.label(p, Choice.SPIN);
                }
                if (outlook.late >= 0) {
                    labels[count++] = Choice.label(p, Choice.LATER);
                }
            } else {
                labels[count++] = Choice.label(p, Choice.STEP);
                if (next.kind() == Op.Kind.CLOCK) {
                    labels[count++] = Choice.label(p, Choice.LATER);
                }
                if (node == Party.ROOT && plan.stops) {
                    labels[count++] = Choice.label(p, Choice.STOP);
                }
            }
            if (plan.parties.get(p).mortal() && Integer.bitCount(state[layout.dead]) < plan.kills) {
                labels[count++] = Choice.label(p, Choice.DIE);
            }
        }
        return count;
    }

    /** Whether a state is stuck unless parties wake for no reason: nobody can be relied on to take a step. */
    boolean isStuck(int[] state, byte[] labels, int count) {
        return reliable(state, labels, count) == 0;
    }

    /** Once a party has died, the others look for life signs: they stir by themselves. Until then it is chance. */
    boolean isReliable(int[] state, Choice choice) {
        return choice.isProgress() || choice == Choice.STIR && state[layout.dead] != 0;
    }

    /** The parties that can be relied on to take a step, a bit each. */
    int reliable(int[] state, byte[] labels, int count) {
        int parties = 0;
        for (int i = 0; i < count; i++) {
            if (isReliable(state, Choice.of(labels[i]))) {
                parties |= 1 << Choice.partyOf(labels[i]);
            }
        }
        return parties;
    }

    /** Takes a step, changing the state given. What it did is told by the methods that follow. */
    void step(int[] state, int label) {
        failure = null;
        completed = false;
        cut = false;
        int p = Choice.partyOf(label);
        Party<T> party = parties.get(p);
        int node = state[layout.nodes + p];
        switch (Choice.of(label)) {
            case STEP -> operate(state, party, node);
            case DIE -> {
                leaveQueue(state, p);
                state[layout.nodes + p] = Layout.DEAD;
                state[layout.dead] |= 1 << p;
                layout.setRound(state, p, 0);
                state[layout.sections] &= ~(0x01010101 << p);
            }
            case EXPIRE -> {
                leaveQueue(state, p);
                advance(state, party, node, 0);
            }
            case STIR -> {
                Party.Outlook outlook = party.outlook(node, state);
                int exit = outlook.exit >= 0 ? outlook.exit : outlook.late;
                leaveQueue(state, p);
                if (exit >= 0) {
                    arrive(state, party, exit);
                } else {
                    advance(state, party, node, 1);
                }
            }
            case STOP -> {
                state[layout.nodes + p] = Layout.FINISHED;
                layout.setRound(state, p, 0);
            }
            case SPIN -> arrive(state, party, party.outlook(node, state).exit);
            case LATER -> {
                if (party.op(node).kind() == Op.Kind.PAUSE) {
                    arrive(state, party, party.outlook(node, state).late);
                } else {
                    advance(state, party, node, Party.LATER);
                }
            }
            default -> throw new AssertionError(label);
        }
        if (failure == null) {
            settle(state);
        }
    }

    /** What the last step broke, or null. */
    Violation.Kind failure() {
        return failure;
    }

    String failureText() {
        return failureText;
    }

    Throwable failureCause() {
        return failureCause;
    }

    /** Whether the last step ended a round of its party. */
    boolean completed() {
        return completed;
    }

    /** Whether the last step led where the search does not go on. */
    boolean cut() {
        return cut;
    }

    /** Counts a preemption: a step of another party than the last one, which could have gone on. */
    int preemptions(int[] before, byte[] labels, int count, int label) {
        int context = before[layout.context];
        int lastParty = context >> LAST_SHIFT;
        int so = context & 0xffff;
        if (lastParty >= 0 && lastParty != Choice.partyOf(label) && Choice.of(label) == Choice.STEP) {
            for (int i = 0; i < count; i++) {
                if (labels[i] == Choice.label(lastParty, Choice.STEP)) {
                    return so + 1;
                }
            }
        }
        return so;
    }

    void setPreemptions(int[] state, int party, int preemptions) {
        state[layout.context] = party << LAST_SHIFT | preemptions;
    }

    private void fail(Violation.Kind kind, String text, Throwable cause) {
        if (failure == null) {
            failure = kind;
            failureText = text;
            failureCause = cause;
        }
    }

    private void operate(int[] state, Party<T> party, int node) {
        Op op = party.op(node);
        int p = party.index;
        int cell = op.cell();
        long value = isOnWord(op) ? layout.get(state, cell) : 0;
        long result = value;
        switch (op.kind()) {
            case GET -> {}
            case SET -> {
                layout.set(state, cell, op.a());
                result = 0;
            }
            case SWAP -> layout.set(state, cell, op.a());
            case ADD -> layout.set(state, cell, value + op.a());
            case CAS -> {
                result = value == op.a() ? 1 : 0;
                if (result == 1) {
                    layout.set(state, cell, op.b());
                }
            }
            case AWAIT -> {
                if (value == op.a()) {
                    if (op.b() > 0) {
                        layout.setSleep(state, p, 1 + sleepers(state, cell));
                        return;
                    }
                    result = 0;
                } else {
                    result = Op.CHANGED;
                }
            }
            case WAKE -> result = wake(state, cell, (int) op.a());
            case CLOCK -> result = 0;
            case ALIVE -> {
                int asked = (int) op.a() - 1;
                result = asked >= 0 && asked < layout.parties && !layout.isDead(state, asked) ? 1 : 0;
            }
            case ENTER -> {
                state[layout.sections] |= 1 << (8 * cell + p);
                int inside = state[layout.sections] >>> 8 * cell & 0xff;
                if (Integer.bitCount(inside) > sections.get(cell).capacity()
                        && plan.wanted.contains(Violation.Kind.MUTUAL_EXCLUSION)) {
                    fail(Violation.Kind.MUTUAL_EXCLUSION, namesOf(inside) + " are in the " + sections.get(cell), null);
                }
                result = 0;
            }
            case LEAVE -> state[layout.sections] &= ~(1 << (8 * cell + p));
            default -> throw new AssertionError(op);
        }
        advance(state, party, node, result);
    }

    static boolean isOnWord(Op op) {
        return switch (op.kind()) {
            case GET, SET, SWAP, ADD, CAS, AWAIT, WAKE -> true;
            default -> false;
        };
    }

    String namesOf(int mask) {
        StringBuilder names = new StringBuilder();
        for (Party<T> party : parties) {
            if ((mask >>> party.index & 1) != 0) {
                names.append(names.isEmpty() ? "" : " and ").append(party.name);
            }
        }
        return names.toString();
    }

    private int sleepers(int[] state, int cell) {
        int count = 0;
        for (int q = 0; q < layout.parties; q++) {
            if (isAsleep(state, q) && next(state, q).cell() == cell) {
                count++;
            }
        }
        return count;
    }

    private int wake(int[] state, int cell, int most) {
        int woken = 0;
        while (woken < most) {
            int first = -1;
            for (int q = 0; q < layout.parties && first < 0; q++) {
                if (layout.sleepOf(state, q) == 1 && next(state, q).cell() == cell) {
                    first = q;
                }
            }
            if (first < 0) {
                break;
            }
            leaveQueue(state, first);
            advance(state, parties.get(first), state[layout.nodes + first], 1);
            woken++;
        }
        return woken;
    }

    private void leaveQueue(int[] state, int party) {
        int place = layout.sleepOf(state, party);
        if (place == 0) {
            return;
        }
        int cell = next(state, party).cell();
        layout.setSleep(state, party, 0);
        for (int q = 0; q < layout.parties; q++) {
            int its = layout.sleepOf(state, q);
            if (its > place && next(state, q).cell() == cell) {
                layout.setSleep(state, q, its - 1);
            }
        }
    }

    private void advance(int[] state, Party<T> party, int node, long result) {
        arrive(state, party, party.child(node, result, state[layout.payload]));
    }

    private void arrive(int[] state, Party<T> party, int node) {
        int at = layout.nodes + party.index;
        state[at] = node;
        if (!payloads.areEmpty() && node != Party.ROOT) {
            state[layout.payload] = party.left(node);
        }
        if (party.op(node) != null) {
            return;
        }
        if (party.isCut(node)) {
            cut = true;
        } else if (party.failure(node) != null) {
            Throwable thrown = party.failure(node);
            fail(Violation.Kind.EXCEPTION, party.name + " throws " + thrown, thrown);
        } else {
            completed = true;
            int rounds = plan.parties.get(party.index).rounds();
            int round = layout.roundOf(state, party.index) + 1;
            boolean more = round != rounds && party.op(Party.ROOT) != null;
            layout.setRound(state, party.index, more && rounds != Exploration.FOREVER ? round : 0);
            state[at] = more ? Party.ROOT : Layout.FINISHED;
        }
    }

    private void settle(int[] state) {
        boolean settled;
        do {
            settled = true;
            for (Party<T> party : parties) {
                int node = state[layout.nodes + party.index];
                Op next = node < 0 ? null : party.op(node);
                if (next == null || failure != null) {
                    continue;
                }
                switch (next.kind()) {
                    case PAUSE -> {
                        Party.Outlook outlook = party.outlook(node, state);
                        if (!outlook.waits) {
                            advance(state, party, node, 0);
                            settled = false;
                        }
                    }
                    case CLOCK -> {
                        if (!party.isTimed(node)) {
                            advance(state, party, node, 0);
                            settled = false;
                        }
                    }
                    case ALIVE -> {
                        if (plan.kills == 0) {
                            long asked = next.a();
                            advance(state, party, node, asked > 0 && asked <= layout.parties ? 1 : 0);
                            settled = false;
                        }
                    }
                    default -> {}
                }
            }
        } while (!settled && failure == null && !cut);
    }

    private long observe(Op.Kind kind, int cell, long a, long b) {
        return switch (kind) {
            case GET -> layout.get(observedState, cell);
            case ALIVE -> a > 0 && a <= layout.parties && !layout.isDead(observedState, (int) a - 1) ? 1 : 0;
            case CLOCK -> 0;
            default -> throw new IllegalStateException("a check only looks: it must not " + kind);
        };
    }
}
