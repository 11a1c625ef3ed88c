package dev.interlock.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a party would do alone, on a memory that stands still. */
final class Outlooks {
    /* Implementation notes
     * Boundary    PAUSE or AWAIT: a loop that waits goes through one in each round. From there the party is run alone. If
     *             it goes round as it has just done, seeing the same and changing nothing, then it waits: nothing is
     *             gained by running it until one of the cells that it reads has changed.
     * Enough      a loop that asks the memory whether it has been spun for long enough. The answer is no as long as the
     *             party has not come to wait, and there each way out is a step that may come at any time. One who counts,
     *             and leaves where it does not wait, might as well have gone round twice more just before, alone and
     *             unseen; so nothing is left out, provided that a round looks afresh, and that a loop which writes in
     *             each round is not left for this reason. An exit that leads back to the same wait without a change is
     *             chance: nobody can rely on it. One who wakes from sleep in vain is taken to have had enough at once.
     * Counted     a loop that the party leaves by itself after some rounds (a spinner that goes to sleep): exit is the
     *             node where it does. That takes all the rounds between at once, and what happens if a word changes in
     *             the midst of them is left out: skipRounds() says so, and the search is not called exhaustive. Only
     *             rounds that are equal to "spins" before are skipped, so a loop of fewer rounds never is.
     * Endless     a loop that is not left in ROUNDS_ALONE rounds, or OPS_ALONE operations. It is taken to be endless
     *             wherever the same code, called from the same places, goes round in the same way. This is the one thing
     *             about a loop that no run can tell.
     * Late        if the round reads the clock, the node where the clock has moved.
     */
    private static final int MOST_EXITS = 2;
    private static final int LONGEST_WAY_BACK = 1_000;
    private static final int ROUNDS_ALONE = 20_000;
    private static final int OPS_ALONE = 200_000;
    private static final StackWalker STACK = StackWalker.getInstance();

    /** What a party at a boundary would do alone, as long as the state agrees with the values at the offsets. */
    static final class Outlook {
        /** Whether it goes round, changing nothing. */
        final boolean waits;
        /** Whether it leaves the loop by itself. */
        boolean counted;
        /** The ways out. */
        final List<Exit> exits = new ArrayList<>(1);
        /** Where it finds that time has passed, or -1. */
        int late = -1;

        private final int round;
        private final int[] offsets;
        private final int[] values;

        private Outlook(boolean waits, int round, int[] offsets, int[] values) {
            this.waits = waits;
            this.round = round;
            this.offsets = offsets;
            this.values = values;
        }

        private boolean holdsIn(int[] state) {
            for (int i = 0; i < offsets.length; i++) {
                if (state[offsets[i]] != values[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * A way out of a loop.
     *
     * @param node where it leads
     * @param comesBack whether the party, alone, is soon back where it was
     */
    record Exit(int node, boolean comesBack) {}

    /** Finds the node behind a stretch. */
    interface Discovery {
        int behind(int node, Stretch stretch);
    }

    private final Tree tree;
    private final Runner<?> runner;
    private final History history;
    private final Layout layout;
    private final Payloads payloads;
    private final int spins;
    private final Discovery discovery;
    private final List<List<Outlook>> known = new ArrayList<>();
    private final Set<List<Object>> endless = new HashSet<>();
    private boolean skipRounds;
    private boolean skipsExits;

    // of the look that is being taken
    private int[] still;
    private Op boundary;
    private final List<Op> roundOps = new ArrayList<>();
    private final List<Long> roundResults = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();
    private List<Object> signature;
    private int roundsAlone;
    private int position;
    private boolean leaves;

    Outlooks(
            Tree tree,
            Runner<?> runner,
            History history,
            Layout layout,
            Payloads payloads,
            int spins,
            Discovery discovery) {
        this.tree = tree;
        this.runner = runner;
        this.history = history;
        this.layout = layout;
        this.payloads = payloads;
        this.spins = spins;
        this.discovery = discovery;
    }

    /** What the party would do alone from a boundary, in the given state. */
    Outlook of(int node, int[] state) {
        for (Outlook outlook : known(node)) {
            if (outlook.holdsIn(state)) {
                return outlook;
            }
        }
        Outlook outlook = look(node, state);
        while (known.size() < tree.size()) {
            known.add(null);
        }
        if (known.get(node) == null) {
            known.set(node, new ArrayList<>(1));
        }
        known.get(node).add(outlook);
        return outlook;
    }

    private List<Outlook> known(int node) {
        List<Outlook> its = node < known.size() ? known.get(node) : null;
        return its == null ? List.of() : its;
    }

    /** How many operations an endless round has in which the party has been held at the node; 0 if it has not. */
    int heldRound(int node) {
        for (Outlook outlook : known(node)) {
            if (outlook.waits && !outlook.counted) {
                return outlook.round;
            }
        }
        return 0;
    }

    /** Whether an outlook skips rounds of a counted loop. */
    boolean skipRounds() {
        return skipRounds;
    }

    /** Whether there were more ways out of a loop than are tried. */
    boolean skipsExits() {
        return skipsExits;
    }

    /** What a boundary returns to a party that is alone. */
    static long boundaryResult(Op boundary) {
        return boundary.kind() == Op.Kind.AWAIT ? Op.WOKEN : 0;
    }

    private Outlook look(int node, int[] state) {
        int content = payloads.areEmpty() ? 0 : state[layout.payload];
        tree.load(node, history);
        boundary = tree.op(node);
        history.add(boundary, boundaryResult(boundary), content, node);
        still = state;
        roundOps.clear();
        roundResults.clear();
        offsets.clear();
        roundsAlone = 0;
        position = 0;
        leaves = true;
        if (!payloads.areEmpty()) {
            offsets.add(layout.payload);
        }
        runner.run(tree.part(node), history, this::answer);
        boolean waits = roundsAlone > 0;
        List<Stretch> waysOut = waits && boundary.kind() == Op.Kind.PAUSE ? waysOut(content) : List.of();
        boolean[] comesBack = new boolean[waysOut.size()];
        for (int way = 0; way < comesBack.length; way++) {
            comesBack[way] = comesBack(node, waysOut.get(way));
        }
        int[] looked = offsets.stream().mapToInt(Integer::intValue).toArray();
        int[] values = Arrays.stream(looked).map(offset -> state[offset]).toArray();
        Outlook outlook = new Outlook(waits, roundOps.size() + 1, looked, values);
        if (waits && leaves) {
            skipRounds = true;
            outlook.counted = true;
            outlook.exits.add(new Exit(discovery.behind(node, alone(content, roundsAlone, position)), false));
        }
        for (int way = 0; way < comesBack.length; way++) {
            if (outlook.exits.size() == MOST_EXITS) {
                skipsExits = true;
            } else {
                outlook.exits.add(new Exit(discovery.behind(node, waysOut.get(way)), comesBack[way]));
            }
        }
        int clockAt = clockAt();
        if (waits && clockAt >= 0) { // also of a sleeper, which looks at the clock when it stirs
            outlook.late = discovery.behind(node, alone(content, 0, clockAt).add(roundOps.get(clockAt), Party.LATER));
        }
        return outlook;
    }

    /** The ways out of a loop that asks whether it has been spun for long enough. */
    private List<Stretch> waysOut(int content) {
        List<Stretch> ways = new ArrayList<>();
        for (int i = 0; i < roundOps.size(); i++) {
            if (roundOps.get(i).kind() == Op.Kind.ENOUGH) {
                ways.add(alone(content, 0, i).add(roundOps.get(i), 1));
            }
        }
        return ways;
    }

    /** Whether the party, alone behind a way out, changes nothing, comes to the boundary, and goes round as before. */
    private boolean comesBack(int node, Stretch wayOut) {
        tree.load(node, history);
        history.addAll(wayOut);
        List<Op> taken = new ArrayList<>();
        boolean[] back = new boolean[1];
        runner.run(tree.part(node), history, next -> {
            int start = taken.indexOf(boundary);
            int at = start < 0 ? -1 : taken.size() - start - 1;
            if (at == roundOps.size()) {
                back[0] = next.equals(boundary);
                throw runner.unwind();
            }
            if (at >= 0 && !next.equals(roundOps.get(at)) || taken.size() > LONGEST_WAY_BACK) {
                throw runner.unwind();
            }
            taken.add(next);
            return resultOf(next);
        });
        return back[0];
    }

    private int clockAt() {
        for (int i = 0; i < roundOps.size(); i++) {
            if (roundOps.get(i).kind() == Op.Kind.CLOCK) {
                return i;
            }
        }
        return -1;
    }

    /** Whole rounds and the beginning of one more. */
    private Stretch alone(int content, int rounds, int rest) {
        Stretch stretch = new Stretch(content);
        for (int n = 0; n <= rounds; n++) {
            stretch.add(boundary, boundaryResult(boundary));
            for (int i = 0; i < (n < rounds ? roundOps.size() : rest); i++) {
                stretch.add(roundOps.get(i), roundResults.get(i));
            }
        }
        return stretch;
    }

    // ---- the answers to a party that is alone

    private long answer(Op next) {
        if (roundsAlone > 0) {
            return goRound(next);
        }
        if (runner.left() != (payloads.areEmpty() ? 0 : still[layout.payload])) {
            throw runner.unwind();
        }
        if (next.equals(boundary) && (next.kind() == Op.Kind.PAUSE || wouldSleep(next))) {
            if (!isAsBefore()) {
                throw runner.unwind();
            }
            roundsAlone = 1;
            signature = signature();
            if (endless.contains(signature)) {
                leaves = false;
                throw runner.unwind();
            }
            return boundaryResult(boundary);
        }
        long result = resultOf(next);
        roundOps.add(next);
        roundResults.add(result);
        return result;
    }

    /** The result that the memory that stands still has for it; unwinds if the operation would change it. */
    private long resultOf(Op next) {
        switch (next.kind()) {
            case PAUSE, CLOCK -> {
                return 0;
            }
            case ENOUGH -> {
                return boundary.kind() == Op.Kind.PAUSE ? 0 : 1;
            }
            case ALIVE -> {
                offsets.add(layout.dead);
                return layout.isAlive(still, next.a()) ? 1 : 0;
            }
            case WAKE, ENTER, LEAVE -> throw runner.unwind();
            default -> {}
        }
        int cell = next.cell();
        for (int i = 0; i < layout.length(cell); i++) {
            offsets.add(layout.offset(cell) + i);
        }
        long value = layout.get(still, cell);
        boolean changes =
                switch (next.kind()) {
                    case SET, SWAP -> value != next.a();
                    case ADD -> next.a() != 0;
                    case CAS -> value == next.a() && next.a() != next.b();
                    case AWAIT -> value == next.a();
                    default -> false;
                };
        if (changes) {
            throw runner.unwind();
        }
        return switch (next.kind()) {
            case CAS -> value == next.a() ? 1 : 0;
            case SET -> 0;
            case AWAIT -> Op.CHANGED;
            default -> value;
        };
    }

    private boolean wouldSleep(Op await) {
        return layout.get(still, await.cell()) == await.a() && await.b() > 0;
    }

    /** Whether the last rounds of the history are equal to the one that was just run alone. */
    private boolean isAsBefore() {
        int size = roundOps.size();
        int end = history.length() - 1;
        for (int n = 0; n < spins; n++) {
            if (n > 0 && (end < 1 || !history.op(--end).equals(boundary))) {
                return false;
            }
            end -= size;
            if (end < 0) {
                return false;
            }
            for (int i = 0; i < size; i++) {
                if (history.result(end + i) != roundResults.get(i)
                        || !history.op(end + i).equals(roundOps.get(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    private long goRound(Op next) {
        if (position < roundOps.size()) {
            if (!next.equals(roundOps.get(position))) {
                throw runner.unwind();
            }
            return roundResults.get(position++);
        }
        if (!next.equals(boundary)) {
            throw runner.unwind();
        }
        position = 0;
        if (++roundsAlone > ROUNDS_ALONE || roundsAlone * (long) (roundOps.size() + 1) > OPS_ALONE) {
            leaves = false;
            endless.add(signature);
            throw runner.unwind();
        }
        return boundaryResult(boundary);
    }

    /** The round, and the place in the code. */
    private List<Object> signature() {
        List<Object> place = new ArrayList<>(roundOps);
        place.addAll(roundResults);
        place.add(boundary);
        STACK.walk(frames -> {
            frames.takeWhile(frame -> !frame.getClassName().equals(Runner.class.getName())
                            || !frame.getMethodName().equals("run"))
                    .forEach(frame -> {
                        place.add(frame.getClassName());
                        place.add(frame.getMethodName());
                        place.add(frame.getByteCodeIndex());
                    });
            return null;
        });
        return place;
    }
}
