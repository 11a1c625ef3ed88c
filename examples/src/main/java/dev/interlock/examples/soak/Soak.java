package dev.interlock.examples.soak;

import dev.interlock.examples.Jvm;
import dev.interlock.posix.Signal;
import dev.interlock.posix.Signals;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Six processes use every shared primitive of one segment at once, while they are killed and stopped at random; what the
 * primitives promise is checked all the time. Ends with an error if anything is not as promised.
 *
 * <pre>
 * soak: 6 processes, 32 duties each, 3 minutes, seed 42
 *    10 s     18 kills     6 stops       41 recoveries   1207345 operations   0 violations   longest wait 0.21 s
 *    …
 *
 *   duty                     operations
 *   Mutex                        345123
 *   …
 *
 * 180 s, 301 kills, 99 stops, 702 recoveries, 21934512 operations, 0 violations
 * </pre>
 */
@Command(name = "soak")
public final class Soak {
    static final int LOOKS_PER_SECOND = 20;

    private static final long LOOK_MILLIS = 1000 / LOOKS_PER_SECOND;
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(10);

    @Option(names = "--minutes", description = "how long it goes on", defaultValue = "3")
    private double minutes;

    @Option(names = "--seed", description = "of the kills and stops; otherwise one is chosen and printed")
    private Long seed;

    private final Process[] workers = new Process[Arena.WORKERS];
    private final int[] lives = new int[Arena.WORKERS];
    private final long[] continueAt = new long[Arena.WORKERS];
    private final boolean[] killed = new boolean[Arena.WORKERS]; // and not yet started again
    private String name;
    private Random random;
    private int kills;
    private int stops;

    private Soak() {}

    /**
     * Runs it.
     *
     * @param args {@code --minutes N}, {@code --seed N}
     * @throws IOException if a worker cannot be started
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Soak soak = new Soak();
        new CommandLine(soak).parseArgs(args);
        soak.soak();
    }

    private void soak() throws IOException, InterruptedException {
        name = "/interlock-soak-" + ProcessHandle.current().pid();
        long used = seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed;
        random = new Random(used);
        try (Segment segment = Segment.create(name, SegmentOptions.DEFAULT)) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::cleanUp)); // also when interrupted with Ctrl-C
            Arena arena = new Arena(segment, -1, 0);
            List<Duty> duties = Duties.of(arena);
            System.out.printf(
                    "soak: %d processes, %d duties each, %s minutes, seed %d%n",
                    workers.length, duties.size(), minutes, used);
            List<Thread> immortal = new ArrayList<>();
            for (Runnable task : Duties.ofTheImmortal(arena)) {
                immortal.add(start(task));
            }
            long start = System.nanoTime();
            for (int worker = 0; worker < workers.length; worker++) {
                startWorker(worker);
            }
            harass(arena, duties, start);
            stopWorkers(arena);
            immortal.forEach(Thread::interrupt);
            for (Thread each : immortal) {
                each.join();
            }
            for (Duty duty : duties) {
                duty.checkAtEnd();
            }
            conclude(arena, duties, start);
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "immortal");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Kills, stops and restarts workers, and looks whether all go on, until the time is up. */
    private void harass(Arena arena, List<Duty> duties, long start) throws IOException, InterruptedException {
        long end = start + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
        Progress progress = new Progress(arena, duties);
        long next = start + TimeUnit.SECONDS.toNanos(2);
        long report = start + REPORT_NANOS;
        for (long now = start; now - end < 0; now = System.nanoTime()) {
            Thread.sleep(LOOK_MILLIS);
            for (int worker = 0; worker < workers.length; worker++) {
                if (continueAt[worker] != 0 && now - continueAt[worker] >= 0) {
                    continueAt[worker] = 0;
                    Signals.send(workers[worker].pid(), Signal.CONT);
                }
                if (!workers[worker].isAlive()) {
                    if (!killed[worker]) {
                        arena.violation("worker " + worker + "." + lives[worker] + " ended by itself");
                    }
                    startWorker(worker);
                    progress.restarted(worker);
                }
            }
            if (now - next >= 0) {
                disturb(random.nextInt(workers.length), now);
                next = now + TimeUnit.MILLISECONDS.toNanos(400 + random.nextInt(1200));
            }
            arena.tally().looked();
            progress.look(now, continueAt, worker -> Signals.send(workers[worker].pid(), Signal.QUIT));
            if (now - report >= 0) {
                print(arena, duties, progress, now - start);
                report += REPORT_NANOS;
            }
        }
    }

    /** Kills or stops a worker, and does not wait for that: another may be stopped, and is to go on in time. */
    private void disturb(int worker, long now) {
        if (killed[worker]) {
            return;
        }
        if (random.nextInt(4) == 0) {
            if (continueAt[worker] == 0) {
                stops++;
                Signals.send(workers[worker].pid(), Signal.STOP);
                continueAt[worker] = now + TimeUnit.MILLISECONDS.toNanos(50 + random.nextInt(450));
            }
        } else {
            kills++;
            killed[worker] = true;
            workers[worker].destroyForcibly();
        }
    }

    private void startWorker(int worker) throws IOException {
        killed[worker] = false;
        continueAt[worker] = 0;
        workers[worker] = Jvm.start(Worker.class, name, Integer.toString(worker), Integer.toString(lives[worker]++));
    }

    private void stopWorkers(Arena arena) throws InterruptedException {
        for (int worker = 0; worker < workers.length; worker++) {
            if (continueAt[worker] != 0) {
                Signals.send(workers[worker].pid(), Signal.CONT);
            }
        }
        arena.tally().stop();
        for (int worker = 0; worker < workers.length; worker++) {
            if (!workers[worker].waitFor(END_NANOS, TimeUnit.NANOSECONDS)) {
                arena.violation("worker " + worker + "." + (lives[worker] - 1) + " does not stop");
                Signals.send(workers[worker].pid(), Signal.QUIT); // it prints where its threads are
                Thread.sleep(TimeUnit.SECONDS.toMillis(1));
                workers[worker].destroyForcibly().waitFor();
            } else if (workers[worker].exitValue() != 0 && !killed[worker]) {
                arena.violation("worker " + worker + " ended with status " + workers[worker].exitValue());
            }
        }
    }

    private void print(Arena arena, List<Duty> duties, Progress progress, long nanos) {
        System.out.printf(
                "%6d s %6d kills %5d stops %8d recoveries %12d operations %3d violations   longest wait %.2f s%n",
                TimeUnit.NANOSECONDS.toSeconds(nanos),
                kills,
                stops,
                arena.tally().recoveries(),
                operations(arena, duties),
                arena.tally().violations(),
                progress.longestNanos() / 1e9);
    }

    private void conclude(Arena arena, List<Duty> duties, long start) {
        System.out.printf("%n  %-28s%12s%n", "duty", "operations");
        for (int i = 0; i < duties.size(); i++) {
            System.out.printf(
                    "  %-28s%12d%n", duties.get(i).name(), arena.tally().steps(i));
        }
        long violations = arena.tally().violations();
        System.out.printf(
                "%n%d s, %d kills, %d stops, %d recoveries, %d operations, %d violations%n",
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                kills,
                stops,
                arena.tally().recoveries(),
                operations(arena, duties),
                violations);
        if (violations != 0) {
            throw new IllegalStateException(violations + " violations");
        }
    }

    private static long operations(Arena arena, List<Duty> duties) {
        long sum = 0;
        for (int duty = 0; duty < duties.size(); duty++) {
            sum += arena.tally().steps(duty);
        }
        return sum;
    }

    private void cleanUp() {
        for (Process worker : workers) {
            if (worker != null) {
                worker.destroyForcibly();
            }
        }
        Segment.unlink(name);
    }
}
