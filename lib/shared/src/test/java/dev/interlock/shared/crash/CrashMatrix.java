package dev.interlock.shared.crash;

import dev.interlock.shared.ChildJvm;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentOptions;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs scenarios, with a fatal step after the other, until the operation completes. */
final class CrashMatrix implements AutoCloseable {
    /** Started ahead, for it takes a JVM longer to start than to die. */
    private static final int AHEAD = 3;

    private static final int MAX_STEPS = 500;
    private static final int SIGKILLED = 128 + 9;
    private static final long RECOVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long HANG_SECONDS = 8;

    private final Deque<ChildJvm> ready = new ArrayDeque<>();
    private long longestNanos;
    private int kills;

    /** What was found: the number of fatal steps, and the outcomes in the order of the steps. */
    record Row(Scenario<?> scenario, int steps, List<String> outcomes) {
        /** For the table: outcomes with the steps that lead to them. */
        String described() {
            StringBuilder text = new StringBuilder();
            for (int from = 0; from < outcomes.size(); ) {
                int to = from + 1;
                while (to < outcomes.size() && outcomes.get(to).equals(outcomes.get(from))) {
                    to++;
                }
                text.append(from == 0 ? "" : "; ");
                if (to - from < outcomes.size()) {
                    text.append(from + 1).append(to == from + 1 ? "" : "-" + to).append(": ");
                }
                text.append(outcomes.get(from));
                from = to;
            }
            return text.toString();
        }
    }

    long longestNanos() {
        return longestNanos;
    }

    int kills() {
        return kills;
    }

    /** Kills the victim at each step of a scenario. */
    Row run(Scenario<?> scenario) throws Exception {
        List<String> outcomes = new ArrayList<>();
        for (int step = 1; step <= MAX_STEPS; step++) {
            String outcome = kill(scenario, step);
            if (outcome == null) {
                return new Row(scenario, step - 1, outcomes);
            }
            outcomes.add(outcome);
        }
        throw new AssertionError(scenario + " is not over after " + MAX_STEPS + " steps");
    }

    /** The outcome, or null if the operation was over before the step. */
    private <T> String kill(Scenario<T> scenario, int step) throws Exception {
        String name = "/interlock-crash-" + ProcessHandle.current().pid();
        ExecutorService survivor = thread("survivor");
        ExecutorService other = thread("survivor's other thread");
        try (Segment segment = Segment.create(name, SegmentOptions.DEFAULT);
                ChildJvm victim = child()) {
            Naps naps = new Naps();
            T object = segment.attachUnrecoverable(
                    Scenarios.OBJECT, memory -> scenario.layout().apply(new FatalMemory(memory, naps)));
            survivor.submit(() -> {
                        scenario.first().on(object);
                        return null;
                    })
                    .get();
            victim.say(name + " " + Scenarios.all().indexOf(scenario) + " " + step);
            expect("prepared", victim.line());
            List<Future<String>> findings = new ArrayList<>();
            if (scenario.meanwhile() != null) {
                findings.add(other.submit(() -> scenario.meanwhile().of(object)));
                awaitSleep(scenario, findings.get(0), naps);
            }
            victim.say("go");
            boolean done = awaitEnd(scenario, object, victim, survivor, findings);
            kills += done ? 0 : 1;
            long start = System.nanoTime();
            findings.add(survivor.submit(() -> scenario.outcome().of(object)));
            try {
                String outcome = outcome(findings);
                long nanos = System.nanoTime() - start;
                longestNanos = Math.max(longestNanos, nanos);
                if (nanos > RECOVERY_NANOS) {
                    throw new AssertionError("it took " + nanos / 1_000_000 + " ms to find: " + outcome);
                }
                return done ? null : outcome;
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError(
                        scenario + (done ? ", over before step " : ", killed before step ") + step + ": "
                                + (e instanceof TimeoutException
                                        ? "a survivor waits in vain: " + object
                                        : e.getCause()),
                        e);
            }
        } finally {
            survivor.shutdownNow();
            other.shutdownNow();
            Segment.unlink(name);
        }
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void awaitSleep(Scenario<?> scenario, Future<String> waits, Naps naps) throws InterruptedException {
        long start = System.nanoTime();
        while (naps.sleeping.get() == 0 && !waits.isDone()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(HANG_SECONDS)) {
                throw new AssertionError(scenario + ": the survivor does not come to sleep");
            }
            Thread.sleep(1);
        }
    }

    /** Whether the victim has done all of it. */
    private static <T> boolean awaitEnd(
            Scenario<T> scenario, T object, ChildJvm victim, ExecutorService survivor, List<Future<String>> findings)
            throws IOException, InterruptedException {
        boolean slept = !scenario.sleeps();
        boolean done = false;
        for (String line = victim.lineOrNull(); line != null; line = victim.lineOrNull()) {
            if (line.startsWith("done")) {
                done = true;
            } else {
                expect("sleeps", line);
                if (!slept) {
                    slept = true;
                    findings.add(
                            survivor.submit(() -> scenario.whenVictimSleeps().of(object)));
                }
            }
        }
        int status = victim.join();
        if (status != (done ? 0 : SIGKILLED)) {
            throw new AssertionError("the victim of " + scenario + " ended with status " + status);
        }
        if (!slept) {
            findings.add(survivor.submit(() -> scenario.whenVictimSleeps().of(object)));
        }
        return done;
    }

    private static String outcome(List<Future<String>> findings)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<String> outcome = new ArrayList<>();
        for (Future<String> finding : findings) {
            String found = finding.get(HANG_SECONDS, TimeUnit.SECONDS);
            if (!found.isEmpty()) {
                outcome.add(found);
            }
        }
        return String.join(", ", outcome);
    }

    private static void expect(String expected, String line) {
        if (!expected.equals(line)) {
            throw new AssertionError("the victim says: " + line);
        }
    }

    private ChildJvm child() throws IOException {
        while (ready.size() <= AHEAD) {
            ready.addLast(new ChildJvm(Victim.class));
        }
        return ready.removeFirst();
    }

    @Override
    public void close() {
        ready.forEach(ChildJvm::close);
    }

    /** How many of the survivor's threads sleep. */
    private static final class Naps implements FatalMemory.Steps {
        private final AtomicInteger sleeping = new AtomicInteger();

        @Override
        public void step() {}

        @Override
        public void sleeps() {
            sleeping.incrementAndGet();
        }

        @Override
        public void wakes() {
            sleeping.decrementAndGet();
        }
    }
}
