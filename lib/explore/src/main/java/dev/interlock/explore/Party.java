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
final class Party<T> {
    /* Implementation notes
     * A party's code is deterministic: what it does next follows from the results that its operations have had so far.
     * So its local states are the nodes of a tree whose edges are results. A node is found out once: the Runner runs the
     * code through the history that leads to it, up to the first operation that has no result; that operation is the
     * node's. The search itself runs on the nodes alone.
     *
     * Nodes       op: the operation to come, or null where the part has ended; failure: what it threw. A write has one
     *             result only, so the run goes on behind it and finds the next node for nothing.
     * Waiting     see Outlooks. Whether it matters how often a party goes round while it is held is tried: each new node
     *             is reached again with HELD rounds more at each wait on the way, and must have the same operation.
     * Loops       see Loops: where one comes round, its last edge is bent back, so that the tree is a finite graph.
     * Payload     plain accesses to payload areas happen at once with the operation before them. A node knows the content
     *             seen at that operation, and the content that it left.
     */

    /** Where the first part begins. */
    static final int ROOT = 0;

    /** How far the clock moves when it moves: beyond every timeout. */
    static final long LATER = 1L << 55;

    /** An odd number, in case the code counts by twos. */
    private static final int HELD = 101;

    /** From where a new node is reached: by a result, by a stretch, or, if there is none, as a root. */
    private record Way(int from, long result, int seen, Stretch stretch) {}

    final int index;
    final String name;
    private final Payloads payloads;
    private final int longestRun;
    private final int[] roots;
    private final Runner<T> runner;
    private final Tree tree = new Tree();
    private final History history = new History();
    private final History patient = new History();
    private final Loops loops;
    private final Outlooks outlooks;
    private final Map<Integer, Throwable> failures = new HashMap<>();
    private final Set<Integer> cut = new HashSet<>();
    private final Map<List<Integer>, Integer> interrupted = new HashMap<>();
    private boolean countShows;

    // of the discovery that is going on
    private int part;
    private Way way;
    private int first;
    private int last;

    Party(
            int index,
            Exploration.Role<T> role,
            Function<? super Memory, ? extends T> constructor,
            Layout layout,
            Payloads payloads,
            ExploredMemory memory,
            Sections sections,
            int longestRun,
            int spins) {
        this.index = index;
        this.name = role.name();
        this.payloads = payloads;
        this.longestRun = longestRun;
        runner = new Runner<>(role.parts(), constructor, memory, payloads, sections);
        loops = new Loops(tree, runner, history, role.rounds() == Exploration.FOREVER);
        outlooks = new Outlooks(tree, runner, history, layout, payloads, spins, this::behind);
        roots = new int[role.parts().size()];
        for (int i = 0; i < roots.length; i++) {
            part = i;
            history.setLength(0);
            roots[i] = discover(new Way(-1, 0, 0, null));
        }
    }

    /** The operation that comes next, or null if the part has ended. */
    Op op(int node) {
        return tree.op(node);
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
        return tree.isTimed(node);
    }

    /** The content of the payload areas that the party leaves when it arrives at the node. */
    int left(int node) {
        return tree.left(node);
    }

    /** Where the part after that of the given node begins, or {@link #ROOT} if that was the last one. */
    int nextRoot(int node) {
        int next = tree.part(node) + 1;
        return next == roots.length ? ROOT : roots[next];
    }

    /** Whether a part begins at the node. */
    boolean isRoot(int node) {
        return tree.parent(node) < 0;
    }

    /** Whether the party's parts end without an operation. */
    boolean doesNothing() {
        return Arrays.stream(roots).allMatch(root -> tree.op(root) == null);
    }

    /** How many operations the party's code has taken, in all runs. */
    long operations() {
        return runner.operations();
    }

    /** Whether rounds of a counted loop have been skipped. */
    boolean skipsRounds() {
        return outlooks.skipRounds();
    }

    /** Whether some ways out of a loop have been left out. */
    boolean skipsExits() {
        return outlooks.skipsExits();
    }

    /** Whether what a party did after a wait has been seen to depend on how often it went round. */
    boolean countShows() {
        return countShows;
    }

    /** What the party would do alone from a boundary. */
    Outlooks.Outlook outlook(int node, int[] state) {
        return outlooks.of(node, state);
    }

    /** The node behind the given one, when its operation has the given result and sees the given payload. */
    int child(int node, long result, int payload) {
        int content = payloads.areEmpty() ? 0 : payload;
        int known = tree.find(node, result, content);
        if (known >= 0) {
            return known;
        }
        tree.load(node, history);
        history.add(tree.op(node), result, content, node);
        part = tree.part(node);
        int target = discover(new Way(node, result, content, null));
        tree.addEdge(node, result, content, target);
        int end = last;
        int earlier = loops.earlier(end);
        if (earlier < 0) {
            countShows = countShows || !skipsRounds() && dependsOnRounds(end);
            return target;
        }
        tree.bend(end, earlier);
        return end == target ? earlier : target;
    }

    /** The node where the party is if it is interrupted just before it comes to the given one. */
    int interrupted(int node, int payload) {
        int content = payloads.areEmpty() ? 0 : payload;
        return interrupted.computeIfAbsent(
                List.of(node, content), key -> behind(node, new Stretch(content).add(Op.INTERRUPTION, 0)));
    }

    private int behind(int node, Stretch stretch) {
        tree.load(node, history);
        history.addAll(stretch);
        part = tree.part(node);
        return discover(new Way(node, 0, 0, stretch));
    }

    // ---- discovery

    /** Finds the node behind the history, and those behind it as far as results are known. */
    private int discover(Way itsWay) {
        way = itsWay;
        first = -1;
        runner.run(part, history, this::goOn);
        if (runner.difference() != null) {
            throw new IllegalStateException("party " + name + " is not deterministic: after the same results it "
                    + runner.difference()
                    + "; does its body change what is not in the explored memory, or draw random numbers?");
        }
        if (runner.hasEnded()) {
            addNode(null);
            if (runner.thrown() != null) {
                failures.put(last, runner.thrown());
            }
        }
        return first;
    }

    private long goOn(Op next) {
        addNode(next);
        if (isCut(last) || !next.isBlind() || !payloads.areEmpty()) {
            throw runner.unwind();
        }
        way = new Way(last, 0, 0, null);
        return 0;
    }

    private void addNode(Op next) {
        if (way.from < 0) {
            last = tree.addRoot(part, next, runner.left());
        } else if (way.stretch != null) {
            last = tree.add(way.from, way.stretch, next, runner.left());
        } else {
            boolean tooLong = next != null && tree.steps(way.from) >= longestRun;
            last = tree.add(way.from, way.result, way.seen, tooLong ? null : next, runner.left());
            if (tooLong) {
                cut.add(last);
            }
        }
        if (first < 0) {
            first = last;
        } else {
            tree.addEdge(way.from, way.result, way.seen, last);
        }
    }

    /** Whether the code comes to another operation if it goes round more often where it may be held. */
    private boolean dependsOnRounds(int node) {
        if (isCut(node)) {
            return false;
        }
        tree.load(node, history);
        patient.setLength(0);
        boolean held = false;
        for (int i = 0; i < history.length(); i++) {
            int round = history.node(i) < 0 ? 0 : outlooks.heldRound(history.node(i));
            for (int n = 0; round > 0 && n < HELD; n++) {
                held = true;
                patient.add(history.op(i), Outlooks.boundaryResult(history.op(i)), history.seen(i - 1), -1);
                for (int j = i - round + 1; j < i; j++) {
                    patient.add(history.op(j), history.result(j), history.seen(j), -1);
                }
            }
            patient.add(history.op(i), history.result(i), history.seen(i), -1);
        }
        if (!held) {
            return false;
        }
        List<Op> met = new ArrayList<>(1);
        runner.run(tree.part(node), patient, next -> {
            met.add(next);
            throw runner.unwind();
        });
        boolean same = met.isEmpty()
                ? tree.op(node) == null && runner.hasEnded()
                : met.get(0).equals(tree.op(node));
        return runner.difference() != null || !same;
    }
}
