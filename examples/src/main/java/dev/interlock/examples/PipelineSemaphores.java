package dev.interlock.examples;

import dev.interlock.semaphore.BinarySemaphore;

/**
 * Three threads take steps in a given order: each has a semaphore, waits for its own, and releases that of the next.
 *
 * <pre>
 * A-B-C:     ABC ABC ABC
 * A-B-C-B-A: ABCBA ABCBA ABCBA
 * </pre>
 */
public final class PipelineSemaphores {
    private static final int ROUNDS = 3;

    private final BinarySemaphore a = new BinarySemaphore(true); // A begins
    private final BinarySemaphore b = new BinarySemaphore(false);
    private final BinarySemaphore c = new BinarySemaphore(false);
    private final StringBuilder steps = new StringBuilder(); // whoever has its turn is alone

    private PipelineSemaphores() {}

    /**
     * Runs both orders.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        System.out.println("A-B-C:     " + new PipelineSemaphores().forward());
        System.out.println("A-B-C-B-A: " + new PipelineSemaphores().thereAndBack());
    }

    private String forward() throws InterruptedException {
        new Parties()
                .start("A", () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        step(a, "A", b);
                    }
                })
                .start("B", () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        step(b, "B", c);
                    }
                })
                .start("C", () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        step(c, "C ", a);
                    }
                })
                .join();
        return steps.toString().trim();
    }

    private String thereAndBack() throws InterruptedException {
        new Parties()
                .start("A", () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        step(a, "A", b);
                        step(a, "A ", a); // the next round begins with A, too
                    }
                })
                .start("B", () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        step(b, "B", c);
                        step(b, "B", a);
                    }
                })
                .start("C", () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        step(c, "C", b);
                    }
                })
                .join();
        return steps.toString().trim();
    }

    private void step(BinarySemaphore mine, String name, BinarySemaphore next) throws InterruptedException {
        mine.acquire();
        steps.append(name);
        next.release();
    }
}
