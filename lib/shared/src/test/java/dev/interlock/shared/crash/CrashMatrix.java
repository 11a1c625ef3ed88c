package dev.interlock.shared.crash;

import dev.interlock.shared.CPrograms;
import dev.interlock.shared.ChildJvm;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
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

    /** A run that happens to be short hides the last steps of the others: so many for the same step are not all short. */
    private static final int COMPLETE_IN_SUCCESSION = 3;

    private static final int SIGKILLED = 128 + 9;
    private static final long RECOVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long HANG_SECONDS = 8;

    private final Deque<ChildJvm> ready = new ArrayDeque<>();
    private long longestNanos;
    private int kills;
    private boolean victimSlept;

    private final Path victimInC;

    /** Compiles the victim that is a C program into the directory. */
    CrashMatrix(Path directory) throws Exception {
        victimInC = directory.resolve("victim");
        CPrograms.compile(Path.of("src", "test", "c", "victim.c"), victimInC, "-DIL_SPINS=0");
    }

    /** What was found: the outcomes in the order of the fatal steps. */
    record Row(Scenario<?> scenario, boolean inC, boolean slept, int steps, List<String> outcomes) {
        String primitive() {
            return primitive(scenario, inC);
        }

        static String primitive(Scenario<?> scenario, boolean inC) {
            return scenario.primitive() + (inC ? ", in C" : "");
        }

        /** Whether another run must find just the same: nobody slept, for as long as it took. */
        boolean isExact() {
            return scenario.isExact() && !inC && !slept;
        }

        /** For the table: outcomes, if that is the same at each run with the steps that lead to them. */
        String described() {
            if (!isExact()) {
                return String.join("; ", new LinkedHashSet<>(outcomes));
            }
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

    /**
     * Kills the victim at steps of a scenario: the first given, and each that is so many further. A sample of the steps ends
     * with the first run that completes, as does a row of which all runs are the same.
     */
    Row run(Scenario<?> scenario, boolean inC, int first, int stride) throws Exception {
        List<String> outcomes = new ArrayList<>();
        victimSlept = false;
        int last = 0;
        int complete = 0;
        for (int step = first; step <= MAX_STEPS; ) {
            String outcome = kill(scenario, inC, step);
            if (outcome == null) {
                Row row = new Row(scenario, inC, victimSlept, last, outcomes);
                if (row.isExact() || stride != 1 || ++complete == COMPLETE_IN_SUCCESSION) {
                    return row;
                }
            } else {
                outcomes.add(outcome);
                last = step;
                complete = 0;
                step += stride;
            }
        }
        throw new AssertionError(scenario + " is not over after " + MAX_STEPS + " steps");
    }

    /** The outcome, or null if the operation was over before the step. */
    private <T> String kill(Scenario<T> scenario, boolean inC, int step) throws Exception {
        String name = "/interlock-crash-" + ProcessHandle.current().pid();
        ExecutorService survivor = thread("survivor");
        ExecutorService other = thread("survivor's other thread");
        T object = null;
        try (Segment segment = Segment.create(name, SegmentOptions.DEFAULT)) {
            Naps naps = new Naps();
            object = scenario.make(segment, naps);
            T made = object;
            survivor.submit(() -> {
                        scenario.first().on(made);
                        return null;
                    })
                    .get();
            try (ChildJvm victim = inC ? new ChildJvm(inC(scenario, name, step)) : child()) {
                if (!inC) {
                    victim.say(name + " " + Scenarios.all().indexOf(scenario) + " " + step);
                }
                expect("prepared", victim.line());
                List<Future<String>> findings = new ArrayList<>();
                if (scenario.meanwhile() != null) {
                    findings.add(other.submit(() -> scenario.meanwhile().of(made)));
                    naps.await(scenario, findings.get(0));
                }
                victim.say("go");
                boolean done = awaitEnd(scenario, made, victim, survivor, findings);
                kills += done ? 0 : 1;
                long start = System.nanoTime();
                findings.add(survivor.submit(() -> scenario.outcome().of(made)));
                try {
                    String outcome = outcome(findings);
                    checkTime(outcome, System.nanoTime() - start);
                    return done ? null : outcome;
                } catch (ExecutionException | TimeoutException e) {
                    throw new AssertionError(
                            scenario + (inC ? " in C" : "") + (done ? ", over before step " : ", killed before step ")
                                    + step + ": "
                                    + (e instanceof TimeoutException
                                            ? "a survivor waits in vain: " + made
                                            : e.getCause()),
                            e);
                }
            }
        } finally {
            survivor.shutdownNow();
            other.shutdownNow();
            Segment.unlink(name);
            if (object instanceof SegmentScenarios.Site site) {
                site.close();
            }
        }
    }

    private void checkTime(String outcome, long nanos) {
        longestNanos = Math.max(longestNanos, nanos);
        if (nanos > RECOVERY_NANOS) {
            throw new AssertionError("it took " + nanos / 1_000_000 + " ms to find: " + outcome);
        }
    }

    private List<String> inC(Scenario<?> scenario, String name, int step) {
        return List.of(victimInC.toString(), name, scenario.c(), Integer.toString(step));
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Whether the victim has done all of it. */
    private <T> boolean awaitEnd(
            Scenario<T> scenario, T object, ChildJvm victim, ExecutorService survivor, List<Future<String>> findings)
            throws Exception {
        boolean slept = scenario.whenVictimSleeps() == null;
        boolean done = false;
        for (String line = victim.lineOrNull(); line != null; line = victim.lineOrNull()) {
            if (line.startsWith("done")) {
                done = true;
            } else {
                boolean spins = line.equals("spins");
                victimSlept |= !spins;
                expect(spins ? line : "sleeps", line);
                if (!slept) {
                    slept = true;
                    findings.add(
                            survivor.submit(() -> scenario.whenVictimSleeps().of(object)));
                }
                if (spins) {
                    survivor.submit(() -> {})
                            .get(HANG_SECONDS, TimeUnit.SECONDS); // it has done what it was told before
                    victim.say("go on");
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

    /** How many of the survivor's threads sleep, or spin. */
    private static final class Naps implements Steps {
        private final AtomicInteger sleeping = new AtomicInteger();

        void await(Scenario<?> scenario, Future<String> waits) throws InterruptedException {
            long start = System.nanoTime();
            while (sleeping.get() == 0 && !waits.isDone()) {
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(HANG_SECONDS)) {
                    throw new AssertionError(scenario + ": the survivor does not come to wait");
                }
                Thread.sleep(1);
            }
        }

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

        @Override
        public void spins() {
            sleeping.compareAndSet(0, 1); // it does not stop before it has what it waits for
        }
    }
}
