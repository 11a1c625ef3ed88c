package dev.interlock.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Looks for cycles in the graph of all states in which a party never completes its round although each gets its turn.
 *
 * @param <T> what the parties share
 */
final class Liveness<T> {
    /* Implementation notes
     * Fair      a cycle is weakly fair if each party takes a step in it or cannot, in one of its states. A set of states
     *           that are all reachable from each other (a strong component) has a fair cycle iff it is fair itself: walk
     *           round all of it. [1]
     * Starving  of party p: without the steps that complete a round of p, is there a fair component where p is not gone?
     * Chance    to wake for no reason is nobody's right: such steps are left out, unless somebody has died. Nor does time
     *           stand still: steps that look at the clock and find it so are left out, too.
     *
     * [1] O. Lichtenstein, A. Pnueli. Checking that finite state concurrent programs satisfy their linear specification.
     *     POPL 1985. The components by R. Tarjan, Depth-first search and linear graph algorithms, 1972.
     */

    private static final int ANYBODY = -1;

    /** A cycle: the state in which it begins and ends, and its steps. */
    record Cycle(int entry, byte[] labels) {}

    private final Machine<T> machine;
    private final StateStore store;
    private final StateGraph graph;
    private final int states;
    private final Set<Violation.Kind> wanted;
    private final int[] state;
    private double schedules;

    // of the last call of findComponents()
    private final int[] component;
    private int components;

    Liveness(Machine<T> machine, StateStore store, StateGraph graph, Set<Violation.Kind> wanted) {
        this.wanted = wanted;
        this.machine = machine;
        this.store = store;
        this.graph = graph;
        states = store.count();
        state = new int[machine.layout.width];
        component = new int[states];
    }

    /** A fair cycle in which somebody never completes, or null. */
    Cycle fairCycle() {
        findComponents(step -> true);
        if (components == states && !hasSelfLoop()) {
            schedules = countSchedules();
            return null;
        }
        schedules = Double.POSITIVE_INFINITY;
        if (wanted.contains(Violation.Kind.LIVELOCK)) {
            Cycle cycle = fairCycle(ANYBODY, step -> !graph.completes(step) && !graph.isChance(step));
            if (cycle != null) {
                return cycle;
            }
        }
        Cycle shortest = null;
        for (int p = 0; p < machine.layout.parties && wanted.contains(Violation.Kind.STARVATION); p++) {
            int starving = p;
            Cycle cycle = fairCycle(
                    p,
                    step -> !(graph.completes(step) && Choice.partyOf(graph.label(step)) == starving)
                            && !graph.isChance(step));
            if (cycle != null && (shortest == null || cycle.labels.length < shortest.labels.length)) {
                shortest = cycle;
            }
        }
        return shortest;
    }

    private Cycle fairCycle(int party, IntPredicate allowed) {
        findComponents(allowed);
        int entry = fairComponent(party, allowed);
        return entry < 0 ? null : walk(entry, allowed);
    }

    /** How many ways lead from the first state to an end: infinitely many if there is a cycle. */
    double schedules() {
        return schedules;
    }

    private boolean hasSelfLoop() {
        for (int s = 0; s < states; s++) {
            for (int step = graph.first(s); step < graph.end(s); step++) {
                if (graph.target(step) == s) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Components are numbered from the ends, so what a state leads to has a smaller number. */
    private double countSchedules() {
        int[] order = new int[states];
        for (int s = 0; s < states; s++) {
            order[component[s]] = s;
        }
        double[] ways = new double[states];
        for (int s : order) {
            double sum = graph.first(s) == graph.end(s) ? 1 : 0;
            for (int step = graph.first(s); step < graph.end(s); step++) {
                sum += ways[graph.target(step)];
            }
            ways[s] = sum;
        }
        return ways[0];
    }

    /** Tarjan's algorithm with a stack of its own. */
    private void findComponents(IntPredicate allowed) {
        int[] index = new int[states];
        int[] low = new int[states];
        int[] nextStep = new int[states];
        int[] stack = new int[states];
        int[] path = new int[states];
        Arrays.fill(component, -1);
        components = 0;
        int counter = 0;
        int stacked = 0;
        for (int root = 0; root < states; root++) {
            if (index[root] != 0) {
                continue;
            }
            int length = 0;
            path[length++] = root;
            while (length > 0) {
                int s = path[length - 1];
                if (index[s] == 0) {
                    index[s] = ++counter;
                    low[s] = counter;
                    nextStep[s] = graph.first(s);
                    stack[stacked++] = s;
                }
                boolean descended = false;
                while (nextStep[s] < graph.end(s)) {
                    int step = nextStep[s]++;
                    if (!allowed.test(step)) {
                        continue;
                    }
                    int t = graph.target(step);
                    if (index[t] == 0) {
                        path[length++] = t;
                        descended = true;
                        break;
                    }
                    if (component[t] < 0) {
                        low[s] = Math.min(low[s], index[t]);
                    }
                }
                if (descended) {
                    continue;
                }
                length--;
                if (length > 0) {
                    low[path[length - 1]] = Math.min(low[path[length - 1]], low[s]);
                }
                if (low[s] == index[s]) {
                    int member;
                    do {
                        member = stack[--stacked];
                        component[member] = components;
                    } while (member != s);
                    components++;
                }
            }
        }
    }

    /** The first state of a fair component in which the party, or anybody, is not gone; or -1. */
    private int fairComponent(int party, IntPredicate allowed) {
        int all = (1 << machine.layout.parties) - 1;
        int[] fair = new int[components]; // parties that take a step inside, or cannot somewhere
        boolean[] cyclic = new boolean[components];
        boolean[] waiting = new boolean[components];
        for (int s = 0; s < states; s++) {
            int c = component[s];
            store.read(s, state);
            for (int p = 0; p < machine.layout.parties; p++) {
                waiting[c] |= (party == ANYBODY || party == p) && !machine.layout.isGone(state, p);
            }
            for (int step = graph.first(s); step < graph.end(s); step++) {
                int label = graph.label(step);
                int bit = 1 << Choice.partyOf(label);
                if (component[graph.target(step)] == c && allowed.test(step)) {
                    cyclic[c] = true;
                    fair[c] |= bit;
                }
            }
            fair[c] |= all & ~graph.reliable(s);
        }
        for (int s = 0; s < states; s++) {
            int c = component[s];
            if (cyclic[c] && waiting[c] && fair[c] == all) {
                return s;
            }
        }
        return -1;
    }

    /** Walks round the component until each party has taken a step or could not, and back to the entry. */
    private Cycle walk(int entry, IntPredicate allowed) {
        int all = (1 << machine.layout.parties) - 1;
        List<Byte> labels = new ArrayList<>();
        int at = entry;
        int served = idle(entry);
        while (served != all) {
            int had = served;
            List<Integer> way = way(
                    at,
                    allowed,
                    step -> (1 << Choice.partyOf(graph.label(step)) & ~had) != 0
                            || (idle(graph.target(step)) & ~had) != 0);
            for (int step : way) {
                labels.add(graph.label(step));
                at = graph.target(step);
                served |= 1 << Choice.partyOf(graph.label(step)) | idle(at);
            }
        }
        if (at != entry || labels.isEmpty()) {
            for (int step : way(at, allowed, step -> graph.target(step) == entry)) {
                labels.add(graph.label(step));
            }
        }
        byte[] result = new byte[labels.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = labels.get(i);
        }
        return new Cycle(entry, result);
    }

    /** The parties that cannot be relied on to take a step in the state. */
    private int idle(int s) {
        return (1 << machine.layout.parties) - 1 & ~graph.reliable(s);
    }

    /** The shortest way inside the component that ends with a step as wanted. */
    private List<Integer> way(int start, IntPredicate allowed, IntPredicate wanted) {
        Map<Integer, Integer> cameBy = new HashMap<>();
        Map<Integer, Integer> cameFrom = new HashMap<>();
        Deque<Integer> queue = new ArrayDeque<>();
        queue.add(start);
        cameBy.put(start, -1);
        while (!queue.isEmpty()) {
            int s = queue.remove();
            for (int step = graph.first(s); step < graph.end(s); step++) {
                int t = graph.target(step);
                if (component[t] != component[s] || !allowed.test(step)) {
                    continue;
                }
                if (wanted.test(step)) {
                    List<Integer> way = new ArrayList<>();
                    way.add(step);
                    for (int n = s; cameBy.get(n) >= 0; n = cameFrom.get(n)) {
                        way.add(0, cameBy.get(n));
                    }
                    return way;
                }
                if (cameBy.putIfAbsent(t, step) == null) {
                    cameFrom.put(t, s);
                    queue.add(t);
                }
            }
        }
        throw new AssertionError("a strong component that is not");
    }
}
