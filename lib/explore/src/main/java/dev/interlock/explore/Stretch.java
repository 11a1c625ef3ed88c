package dev.interlock.explore;

import java.util.ArrayList;
import java.util.List;

/** Operations that a party takes at once, without an operation of another between them. */
final class Stretch {
    private final List<Op> ops = new ArrayList<>();
    private final List<Long> results = new ArrayList<>();
    private final int content;

    /** Starts an empty one, all of which sees the given payload. */
    Stretch(int content) {
        this.content = content;
    }

    Stretch add(Op op, long result) {
        ops.add(op);
        results.add(result);
        return this;
    }

    int length() {
        return ops.size();
    }

    Op op(int i) {
        return ops.get(i);
    }

    long result(int i) {
        return results.get(i);
    }

    int seen(int i) {
        return content;
    }
}
