package dev.interlock.explore;

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
     *           worth running, a clock or a life sign with one answer only, and whether it
     *           has spun for long enough: not before it waits. step() settles its result, so a party that is
     *           seen at a pause waits there for a cell to change.
     * Parts     a party that ends a part begins the next one, of this round or of the next, at its root, whatever it did
     *           before: bodies carry nothing from one to the other but by the memory.
     */
    final Layout layout;
    final List<Party<T>> parties;
    final Sections sections;
    final Sleepers sleepers;
    final Choices<T> choices;

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
        observed = new ExploredMemory(plan.parties.size() + 1, plan.kills > 0);
        observed.open();
        subject = plan.constructor.apply(observed);
        List<ExploredMemory.Cell> cells = observed.cells();
        layout = new Layout(cells, plan.parties.size());
        payloads = new Payloads(observed.readBytes());
        sections = new Sections();
        parties = new ArrayList<>();
        for (Exploration.Role<T> role : plan.parties) {
            int index = parties.size();
            ExploredMemory attached = observed.attach(index + 1);
            parties.add(new Party<>(
                    index, role, plan.constructor, layout, payloads, attached, sections, plan.operations, plan.spins));
        }
        sleepers = new Sleepers(layout, parties);
        choices = new Choices<>(plan, this);
        observed.seal(this::observe);
        initial = new int[layout.width];
        for (int cell = 0; cell < cells.size(); cell++) {
            layout.set(initial, cell, cells.get(cell).initial());
        }
        choices.setNoPreemptions(initial);
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

    /** How many operations the parties' code has taken. */
    long operations() {
        return parties.stream().mapToLong(Party::operations).sum();
    }

    /** What the parties leave out, in words. */
    List<String> bounds() {
        List<String> bounds = new ArrayList<>();
        if (parties.stream().anyMatch(Party::skipsRounds)) {
            bounds.add("changes after more than " + plan.spins + " equal rounds of a counted loop");
        }
        if (parties.stream().anyMatch(Party::countShows)) {
            bounds.add("waits of more than " + plan.spins + " equal rounds, though their number matters afterwards");
        }
        if (parties.stream().anyMatch(Party::skipsExits)) {
            bounds.add("loops left by a third way when they have been spun for long enough");
        }
        if (choices.skipsTime()) {
            bounds.add("time that passes for sleepers without a deadline while nobody has died");
        }
        return bounds;
    }

    /** The operation to come, or null. */
    Op next(int[] state, int party) {
        int node = state[layout.nodes + party];
        return node < 0 ? null : parties.get(party).op(node);
    }

    /** What a party at a boundary would do alone. */
    Outlooks.Outlook outlook(int[] state, Party<T> party) {
        return party.outlook(state[layout.nodes + party.index], state);
    }

    boolean isAtRoot(int[] state, int party) {
        return state[layout.nodes + party] == Party.ROOT;
    }

    // ---- steps

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
                sleepers.remove(state, p);
                state[layout.nodes + p] = Layout.DEAD;
                state[layout.dead] |= 1 << p;
                layout.setRound(state, p, 0);
                state[layout.sections] &= ~(0x01010101 << p);
            }
            case EXPIRE -> {
                sleepers.remove(state, p);
                advance(state, party, node, Op.EXPIRED);
            }
            case STIR -> {
                Outlooks.Outlook outlook = outlook(state, party);
                sleepers.remove(state, p);
                if (outlook.counted) {
                    arrive(state, party, outlook.exits.get(0).node());
                } else {
                    advance(state, party, node, Op.WOKEN);
                }
            }
            case STOP -> {
                state[layout.nodes + p] = Layout.FINISHED;
                layout.setRound(state, p, 0);
            }
            case SPIN -> arrive(state, party, outlook(state, party).exits.get(0).node());
            case SPIN_ON ->
                arrive(state, party, outlook(state, party).exits.get(1).node());
            case LATER -> {
                if (party.op(node).kind() == Op.Kind.CLOCK) {
                    advance(state, party, node, Party.LATER);
                } else {
                    int late = outlook(state, party).late;
                    sleepers.remove(state, p);
                    arrive(state, party, late);
                }
            }
            case INTERRUPT -> {
                state[layout.interrupts]++;
                if (sleepers.isAsleep(state, p)) {
                    sleepers.remove(state, p);
                    advance(state, party, node, Op.INTERRUPTED);
                } else {
                    arrive(state, party, party.interrupted(node, state[layout.payload]));
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
                if (value != op.a()) {
                    result = Op.CHANGED;
                } else if (op.b() <= 0) {
                    result = Op.EXPIRED;
                } else {
                    sleepers.add(state, p, cell);
                    return;
                }
            }
            case WAKE -> result = wake(state, cell, (int) op.a());
            case CLOCK -> result = 0;
            case ALIVE -> result = layout.isAlive(state, op.a()) ? 1 : 0;
            case ENTER -> {
                enter(state, p, cell);
                result = 0;
            }
            case LEAVE -> state[layout.sections] &= ~(1 << (8 * cell + p));
            default -> throw new AssertionError(op);
        }
        advance(state, party, node, result);
    }

    private void enter(int[] state, int party, int section) {
        state[layout.sections] |= 1 << (8 * section + party);
        int inside = state[layout.sections] >>> 8 * section & 0xff;
        if (Integer.bitCount(inside) > sections.get(section).capacity()
                && plan.wanted.contains(Violation.Kind.MUTUAL_EXCLUSION)) {
            fail(Violation.Kind.MUTUAL_EXCLUSION, namesOf(inside) + " are in the " + sections.get(section), null);
        }
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

    private int wake(int[] state, int cell, int most) {
        int woken = 0;
        for (int p = sleepers.first(state, cell); p >= 0 && woken < most; p = sleepers.first(state, cell)) {
            sleepers.remove(state, p);
            advance(state, parties.get(p), state[layout.nodes + p], Op.WOKEN);
            woken++;
        }
        return woken;
    }

    private void advance(int[] state, Party<T> party, int node, long result) {
        arrive(state, party, party.child(node, result, state[layout.payload]));
    }

    private void arrive(int[] state, Party<T> party, int node) {
        int p = party.index;
        state[layout.nodes + p] = node;
        if (!payloads.areEmpty() && !party.isRoot(node)) {
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
            int next = party.nextRoot(node);
            if (next != Party.ROOT) {
                arrive(state, party, next);
            } else {
                completed = true;
                beginRound(state, party);
            }
        }
    }

    private void beginRound(int[] state, Party<T> party) {
        int p = party.index;
        int rounds = plan.parties.get(p).rounds();
        int round = layout.roundOf(state, p) + 1;
        if (round == rounds || party.doesNothing()) {
            layout.setRound(state, p, 0);
            state[layout.nodes + p] = Layout.FINISHED;
        } else {
            layout.setRound(state, p, rounds == Exploration.FOREVER ? 0 : round);
            arrive(state, party, Party.ROOT);
        }
    }

    private void settle(int[] state) {
        boolean settled;
        do {
            settled = true;
            for (Party<T> party : parties) {
                Op next = failure != null ? null : next(state, party.index);
                if (next != null && goesUnnoticed(state, party, next)) {
                    long result = next.kind() == Op.Kind.ALIVE && layout.isAlive(state, next.a()) ? 1 : 0;
                    advance(state, party, state[layout.nodes + party.index], result);
                    settled = false;
                }
            }
        } while (!settled && failure == null && !cut);
    }

    private boolean goesUnnoticed(int[] state, Party<T> party, Op next) {
        return switch (next.kind()) {
            case PAUSE -> !outlook(state, party).waits;
            case CLOCK -> !party.isTimed(state[layout.nodes + party.index]);
            case ALIVE -> plan.kills == 0;
            case ENOUGH -> true;
            default -> false;
        };
    }

    private long observe(Op.Kind kind, int cell, long a, long b) {
        return switch (kind) {
            case GET -> layout.get(observedState, cell);
            case ALIVE -> layout.isAlive(observedState, a) ? 1 : 0;
            case CLOCK -> 0;
            default -> throw new IllegalStateException("a check only looks: it must not " + kind);
        };
    }
}
