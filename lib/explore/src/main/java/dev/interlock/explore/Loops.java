package dev.interlock.explore;

import java.util.ArrayList;
import java.util.List;

/** Finds out where a party's code goes round a loop that writes, or whose compare-and-set fails. */
final class Loops {
    /* Implementation notes
     * Equal       a node behind two equal rounds is the same as the one behind the first, provided the code keeps going
     *             round when it is fed the same results some hundred times more. This makes the tree a finite graph, in
     *             which a search can come round: a livelock.
     * Endless     in rounds without end the two rounds need not be equal: it is enough that the code goes round on the
     *             last one, and does what is known of the earlier node on every way known from there.
     */
    private static final int FED = 256;
    private static final int LONGEST_LOOP = 64;
    private static final int LONGEST_CYCLE_OF_STRETCHES = 2;
    private static final int LONGEST_WAY_TRIED = 24;
    private static final int WAYS_TRIED = 400;

    private final Tree tree;
    private final Runner<?> runner;
    private final History history;
    private final boolean endlessRounds;

    private int fed;

    Loops(Tree tree, Runner<?> runner, History history, boolean endlessRounds) {
        this.tree = tree;
        this.runner = runner;
        this.history = history;
        this.endlessRounds = endlessRounds;
    }

    /** The node that a new one is the same as, because it has come round a loop; or -1. */
    int earlier(int node) {
        Op next = tree.op(node);
        if (next == null || !next.isBoundary() && !tree.isBehindFailure(node)) {
            return -1;
        }
        tree.load(node, history);
        int length = history.length();
        for (int size = 1; size <= LONGEST_LOOP && 2 * size <= length; size++) {
            int same = history.node(length - size);
            if (same >= 0 && isSame(node, same, size)) {
                return same;
            }
        }
        for (int start = 0; endlessRounds && start < length; start++) {
            int same = history.node(start);
            if (same >= 0
                    && history.op(start).equals(next)
                    && (next.isBoundary() || isBehindFailure(start))
                    && agree(node, same)
                    && goesRound(node, start)
                    && isAlike(node, same)) {
                return same;
            }
        }
        int stretches = 0;
        for (int n = node; tree.parent(n) >= 0 && stretches < LONGEST_CYCLE_OF_STRETCHES; n = tree.parent(n)) {
            if (tree.isBehindStretch(n)) {
                stretches++;
                int same = tree.parent(n);
                int size = length - tree.length(same);
                if (2 * size <= length && isSame(node, same, size)) {
                    return same;
                }
            }
        }
        return -1;
    }

    private boolean isBehindFailure(int i) {
        return i > 0 && history.op(i - 1).kind() == Op.Kind.CAS && history.result(i - 1) == 0;
    }

    /** Whether the code that arrives at the node has gone round twice since it was at the other, and would go on so. */
    private boolean isSame(int node, int other, int size) {
        int start = history.length() - size;
        return history.op(start).equals(tree.op(node))
                && history.isRepeated(start, size)
                && agree(node, other)
                && goesRound(node, start);
    }

    private boolean agree(int node, int other) {
        return tree.isTimed(other) == tree.isTimed(node) && tree.left(other) == tree.left(node);
    }

    /** Whether the code, fed with the end of the history again and again, goes on taking the same operations. */
    private boolean goesRound(int node, int start) {
        int size = history.length() - start;
        int enough = Math.max(FED * LONGEST_LOOP, 2 * size);
        fed = 0;
        runner.run(tree.part(node), history, next -> {
            int i = start + fed % size;
            if (!history.op(i).equals(next) || ++fed > enough) {
                throw runner.unwind();
            }
            runner.see(history.seen(i));
            return history.result(i);
        });
        return fed > enough;
    }

    /** Whether the code goes on from the node, whose history is loaded, as it is known to do from the other. */
    private boolean isAlike(int node, int other) {
        List<List<Integer>> ways = new ArrayList<>(List.of(List.of()));
        for (int i = 0; i < ways.size() && ways.size() < WAYS_TRIED; i++) {
            List<Integer> way = ways.get(i);
            int end = way.isEmpty() ? other : tree.target(way.get(way.size() - 1));
            boolean further = false;
            for (int edge = tree.firstEdge(end);
                    edge >= 0 && way.size() < LONGEST_WAY_TRIED;
                    edge = tree.nextEdge(edge)) {
                List<Integer> longer = new ArrayList<>(way);
                longer.add(edge);
                ways.add(longer);
                further = true;
            }
            if (!further && !isAlikeOn(way, node, other)) {
                return false;
            }
        }
        return true;
    }

    private boolean isAlikeOn(List<Integer> way, int node, int other) {
        int length = history.length();
        int end = other;
        for (int edge : way) {
            tree.append(end, edge, history);
            end = tree.target(edge);
        }
        Op expected = tree.op(end);
        boolean[] met = new boolean[1];
        runner.run(tree.part(node), history, next -> {
            met[0] = next.equals(expected);
            throw runner.unwind();
        });
        boolean alike = met[0] || expected == null && runner.hasEnded() && runner.difference() == null;
        history.setLength(length);
        return alike;
    }
}
