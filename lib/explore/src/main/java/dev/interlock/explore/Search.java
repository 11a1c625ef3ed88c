package dev.interlock.explore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Breadth first through all states, so that the first violation found is as near as any.
 *
 * @param <T> what the parties share
 */
final class Search<T> {
    private static final int STATES_PER_LOOK_AT_THE_CLOCK = 1024;

    private final Exploration<T> plan;
    private final Machine<T> machine;
    private final Layout layout;
    private final Judge<T> judge;
    private final StateStore store;
    private final boolean countsPreemptions;
    private final long start = System.nanoTime();

    private int[] parent = new int[1024];
    private byte[] how = new byte[1024];
    private final StateGraph graph = new StateGraph();
    private int depth;
    private long steps;
    private long overPreemptions;
    private long overOperations;

    Search(Exploration<T> plan) {
        this.plan = plan;
        machine = new Machine<>(plan);
        layout = machine.layout;
        judge = new Judge<>(plan, machine);
        store = new StateStore(layout.width);
        countsPreemptions = plan.preemptions < Integer.MAX_VALUE;
    }

    Report run() {
        int[] state = machine.initial();
        store.add(state);
        parent[0] = -1;
        Violation violation = judge.judge(state, new byte[0]);
        List<String> bounds = new ArrayList<>();
        int[] next = new int[layout.width];
        byte[] choices = new byte[64];
        int endOfLevel = 1;
        int at = 0;
        for (; at < store.count() && violation == null; at++) {
            if (at == endOfLevel) {
                depth++;
                endOfLevel = store.count();
                if (depth >= plan.depth) {
                    bounds.add("schedules of more than " + plan.depth + " steps");
                    break;
                }
            }
            if (store.count() > plan.states) {
                bounds.add("more than " + plan.states + " states");
                break;
            }
            if (at % STATES_PER_LOOK_AT_THE_CLOCK == 0 && System.nanoTime() - start > plan.time.toNanos()) {
                bounds.add("more than " + plan.time.toSeconds() + " s");
                break;
            }
            store.read(at, state);
            int count = machine.choices.in(state, choices);
            graph.beginState(machine.choices.reliable(state, choices, count));
            for (int i = 0; i < count && violation == null; i++) {
                violation = take(at, state, next, choices, count, choices[i]);
            }
        }
        if (overPreemptions > 0) {
            bounds.add("schedules of more than " + plan.preemptions + " preemptions");
        }
        if (overOperations > 0) {
            bounds.add("rounds of more than " + plan.operations + " operations of one party");
        }
        bounds.addAll(machine.bounds());
        double schedules = 0;
        if (violation == null) {
            boolean complete = at == store.count();
            for (; at <= store.count(); at++) {
                graph.beginState(0); // states that a bound has left without steps are in no cycle
            }
            Liveness<T> liveness = new Liveness<>(machine, store, graph, plan.wanted);
            Liveness.Cycle cycle = liveness.fairCycle();
            schedules = complete ? liveness.schedules() : 0;
            if (cycle != null) {
                byte[] prefix = pathTo(cycle.entry());
                byte[] path = Arrays.copyOf(prefix, prefix.length + cycle.labels().length);
                System.arraycopy(cycle.labels(), 0, path, prefix.length, cycle.labels().length);
                violation = judge.cycle(path, prefix.length);
            }
        }
        return new Report(
                plan.toString(),
                store.count(),
                steps,
                schedules,
                machine.operations(),
                depth,
                bounds,
                false,
                Duration.ofNanos(System.nanoTime() - start),
                violation,
                violation == null ? "" : violation.getMessage());
    }

    private Violation take(int at, int[] state, int[] next, byte[] choices, int count, byte label) {
        System.arraycopy(state, 0, next, 0, layout.width);
        if (countsPreemptions) {
            int preemptions = machine.choices.preemptions(state, choices, count, label);
            if (preemptions > plan.preemptions) {
                overPreemptions++;
                return null;
            }
            machine.choices.setPreemptions(next, Choice.partyOf(label), preemptions);
        }
        machine.step(next, label);
        steps++;
        if (machine.failure() != null) {
            return judge.judge(next, pathTo(at, label));
        }
        if (machine.cut()) {
            overOperations++;
            return null;
        }
        boolean completed = machine.completed();
        boolean chance = machine.choices.isChance(state, label);
        int number = store.add(next);
        if (number >= 0) {
            graph.addEdge(number, label, completed, chance);
            return null;
        }
        number = -1 - number;
        graph.addEdge(number, label, completed, chance);
        if (number == parent.length) {
            parent = Arrays.copyOf(parent, 2 * number);
            how = Arrays.copyOf(how, 2 * number);
        }
        parent[number] = at;
        how[number] = label;
        return judge.judgeState(next, () -> pathTo(at, label));
    }

    private byte[] pathTo(int number, byte label) {
        byte[] path = pathTo(number);
        path = Arrays.copyOf(path, path.length + 1);
        path[path.length - 1] = label;
        return path;
    }

    private byte[] pathTo(int number) {
        int length = 0;
        for (int n = number; parent[n] >= 0; n = parent[n]) {
            length++;
        }
        byte[] path = new byte[length];
        for (int n = number; parent[n] >= 0; n = parent[n]) {
            path[--length] = how[n];
        }
        return path;
    }
}
