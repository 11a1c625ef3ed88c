package dev.interlock.explore;

import dev.interlock.memory.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What one party would do next, for every history of results that the search has come across.
 *
 * @param <T> what the parties share
 */
final class Party<T> implements Stepper {
    /* Implementation notes
     * A party's code is deterministic: what it does next follows from the results that its operations have had so far.
     * So its local states are the nodes of a tree whose edges are results. A node is found out once: the code is run from
     * its beginning on the calling thread, with the results on the way to the node for answers, up to the first operation
     * that has none; that operation is the node's, and the code is unwound by throwing UNWIND. No thread is ever
     * switched, and the search itself runs on the nodes alone. (Stateless replay as in [1], but of one party at a time.)
     *
     * Unwinding runs the code's finally blocks: each further operation throws UNWIND again, and however the run ends it
     * counts as unwound.
     *
     * Nodes       op: the operation to come, or null where the body has ended; failure: what it threw.
     *             A write has one result only, so the run goes on behind it and finds the next node for nothing.
     * Time        is relative: a clock's result is by how much it moved, a deadline how far away it is. So a party that
     *             sleeps for a while, again and again, is each time where it was.
     * Waiting     Pauses in a row are one. PAUSE and AWAIT are boundaries: a loop that waits goes through one in each
     *             round. look() runs a party alone, on a memory that stands still, from a boundary. If it goes round as
     *             it has just done, seeing the same and changing nothing, then it waits: nothing is gained by running it
     *             until one of the cells that it reads has changed. If it would leave the loop after a number of rounds,
     *             exit is the node where it does (a counted loop: a spinner that goes to sleep); if the round reads the
     *             clock, late is the node where the clock has moved. Counted rounds are thus taken as one; see
     *             Exploration.
     * Loops       whose rounds write, or fail to CAS: a node behind two equal rounds is the same as the one behind the
     *             first, provided the code keeps going round when it is fed the same results some hundred times more. This makes
     *             the tree a finite graph, in which a search can come round: a livelock.
     *             In rounds without end the two rounds need not be equal: it is enough that the code goes round on the
     *             last one, and does what is known of the earlier node on every way known from there.
     * Payload     plain accesses to payload areas happen at once with the operation before them. A node knows the content
     *             seen at that operation, and the content that it left.
     *
     * [1] P. Godefroid. Model checking for programming languages using VeriSoft. POPL 1997.
     */
    static final int ROOT = 0;

    /** How far the clock moves when it moves: beyond every timeout. */
    static final long LATER = 1L << 55;

    private static final int MOST_PAUSES = 10_000_000;
    private static final int ROUNDS_ALONE = 20_000;
    private static final int OPS_ALONE = 200_000;
    private static final int FED = 256;
    private static final int LONGEST_LOOP = 64;
    private static final int LONGEST_CYCLE_OF_STRETCHES = 2;
    private static final int LONGEST_WAY_TRIED = 24;
    private static final int WAYS_TRIED = 400;
    private static final long START = 1_000_000_000;

    private static final Unwind UNWIND = new Unwind();

    /** What a party at a boundary would do alone, as long as the state agrees with the values at the offsets. */
    static final class Outlook {
        /** Whether it goes round, changing nothing. */
        final boolean waits;
        /** Where it leaves the loop by itself, or -1. */
        int exit = -1;
        /** Where it finds that time has passed, or -1. */
        int late = -1;

        private final int[] offsets;
        private final int[] values;

        private Outlook(boolean waits, int[] offsets, int[] values) {
            this.waits = waits;
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

    /** Operations taken at a stretch, on the way to a node. */
    private record Stretch(Op[] ops, long[] results, int[] seen) {}

    private enum Mode {
        /** Find the node behind the history. */
        EXTEND,
        /** See whether the end of the history would go on being repeated. */
        FEED,
        /** Go on alone, on a memory that stands still. */
        LOOK,
        /** See whether the history, part of which is another node's, leads to the expected operation. */
        COMPARE
    }

    final int index;
    final String name;
    private final Exploration.Body<? super T> body;
    private final Function<? super Memory, ? extends T> constructor;
    private final Layout layout;
    private final Payloads payloads;
    private final ExploredMemory memory;
    private final Sections sections;
    private final int longestRun;
    private final int spins;
    private final boolean endlessRounds;

    // nodes
    private int nodes;
    private Op[] op = new Op[64];
    private int[] parent = new int[64];
    private long[] result = new long[64];
    private int[] seen = new int[64];
    private int[] left = new int[64];
    private int[] depth = new int[64];
    private int[] steps = new int[64];
    private boolean[] clockRead = new boolean[64];
    private int[] firstEdge = new int[64];
    private final List<List<Outlook>> outlooks = new ArrayList<>();
    private final Map<Integer, Stretch> stretches = new HashMap<>();
    private final Map<Integer, Throwable> failures = new HashMap<>();
    private final Set<Integer> cut = new HashSet<>();
    private final Set<List<Object>> endless = new HashSet<>();

    // edges
    private int edges;
    private long[] edgeResult = new long[64];
    private int[] edgeSeen = new int[64];
    private int[] edgeTarget = new int[64];
    private int[] nextEdge = new int[64];

    // the history to run through, and how far the run is
    private Op[] ops = new Op[64];
    private long[] results = new long[64];
    private int[] contents = new int[64];
    private int[] at = new int[64];
    private int length;
    private int cursor;
    private Mode mode = Mode.EXTEND;
    private long clock;
    private int pauses;
    private boolean unwinding;
    private String difference;
    private long operations;

    // EXTEND: behind what the next node comes, and the nodes found
    private int from;
    private long fromResult;
    private int fromSeen;
    private Stretch fromStretch;
    private int first;
    private int last;

    // FEED: where the loop starts in the history, how often an operation was fed, and whether the code went round
    private int loop;
    private int fed;
    private boolean loops;

    // COMPARE
    private Op expected;
    private boolean isExpected;

    // LOOK
    private int[] still;
    private Op boundary;
    private final List<Op> roundOps = new ArrayList<>();
    private final List<Long> roundResults = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();
    private int roundsAlone;
    private int position;
    private boolean leaves;

    Party(
            int index,
            String name,
            Exploration.Body<? super T> body,
            Function<? super Memory, ? extends T> constructor,
            Layout layout,
            Payloads payloads,
            ExploredMemory memory,
            Sections sections,
            int longestRun,
            int spins,
            boolean endlessRounds) {
        this.index = index;
        this.name = name;
        this.body = body;
        this.constructor = constructor;
        this.layout = layout;
        this.payloads = payloads;
        this.memory = memory;
        this.sections = sections;
        this.longestRun = longestRun;
        this.spins = spins;
        this.endlessRounds = endlessRounds;
        extend(-1, 0, 0, null);
    }

    Sections sections() {
        return sections;
    }

    /** The operation that comes next, or null if the body has ended. */
    Op op(int node) {
        return op[node];
    }

    /** What the body threw when it ended, or null. */
    Throwable failure(int node) {
        return failures.get(node);
    }

    /** Whether the search goes no further than this node, for want of patience. */
    boolean isCut(int node) {
        return !cut.isEmpty() && cut.contains(node);
    }

    /** Whether the party may find at this node that its deadlines have passed. */
    boolean isTimed(int node) {
        return clockRead[node];
    }

    /** The content of the payload areas that the party leaves when it arrives at the node. */
    int left(int node) {
        return left[node];
    }

    /** How many operations the party's code has taken, in all runs. */
    long operations() {
        return operations;
    }

    /** How many nodes are known. */
    int nodes() {
        return nodes;
    }

    /** The node behind the given one, when its operation has the given result and sees the given payload. */
    int child(int node, long itsResult, int payload) {
        int content = payloads.areEmpty() ? 0 : payload;
        for (int edge = firstEdge[node]; edge >= 0; edge = nextEdge[edge]) {
            if (edgeResult[edge] == itsResult && edgeSeen[edge] == content) {
                return edgeTarget[edge];
            }
        }
        load(node);
        append(op[node], itsResult, content, node);
        int target = extend(node, itsResult, content, null);
        addEdge(node, itsResult, content, target);
        int end = last;
        int earlier = earlier(end);
        if (earlier < 0) {
            return target;
        }
        int edge = firstEdge[parent[end]];
        while (edgeTarget[edge] != end) {
            edge = nextEdge[edge];
        }
        edgeTarget[edge] = earlier;
        return end == target ? earlier : target;
    }

    /** What the party would do alone from a boundary. */
    Outlook outlook(int node, int[] state) {
        List<Outlook> known = outlooks.get(node);
        if (known == null) {
            known = new ArrayList<>(1);
            outlooks.set(node, known);
        }
        for (Outlook outlook : known) {
            if (outlook.holdsIn(state)) {
                return outlook;
            }
        }
        Outlook outlook = look(node, state);
        known.add(outlook);
        return outlook;
    }

    @Override
    public long step(Op.Kind kind, int cell, long a, long b) {
        operations++;
        if (unwinding) {
            throw UNWIND;
        }
        if (kind == Op.Kind.PAUSE && ++pauses > 1 && pauses < MOST_PAUSES) {
            return 0;
        }
        if (kind != Op.Kind.PAUSE) {
            pauses = 0;
        }
        boolean timed = kind == Op.Kind.AWAIT && b != Memory.NO_DEADLINE;
        long itsResult = take(kind, cell, a, timed ? b - clock : b);
        if (kind == Op.Kind.CLOCK) {
            clock += itsResult;
            return clock;
        }
        if (timed && itsResult == 0) {
            clock = Math.max(clock, b);
        }
        return itsResult;
    }

    /** Takes an operation whose times, if it has any, are relative to the party's clock. */
    private long take(Op.Kind kind, int cell, long a, long b) {
        if (cursor < length) {
            Op known = ops[cursor];
            if (known.kind() != kind || known.cell() != cell || known.a() != a || known.b() != b) {
                if (mode == Mode.COMPARE) {
                    throw unwind();
                }
                difference = "took " + known + ", and in another run " + new Op(kind, cell, a, b);
                throw unwind();
            }
            see(contents[cursor]);
            return results[cursor++];
        }
        Op next = new Op(kind, cell, a, b);
        return switch (mode) {
            case EXTEND -> extendBy(next);
            case FEED -> feed(next);
            case LOOK -> lookAt(next);
            case COMPARE -> {
                isExpected = next.equals(expected);
                throw unwind();
            }
        };
    }

    private void see(int content) {
        if (!payloads.areEmpty()) {
            memory.writeBytes(payloads.get(content));
        }
    }

    private Unwind unwind() {
        unwinding = true;
        return UNWIND;
    }

    /** Runs the body from its beginning through the loaded history, and on as the mode says. */
    private void run(Mode how) {
        mode = how;
        cursor = 0;
        unwinding = false;
        difference = null;
        clock = START;
        pauses = 0;
        Thread.interrupted(); // what an earlier run left behind
        memory.open();
        T shared = constructor.apply(memory);
        memory.seal(this);
        see(0);
        Throwable thrown = null;
        Section.setCaller(this);
        try {
            body.run(shared);
        } catch (Throwable t) {
            thrown = t;
        } finally {
            Section.setCaller(null);
        }
        Thread.interrupted();
        if (!unwinding && thrown instanceof VirtualMachineError error) {
            throw error;
        }
        if (how == Mode.COMPARE) {
            isExpected |= !unwinding && expected == null;
            return;
        }
        if (!unwinding && cursor < length) {
            difference =
                    "took " + ops[cursor] + ", and in another run " + (thrown == null ? "nothing" : "threw " + thrown);
        }
        if (difference != null) {
            throw new IllegalStateException(
                    "party " + name + " is not deterministic: after the same results it " + difference
                            + "; does its body change what is not in the explored memory, or draw random numbers?");
        }
        if (!unwinding && how == Mode.EXTEND) {
            int node = newNode(null);
            if (thrown != null) {
                failures.put(node, thrown);
            }
        }
    }

    // ---- histories

    private void load(int node) {
        length = depth[node];
        while (ops.length <= length) {
            growHistory();
        }
        int end = length;
        for (int n = node; parent[n] >= 0; n = parent[n]) {
            Stretch stretch = stretches.get(n);
            if (stretch == null) {
                end--;
                ops[end] = op[parent[n]];
                results[end] = result[n];
                contents[end] = seen[n];
                at[end] = parent[n];
            } else {
                int size = stretch.ops.length;
                end -= size;
                System.arraycopy(stretch.ops, 0, ops, end, size);
                System.arraycopy(stretch.results, 0, results, end, size);
                System.arraycopy(stretch.seen, 0, contents, end, size);
                Arrays.fill(at, end, end + size, -1);
                at[end] = parent[n];
            }
        }
    }

    private void append(Op taken, long itsResult, int content, int node) {
        if (ops.length <= length) {
            growHistory();
        }
        ops[length] = taken;
        results[length] = itsResult;
        contents[length] = content;
        at[length] = node;
        length++;
    }

    private void growHistory() {
        int size = 2 * ops.length;
        ops = Arrays.copyOf(ops, size);
        results = Arrays.copyOf(results, size);
        contents = Arrays.copyOf(contents, size);
        at = Arrays.copyOf(at, size);
    }

    // ---- nodes

    /** Finds the node behind the loaded history, and those behind it as far as results are known. */
    private int extend(int behind, long itsResult, int content, Stretch stretch) {
        from = behind;
        fromResult = itsResult;
        fromSeen = content;
        fromStretch = stretch;
        first = -1;
        run(Mode.EXTEND);
        return first;
    }

    private long extendBy(Op next) {
        int node = newNode(next);
        if (op[node] == null || !next.isBlind() || !payloads.areEmpty()) {
            throw unwind();
        }
        from = node;
        fromResult = 0;
        fromSeen = 0;
        fromStretch = null;
        return 0;
    }

    private int newNode(Op next) {
        if (nodes == op.length) {
            growNodes();
        }
        int node = nodes++;
        outlooks.add(null);
        parent[node] = from;
        result[node] = fromResult;
        seen[node] = fromSeen;
        left[node] = payloads.areEmpty() ? 0 : payloads.numberOf(memory.readBytes());
        firstEdge[node] = -1;
        if (from >= 0 && fromStretch == null) {
            depth[node] = depth[from] + 1;
            steps[node] = steps[from] + 1;
            clockRead[node] = isClockRead(clockRead[from], op[from], fromResult);
        } else if (from >= 0) {
            stretches.put(node, fromStretch);
            depth[node] = depth[from] + fromStretch.ops.length;
            steps[node] = steps[from];
            clockRead[node] = clockRead[from];
            for (int i = 0; i < fromStretch.ops.length; i++) {
                clockRead[node] = isClockRead(clockRead[node], fromStretch.ops[i], fromStretch.results[i]);
            }
        }
        if (steps[node] > longestRun && next != null) {
            cut.add(node);
            op[node] = null;
        } else {
            op[node] = next;
        }
        if (first < 0) {
            first = node;
        } else {
            addEdge(from, fromResult, fromSeen, node);
        }
        last = node;
        return node;
    }

    /** Whether the party has read its clock since it last moved, and may thus have a deadline. */
    private static boolean isClockRead(boolean before, Op taken, long itsResult) {
        boolean expired = taken.kind() == Op.Kind.AWAIT && itsResult == 0;
        return taken.kind() == Op.Kind.CLOCK ? itsResult == 0 : before && !expired;
    }

    private void growNodes() {
        int size = 2 * op.length;
        op = Arrays.copyOf(op, size);
        parent = Arrays.copyOf(parent, size);
        result = Arrays.copyOf(result, size);
        seen = Arrays.copyOf(seen, size);
        left = Arrays.copyOf(left, size);
        depth = Arrays.copyOf(depth, size);
        steps = Arrays.copyOf(steps, size);
        clockRead = Arrays.copyOf(clockRead, size);
        firstEdge = Arrays.copyOf(firstEdge, size);
    }

    private void addEdge(int node, long itsResult, int content, int target) {
        if (edges == edgeTarget.length) {
            int size = 2 * edges;
            edgeResult = Arrays.copyOf(edgeResult, size);
            edgeSeen = Arrays.copyOf(edgeSeen, size);
            edgeTarget = Arrays.copyOf(edgeTarget, size);
            nextEdge = Arrays.copyOf(nextEdge, size);
        }
        edgeResult[edges] = itsResult;
        edgeSeen[edges] = content;
        edgeTarget[edges] = target;
        nextEdge[edges] = firstEdge[node];
        firstEdge[node] = edges++;
    }

    // ---- loops

    /** The node that a new one is the same as, because it has come round a loop; or -1. */
    private int earlier(int node) {
        Op next = op[node];
        if (next == null) {
            return -1;
        }
        boolean failed = op[parent[node]].kind() == Op.Kind.CAS && result[node] == 0;
        if (!next.isBoundary() && !failed) {
            return -1;
        }
        load(node);
        for (int size = 1; size <= LONGEST_LOOP && 2 * size <= length; size++) {
            int same = at[length - size];
            if (same >= 0 && isSame(node, same, size)) {
                return same;
            }
        }
        for (int start = 0; endlessRounds && start < length; start++) {
            int same = at[start];
            boolean behindFailure = start > 0 && ops[start - 1].kind() == Op.Kind.CAS && results[start - 1] == 0;
            if (same >= 0
                    && ops[start].equals(next)
                    && (next.isBoundary() || behindFailure)
                    && agree(node, same)
                    && goesRound(start)
                    && isAlike(node, same)) {
                return same;
            }
        }
        int stretched = 0;
        for (int n = node; parent[n] >= 0 && stretched < LONGEST_CYCLE_OF_STRETCHES; n = parent[n]) {
            if (stretches.containsKey(n)) {
                stretched++;
                int same = parent[n];
                int size = length - depth[same];
                if (2 * size <= length && isSame(node, same, size)) {
                    return same;
                }
            }
        }
        return -1;
    }

    /** Whether the code that arrives at the node has gone round twice since it was at the other, and would go on so. */
    private boolean isSame(int node, int other, int size) {
        int start = length - size;
        return ops[start].equals(op[node]) && isRepeated(start, size) && agree(node, other) && goesRound(start);
    }

    private boolean agree(int node, int other) {
        return clockRead[other] == clockRead[node] && left[other] == left[node];
    }

    /** Whether the code goes on from the node, whose history is loaded, as it is known to do from the other. */
    private boolean isAlike(int node, int other) {
        int start = length;
        List<List<Integer>> ways = new ArrayList<>(List.of(List.of()));
        for (int i = 0; i < ways.size() && ways.size() < WAYS_TRIED; i++) {
            List<Integer> way = ways.get(i);
            int end = way.isEmpty() ? other : edgeTarget[way.get(way.size() - 1)];
            boolean further = false;
            for (int edge = firstEdge[end]; edge >= 0 && way.size() < LONGEST_WAY_TRIED; edge = nextEdge[edge]) {
                List<Integer> longer = new ArrayList<>(way);
                longer.add(edge);
                ways.add(longer);
                further = true;
            }
            if (!further && !isAlikeOn(way, other)) {
                length = start;
                return false;
            }
        }
        length = start;
        return true;
    }

    private boolean isAlikeOn(List<Integer> way, int other) {
        int start = length;
        int end = other;
        for (int edge : way) {
            append(op[end], edgeResult[edge], edgeSeen[edge], -1);
            end = edgeTarget[edge];
        }
        expected = op[end];
        isExpected = false;
        run(Mode.COMPARE);
        length = start;
        return isExpected;
    }

    private boolean isRepeated(int start, int size) {
        for (int i = start; i < start + size; i++) {
            if (results[i] != results[i - size] || contents[i] != contents[i - size] || !ops[i].equals(ops[i - size])) {
                return false;
            }
        }
        return true;
    }

    private boolean goesRound(int start) {
        loop = start;
        fed = 0;
        loops = false;
        run(Mode.FEED);
        return loops;
    }

    private long feed(Op next) {
        int i = loop + fed % (length - loop);
        if (!ops[i].equals(next)) {
            throw unwind();
        }
        if (++fed > Math.max(FED * LONGEST_LOOP, 2 * (length - loop))) {
            loops = true;
            throw unwind();
        }
        see(contents[i]);
        return results[i];
    }

    // ---- outlooks

    private Outlook look(int node, int[] state) {
        load(node);
        boundary = op[node];
        int content = payloads.areEmpty() ? 0 : state[layout.payload];
        append(boundary, boundaryResult(), content, node);
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
        run(Mode.LOOK);
        boolean waits = roundsAlone > 0;
        boolean exits = waits && leaves;
        int[] looked = offsets.stream().mapToInt(Integer::intValue).toArray();
        int[] values = Arrays.stream(looked).map(offset -> state[offset]).toArray();
        Outlook outlook = new Outlook(waits, looked, values);
        int clockAt = -1;
        for (int i = 0; i < roundOps.size() && clockAt < 0; i++) {
            if (roundOps.get(i).kind() == Op.Kind.CLOCK) {
                clockAt = i;
            }
        }
        int rounds = roundsAlone;
        int rest = position;
        if (exits) {
            outlook.exit = stretch(node, rounds, rest, content, false);
        }
        if (waits && clockAt >= 0) {
            outlook.late = stretch(node, 0, clockAt, content, true);
        }
        return outlook;
    }

    private long boundaryResult() {
        return boundary.kind() == Op.Kind.AWAIT ? 1 : 0;
    }

    /** The node where the party is after whole rounds and the beginning of one more. */
    private int stretch(int node, int rounds, int rest, int content, boolean late) {
        int perRound = roundOps.size() + 1;
        int size = rounds * perRound + 1 + rest + (late ? 1 : 0);
        Op[] taken = new Op[size];
        long[] had = new long[size];
        for (int i = 0; i < size; i++) {
            int inRound = i % perRound;
            taken[i] = inRound == 0 ? boundary : roundOps.get(inRound - 1);
            had[i] = inRound == 0 ? boundaryResult() : roundResults.get(inRound - 1);
        }
        if (late) {
            had[size - 1] = LATER;
        }
        int[] saw = new int[size];
        Arrays.fill(saw, content);
        load(node);
        for (int i = 0; i < size; i++) {
            append(taken[i], had[i], content, -1);
        }
        return extend(node, 0, content, new Stretch(taken, had, saw));
    }

    private long lookAt(Op next) {
        if (roundsAlone > 0) {
            return goRound(next);
        }
        if (!payloads.areEmpty() && payloads.numberOf(memory.readBytes()) != still[layout.payload]) {
            throw unwind();
        }
        if (next.equals(boundary) && (next.kind() == Op.Kind.PAUSE || wouldSleep(next))) {
            if (!isAsBefore()) {
                throw unwind();
            }
            roundsAlone = 1;
            if (endless.contains(signature())) {
                leaves = false;
                throw unwind();
            }
            return boundaryResult();
        }
        long itsResult = answer(next);
        roundOps.add(next);
        roundResults.add(itsResult);
        return itsResult;
    }

    /** Answers as the memory that stands still would; unwinds if the operation would change it. */
    private long answer(Op next) {
        switch (next.kind()) {
            case PAUSE -> {
                return 0;
            }
            case CLOCK -> {
                return 0;
            }
            case ALIVE -> {
                offsets.add(layout.dead);
                int party = (int) next.a() - 1;
                return party >= 0 && party < layout.parties && !layout.isDead(still, party) ? 1 : 0;
            }
            case WAKE, ENTER, LEAVE -> throw unwind();
            default -> {}
        }
        int cell = next.cell();
        for (int i = 0; i < layout.length(cell); i++) {
            offsets.add(layout.offset(cell) + i);
        }
        long value = layout.get(still, cell);
        long itsResult =
                switch (next.kind()) {
                    case CAS -> value == next.a() ? 1 : 0;
                    case SET -> 0;
                    case AWAIT -> Op.CHANGED;
                    default -> value;
                };
        boolean changes =
                switch (next.kind()) {
                    case SET, SWAP -> value != next.a();
                    case ADD -> next.a() != 0;
                    case CAS -> value == next.a() && next.a() != next.b();
                    case AWAIT -> value == next.a();
                    default -> false;
                };
        if (changes) {
            throw unwind();
        }
        return itsResult;
    }

    private boolean wouldSleep(Op await) {
        return layout.get(still, await.cell()) == await.a() && await.b() > 0;
    }

    /** Whether the last rounds of the history are equal to the one that was just run alone. */
    private boolean isAsBefore() {
        int size = roundOps.size();
        int end = length - 1;
        for (int n = 0; n < spins; n++) {
            if (n > 0 && (end < 1 || !ops[--end].equals(boundary))) {
                return false;
            }
            end -= size;
            if (end < 0) {
                return false;
            }
            for (int i = 0; i < size; i++) {
                if (results[end + i] != roundResults.get(i) || !ops[end + i].equals(roundOps.get(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    private long goRound(Op next) {
        if (position < roundOps.size()) {
            if (!next.equals(roundOps.get(position))) {
                throw unwind();
            }
            return roundResults.get(position++);
        }
        if (!next.equals(boundary)) {
            throw unwind();
        }
        position = 0;
        if (++roundsAlone > ROUNDS_ALONE || roundsAlone * (long) (roundOps.size() + 1) > OPS_ALONE) {
            leaves = false;
            endless.add(signature());
            throw unwind();
        }
        return boundaryResult();
    }

    private List<Object> signature() {
        List<Object> signature = new ArrayList<>(roundOps);
        signature.addAll(roundResults);
        signature.add(boundary);
        return signature;
    }
}
