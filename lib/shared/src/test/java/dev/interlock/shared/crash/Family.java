package dev.interlock.shared.crash;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/** Scenarios of primitives that are alike. */
abstract class Family {
    static final WaitStrategy PARK = WaitStrategy.PARK; // so that it depends on nothing else when a party sleeps

    private final List<Scenario<?>> scenarios = new ArrayList<>();

    /** Registers a repair. */
    interface OnDeath<T> {
        void register(T object, Runnable repair);
    }

    /** Tries, and says whether it succeeded. */
    interface Try<T> {
        boolean on(T object) throws InterruptedException;
    }

    /** In the order of the table. */
    final List<Scenario<?>> scenarios() {
        return scenarios;
    }

    /** A further scenario, of an object of the segment. */
    final <T> Scenario<T> of(
            String primitive, String operation, Function<? super Memory, T> layout, int... parameters) {
        return with(primitive, operation, Scenario.Maker.hosted(layout, parameters));
    }

    /** Does something in a thread of its own. */
    static FutureTask<String> start(Callable<String> act) {
        FutureTask<String> task = new FutureTask<>(act);
        new Thread(task).start();
        return task;
    }

    /** A further scenario. */
    final <T> Scenario<T> with(String primitive, String operation, Scenario.Maker<T> maker) {
        Scenario<T> scenario = new Scenario<>(primitive, operation, maker);
        scenarios.add(scenario);
        return scenario;
    }
}
