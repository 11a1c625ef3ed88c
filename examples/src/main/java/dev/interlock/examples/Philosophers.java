package dev.interlock.examples;

import dev.interlock.barrier.CentralBarrier;
import dev.interlock.mutex.Mutex;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Five philosophers, five forks, and each needs two. If each takes the left one first, all may hold one and wait for the next:
 * a deadlock, found here as a circle of who waits for whom. If one takes them in the other order there is no circle.
 *
 * <pre>
 * left fork first:
 * philosopher 0 holds fork 0 and waits for fork 1, which philosopher 1 holds
 * philosopher 1 holds fork 1 and waits for fork 2, which philosopher 2 holds
 * philosopher 2 holds fork 2 and waits for fork 3, which philosopher 3 holds
 * philosopher 3 holds fork 3 and waits for fork 4, which philosopher 4 holds
 * philosopher 4 holds fork 4 and waits for fork 0, which philosopher 0 holds
 * DEADLOCK: a circle of 5
 * lower fork first:
 * all have eaten: 500 meals
 * </pre>
 *
 * <p>The problem: E. W. Dijkstra, Hierarchical ordering of sequential processes (EWD 310), 1971.
 */
public final class Philosophers {
    private static final int SEATS = 5;
    private static final int MEALS = 100;
    private static final int NOBODY = -1;
    private static final long LOOK_MILLIS = 5;

    private final Mutex[] forks = new Mutex[SEATS];
    private final AtomicIntegerArray holders = new AtomicIntegerArray(SEATS); // of a fork: a philosopher
    private final AtomicIntegerArray wanted = new AtomicIntegerArray(SEATS); // by a philosopher: a fork

    private Philosophers() {
        for (int i = 0; i < SEATS; i++) {
            forks[i] = new Mutex();
            holders.set(i, NOBODY);
            wanted.set(i, NOBODY);
        }
    }

    /**
     * Dines twice.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        System.out.println("left fork first:");
        new Philosophers().starve();
        System.out.println("lower fork first:");
        new Philosophers().dine();
    }

    /** Each holds its left fork before any takes its right one: what else happens rarely. */
    private void starve() throws InterruptedException {
        CentralBarrier allHoldOne = new CentralBarrier(SEATS);
        Thread[] philosophers = new Thread[SEATS];
        for (int i = 0; i < SEATS; i++) {
            int me = i;
            philosophers[i] = new Thread(() -> {
                try {
                    take(me, me);
                    allHoldOne.await();
                    take(me, (me + 1) % SEATS);
                } catch (InterruptedException | BrokenBarrierException e) {
                    put(me); // sent away: leaves the fork that it has
                }
            });
            philosophers[i].start();
        }
        while (circle() == 0) {
            Thread.sleep(LOOK_MILLIS);
        }
        for (int i = 0; i < SEATS; i++) {
            int fork = wanted.get(i);
            System.out.println("philosopher " + i + " holds fork " + i + " and waits for fork " + fork
                    + ", which philosopher " + holders.get(fork) + " holds");
        }
        System.out.println("DEADLOCK: a circle of " + circle());
        for (Thread philosopher : philosophers) {
            philosopher.interrupt();
            philosopher.join();
        }
    }

    /** How many wait for each other, from philosopher 0 round to it; 0 if somebody on the way does not wait. */
    private int circle() {
        int philosopher = 0;
        int length = 0;
        do {
            int fork = wanted.get(philosopher);
            philosopher = fork == NOBODY ? NOBODY : holders.get(fork);
            length++;
        } while (philosopher > 0 && length <= SEATS);
        return philosopher == 0 ? length : 0;
    }

    private void dine() throws InterruptedException {
        int[] eaten = new int[SEATS];
        Parties parties = new Parties();
        for (int i = 0; i < SEATS; i++) {
            int me = i;
            int right = (me + 1) % SEATS;
            parties.start("philosopher " + me, () -> {
                for (int meal = 0; meal < MEALS; meal++) {
                    take(me, Math.min(me, right)); // the last one takes its right fork first
                    take(me, Math.max(me, right));
                    eaten[me]++;
                    put(me);
                    put(right);
                }
            });
        }
        parties.join();
        int all = 0;
        for (int meals : eaten) {
            all += meals;
        }
        System.out.println("all have eaten: " + all + " meals");
    }

    private void take(int philosopher, int fork) throws InterruptedException {
        wanted.set(philosopher, fork);
        forks[fork].lockInterruptibly();
        wanted.set(philosopher, NOBODY);
        holders.set(fork, philosopher);
    }

    private void put(int fork) {
        holders.set(fork, NOBODY);
        forks[fork].unlock();
    }
}
