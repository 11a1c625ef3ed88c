package dev.interlock.examples;

import dev.interlock.semaphore.BinarySemaphore;

/**
 * Two threads meet: each says "I am here" on one semaphore and waits for the other's. Neither does its second step before both
 * have done their first.
 *
 * <pre>
 * left: first step
 * right: first step              (these two in any order)
 * right: second step
 * left: second step              (and these two)
 * nobody was early
 * </pre>
 *
 * <p>The order "release, then acquire" matters: were both to acquire first, they would wait for each other for ever.
 */
public final class RendezvousOfTwo {
    private final BinarySemaphore leftIsHere = new BinarySemaphore(false);
    private final BinarySemaphore rightIsHere = new BinarySemaphore(false);
    private boolean leftFirst; // plain: the rendezvous publishes what was written before it
    private boolean rightFirst;

    private RendezvousOfTwo() {}

    /**
     * Lets two threads meet.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        RendezvousOfTwo point = new RendezvousOfTwo();
        new Parties()
                .start("left", () -> {
                    System.out.println("left: first step");
                    point.leftFirst = true;
                    point.leftIsHere.release();
                    point.rightIsHere.acquire();
                    check(point.rightFirst);
                    System.out.println("left: second step");
                })
                .start("right", () -> {
                    System.out.println("right: first step");
                    point.rightFirst = true;
                    point.rightIsHere.release();
                    point.leftIsHere.acquire();
                    check(point.leftFirst);
                    System.out.println("right: second step");
                })
                .join();
        System.out.println("nobody was early");
    }

    private static void check(boolean otherIsThere) {
        if (!otherIsThere) {
            throw new IllegalStateException("the other has not done its first step");
        }
    }
}
