package dev.interlock.examples;

import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.StrictAlternation;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * Strict alternation excludes, but a party that is outside, and wants nothing, keeps the other out: after each turn it must be
 * the other's. Peterson's lock asks first whether the other is interested.
 *
 * <pre>
 * StrictAlternation: left is in, left is out and goes home
 * StrictAlternation: right is in, right is out
 * StrictAlternation: right wants in again; nobody is inside, and after 100 ms it still waits: STALLED
 * PetersonLock: left is in, left is out and goes home
 * PetersonLock: right is in, right is out
 * PetersonLock: right wants in again, and is in
 * </pre>
 *
 * <p>The source: A. S. Tanenbaum, H. Bos, Modern Operating Systems, 4th edition, section 2.3.3.
 */
public final class AlternationStall {
    private static final long PATIENCE_MILLIS = 100;

    private AlternationStall() {}

    /**
     * Runs the same two parties with both locks.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        StrictAlternation turns = new StrictAlternation();
        show("StrictAlternation: ", turns.party(0), turns.party(1));
        PetersonLock peterson = new PetersonLock();
        show("PetersonLock: ", peterson.party(0), peterson.party(1));
    }

    private static void show(String name, Lock left, Lock right) throws InterruptedException {
        new Parties()
                .start("left", () -> {
                    left.lock();
                    left.unlock();
                    System.out.println(name + "left is in, left is out and goes home");
                })
                .join();
        new Parties()
                .start("right", () -> {
                    right.lock();
                    right.unlock();
                    System.out.println(name + "right is in, right is out");
                    if (right.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                        System.out.println(name + "right wants in again, and is in");
                        right.unlock();
                    } else {
                        System.out.println(name + "right wants in again; nobody is inside, and after " + PATIENCE_MILLIS
                                + " ms it still waits: STALLED");
                    }
                })
                .join();
    }
}
