package dev.interlock.explore;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The local states of one party: nodes, with the operation that comes next, joined by the results it may have. */
final class Tree {
    /* Implementation notes
     * Node        is reached from its parent by a result of the parent's operation, or by a Stretch. A root has no parent:
     *             there is one for each part that the party plays.
     * Edges       lead from a node to those behind it, in a list; not those that are stretches. Loops bends some of them
     *             back to an earlier node, and then this is no tree any more; parents stay what they were.
     * Time        isTimed: the party has read its clock since it last moved, and may thus have a deadline.
     */
    private int nodes;
    private Op[] op = new Op[64];
    private int[] parent = new int[64];
    private long[] result = new long[64];
    private int[] seen = new int[64];
    private int[] left = new int[64];
    private int[] part = new int[64];
    private int[] length = new int[64];
    private int[] steps = new int[64];
    private boolean[] timed = new boolean[64];
    private int[] firstEdge = new int[64];
    private final Map<Integer, Stretch> stretches = new HashMap<>();

    private int edges;
    private long[] edgeResult = new long[64];
    private int[] edgeSeen = new int[64];
    private int[] edgeTarget = new int[64];
    private int[] nextEdge = new int[64];

    int addRoot(int itsPart, Op next, int content) {
        int node = newNode(-1, next, content);
        part[node] = itsPart;
        return node;
    }

    /** Adds a node behind the operation of another, which had the given result and saw the given content. */
    int add(int from, long itsResult, int itsSeen, Op next, int content) {
        int node = newNode(from, next, content);
        result[node] = itsResult;
        seen[node] = itsSeen;
        length[node] = length[from] + 1;
        steps[node] = steps[from] + 1;
        timed[node] = isTimed(timed[from], op[from], itsResult);
        return node;
    }

    /** Adds a node behind a stretch from another. */
    int add(int from, Stretch stretch, Op next, int content) {
        int node = newNode(from, next, content);
        stretches.put(node, stretch);
        length[node] = length[from] + stretch.length();
        steps[node] = steps[from];
        timed[node] = timed[from];
        for (int i = 0; i < stretch.length(); i++) {
            timed[node] = isTimed(timed[node], stretch.op(i), stretch.result(i));
        }
        return node;
    }

    private static boolean isTimed(boolean before, Op taken, long itsResult) {
        boolean expired = taken.kind() == Op.Kind.AWAIT && itsResult == 0;
        return taken.kind() == Op.Kind.CLOCK ? itsResult == 0 : before && !expired;
    }

    private int newNode(int from, Op next, int content) {
        if (nodes == op.length) {
            growNodes();
        }
        int node = nodes++;
        op[node] = next;
        parent[node] = from;
        left[node] = content;
        part[node] = from < 0 ? 0 : part[from];
        firstEdge[node] = -1;
        return node;
    }

    private void growNodes() {
        int size = 2 * op.length;
        op = Arrays.copyOf(op, size);
        parent = Arrays.copyOf(parent, size);
        result = Arrays.copyOf(result, size);
        seen = Arrays.copyOf(seen, size);
        left = Arrays.copyOf(left, size);
        part = Arrays.copyOf(part, size);
        length = Arrays.copyOf(length, size);
        steps = Arrays.copyOf(steps, size);
        timed = Arrays.copyOf(timed, size);
        firstEdge = Arrays.copyOf(firstEdge, size);
    }

    int size() {
        return nodes;
    }

    /** The operation to come, or null where the part ends. */
    Op op(int node) {
        return op[node];
    }

    int parent(int node) {
        return parent[node];
    }

    /** Which part of its role the party plays. */
    int part(int node) {
        return part[node];
    }

    /** The payload that the party leaves when it arrives. */
    int left(int node) {
        return left[node];
    }

    /** How many operations lead to the node, without those of stretches. */
    int steps(int node) {
        return steps[node];
    }

    /** Whether the party may find here that its deadlines have passed. */
    boolean isTimed(int node) {
        return timed[node];
    }

    boolean isBehindStretch(int node) {
        return stretches.containsKey(node);
    }

    /** How many operations lead to the node. */
    int length(int node) {
        return length[node];
    }

    /** Whether the node comes behind a compare-and-set that has failed. */
    boolean isBehindFailure(int node) {
        return !isBehindStretch(node) && op[parent[node]].kind() == Op.Kind.CAS && result[node] == 0;
    }

    /** Makes the history that which leads to the node. */
    void load(int node, History history) {
        int end = length[node];
        history.setLength(end);
        for (int n = node; parent[n] >= 0; n = parent[n]) {
            Stretch stretch = stretches.get(n);
            if (stretch == null) {
                history.set(--end, op[parent[n]], result[n], seen[n], parent[n]);
            } else {
                for (int i = stretch.length() - 1; i >= 0; i--) {
                    history.set(--end, stretch.op(i), stretch.result(i), stretch.seen(i), i == 0 ? parent[n] : -1);
                }
            }
        }
    }

    // ---- edges

    void addEdge(int node, long itsResult, int content, int target) {
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

    /** Lets the edge to a node from its parent lead to another node. */
    void bend(int node, int target) {
        int edge = firstEdge[parent[node]];
        while (edgeTarget[edge] != node) {
            edge = nextEdge[edge];
        }
        edgeTarget[edge] = target;
    }

    /** The node behind another one's operation, or -1 if it is not known. */
    int find(int node, long itsResult, int content) {
        for (int edge = firstEdge[node]; edge >= 0; edge = nextEdge[edge]) {
            if (edgeResult[edge] == itsResult && edgeSeen[edge] == content) {
                return edgeTarget[edge];
            }
        }
        return -1;
    }

    /** The first edge of a node, or -1. */
    int firstEdge(int node) {
        return firstEdge[node];
    }

    /** The edge after another one of the same node, or -1. */
    int nextEdge(int edge) {
        return nextEdge[edge];
    }

    int target(int edge) {
        return edgeTarget[edge];
    }

    /** Adds the operation of a node as one of its edges has it. */
    void append(int node, int edge, History history) {
        history.add(op[node], edgeResult[edge], edgeSeen[edge], -1);
    }
}
