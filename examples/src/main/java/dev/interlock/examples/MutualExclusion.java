package dev.interlock.examples;

import dev.interlock.mutex.Mutex;
import java.util.concurrent.TimeUnit;

/**
 * Four workers take turns in a critical section of 20 ms, and print how long each waited for it.
 *
 * <pre>
 * worker 1 waited   0 ms
 * worker 2 waited  20 ms
 * worker 3 waited  40 ms
 * worker 4 waited  60 ms         (who comes first differs)
 * 4 turns, never two at once
 * </pre>
 */
public final class MutualExclusion {
    private static final int WORKERS = 4;
    private static final long TURN_MILLIS = 20;

    private final Mutex mutex = new Mutex();
    private int inside; // plain: touched under the mutex only
    private int turns;

    private MutualExclusion() {}

    /**
     * Runs the workers.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        MutualExclusion section = new MutualExclusion();
        Parties parties = new Parties();
        for (int i = 1; i <= WORKERS; i++) {
            int worker = i;
            parties.start("worker " + worker, () -> section.takeTurn(worker));
        }
        parties.join();
        System.out.println(section.turns + " turns, never two at once");
    }

    private void takeTurn(int worker) throws InterruptedException {
        long start = System.nanoTime();
        mutex.lock();
        try {
            long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            inside++;
            System.out.printf("worker %d waited %3d ms%n", worker, waited);
            Thread.sleep(TURN_MILLIS);
            if (inside != 1) {
                throw new IllegalStateException(inside + " workers are inside");
            }
            inside--;
            turns++;
        } finally {
            mutex.unlock();
        }
    }
}
