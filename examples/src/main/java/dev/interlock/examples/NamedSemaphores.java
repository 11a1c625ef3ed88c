package dev.interlock.examples;

import dev.interlock.posix.Creation;
import dev.interlock.posix.NamedSemaphore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Five processes share two permits of a POSIX semaphore; programs in C and Python could join
 * them.
 *
 * <pre>
 * worker 1 is in
 * worker 3 is in
 * worker 1 is out
 * worker 2 is in
 * ...                            (the order differs; never more than two are in)
 * all out, 2 permits are back
 * </pre>
 */
public final class NamedSemaphores {
    private static final int WORKERS = 5;
    private static final int PERMITS = 2;

    private NamedSemaphores() {}

    /**
     * Makes the semaphore and starts the workers; with arguments, is one.
     *
     * @param args none, or the semaphore's name and the worker's number
     * @throws IOException if a worker cannot be started
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 2) {
            work(args[0], args[1]);
            return;
        }
        String name = "/interlock-example-" + ProcessHandle.current().pid();
        try (NamedSemaphore semaphore = NamedSemaphore.open(name, Creation.CREATE_NEW, 0600, PERMITS)) {
            List<Process> workers = new ArrayList<>();
            for (int worker = 1; worker <= WORKERS; worker++) {
                workers.add(Jvm.start(NamedSemaphores.class, name, "" + worker));
            }
            for (Process worker : workers) {
                worker.waitFor();
            }
            System.out.println("all out, " + semaphore.availablePermits() + " permits are back");
        } finally {
            NamedSemaphore.unlink(name);
        }
    }

    private static void work(String name, String worker) throws InterruptedException {
        try (NamedSemaphore semaphore = NamedSemaphore.open(name)) {
            semaphore.acquire();
            try {
                System.out.println("worker " + worker + " is in");
                Thread.sleep(ThreadLocalRandom.current().nextInt(50, 150));
                System.out.println("worker " + worker + " is out");
            } finally {
                semaphore.release();
            }
        }
    }
}
