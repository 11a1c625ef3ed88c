package dev.interlock.explore;

import java.util.Arrays;

/** Operations that a party's code has taken since its part began, and their results. */
final class History {
    private Op[] ops = new Op[64];
    private long[] results = new long[64];
    private int[] seen = new int[64];
    private int[] nodes = new int[64];
    private int length;

    int length() {
        return length;
    }

    Op op(int i) {
        return ops[i];
    }

    long result(int i) {
        return results[i];
    }

    /** The payload that the party saw at the operation. */
    int seen(int i) {
        return seen[i];
    }

    /** The node where the party was about to take the operation; -1 in the midst of a {@link Stretch}. */
    int node(int i) {
        return nodes[i];
    }

    void add(Op op, long result, int content, int node) {
        setLength(length + 1);
        set(length - 1, op, result, content, node);
    }

    void set(int i, Op op, long result, int content, int node) {
        ops[i] = op;
        results[i] = result;
        seen[i] = content;
        nodes[i] = node;
    }

    /** Cuts it, or makes room for {@link #set}. */
    void setLength(int newLength) {
        if (newLength > ops.length) {
            int size = Math.max(newLength, 2 * ops.length);
            ops = Arrays.copyOf(ops, size);
            results = Arrays.copyOf(results, size);
            seen = Arrays.copyOf(seen, size);
            nodes = Arrays.copyOf(nodes, size);
        }
        length = newLength;
    }

    void addAll(Stretch stretch) {
        for (int i = 0; i < stretch.length(); i++) {
            add(stretch.op(i), stretch.result(i), stretch.seen(i), -1);
        }
    }

    /** Whether the operations from the start on are the same, with the same results, as those just before. */
    boolean isRepeated(int start, int size) {
        for (int i = start; i < start + size; i++) {
            if (results[i] != results[i - size] || seen[i] != seen[i - size] || !ops[i].equals(ops[i - size])) {
                return false;
            }
        }
        return true;
    }
}
