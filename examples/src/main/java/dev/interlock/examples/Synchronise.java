package dev.interlock.examples;

import dev.interlock.semaphore.BinarySemaphore;

/**
 * A worker signals that it has finished: the semaphore starts at 0, the worker releases it, and whoever needs the result
 * acquires it. What the worker wrote before the release is seen after the acquire.
 *
 * <pre>
 * main: waiting for the worker
 * worker: 1 + ... + 100 = 5050
 * main: the worker has finished, the result is 5050
 * </pre>
 */
public final class Synchronise {
    private static int result; // plain: written before the release, read after the acquire

    private Synchronise() {}

    /**
     * Waits for a worker.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        BinarySemaphore begin = new BinarySemaphore(false);
        BinarySemaphore finished = new BinarySemaphore(false);
        Parties worker = new Parties().start("worker", () -> {
            begin.acquire();
            int sum = 0;
            for (int i = 1; i <= 100; i++) {
                sum += i;
            }
            result = sum;
            System.out.println("worker: 1 + ... + 100 = " + sum);
            finished.release();
        });
        System.out.println("main: waiting for the worker");
        begin.release();
        finished.acquire();
        System.out.println("main: the worker has finished, the result is " + result);
        worker.join();
    }
}
