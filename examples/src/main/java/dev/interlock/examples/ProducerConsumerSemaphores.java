package dev.interlock.examples;

import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Dijkstra's bounded buffer: one semaphore counts the empty slots, one the full ones, and a third guards the slots. Who finds
 * none of what it needs sleeps.
 *
 * <pre>
 * producer puts 1
 * producer puts 2
 * consumer takes 1
 * ...                            (the order differs; a number is put before it is taken)
 * put 20, took 20, sum 210; at most 3 of 3 slots were full
 * </pre>
 */
public final class ProducerConsumerSemaphores {
    private static final int SLOTS = 3;
    private static final int ITEMS = 20;

    private final CountingSemaphore empty = new CountingSemaphore(SLOTS);
    private final CountingSemaphore full = new CountingSemaphore(0);
    private final BinarySemaphore mutex = new BinarySemaphore(true);
    private final int[] slots = new int[SLOTS];
    private int head;
    private int tail;
    private int mostFull;

    private ProducerConsumerSemaphores() {}

    /**
     * Runs two producers and two consumers.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        ProducerConsumerSemaphores buffer = new ProducerConsumerSemaphores();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger sum = new AtomicInteger();
        Parties parties = new Parties();
        for (int i = 0; i < 2; i++) {
            parties.start("producer", () -> {
                for (int n = 0; n < ITEMS / 2; n++) {
                    buffer.put(next.incrementAndGet());
                }
            });
            parties.start("consumer", () -> {
                for (int n = 0; n < ITEMS / 2; n++) {
                    sum.addAndGet(buffer.take());
                }
            });
        }
        parties.join();
        System.out.println("put " + buffer.tail + ", took " + buffer.head + ", sum " + sum + "; at most "
                + buffer.mostFull + " of " + SLOTS + " slots were full");
    }

    private void put(int item) throws InterruptedException {
        empty.acquire(); // before the mutex: the other way round, a producer would sleep with the mutex, and all
        // with it
        mutex.acquire();
        System.out.println("producer puts " + item);
        slots[tail++ % SLOTS] = item;
        mostFull = Math.max(mostFull, tail - head);
        mutex.release();
        full.release();
    }

    private int take() throws InterruptedException {
        full.acquire();
        mutex.acquire();
        int item = slots[head++ % SLOTS];
        System.out.println("consumer takes " + item);
        mutex.release();
        empty.release();
        return item;
    }
}
