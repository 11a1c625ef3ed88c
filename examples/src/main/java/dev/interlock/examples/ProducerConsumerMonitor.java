package dev.interlock.examples;

import dev.interlock.mutex.Mutex;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;

/**
 * The bounded buffer as a monitor: a mutex guards the slots, and two conditions say "not full" and "not empty". A waiter looks
 * again when it wakes, because between the signal and its return another may have come first.
 *
 * <pre>
 * producer puts 1
 * producer puts 2
 * consumer takes 1
 * ...                            (the order differs; a number is put before it is taken)
 * put 20, took 20, sum 210; at most 3 of 3 slots were full
 * </pre>
 */
public final class ProducerConsumerMonitor {
    private static final int SLOTS = 3;
    private static final int ITEMS = 20;

    private final Mutex mutex = new Mutex();
    private final Condition notFull = mutex.newCondition();
    private final Condition notEmpty = mutex.newCondition();
    private final int[] slots = new int[SLOTS];
    private int head;
    private int tail;
    private int mostFull;

    private ProducerConsumerMonitor() {}

    /**
     * Runs two producers and two consumers.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        ProducerConsumerMonitor buffer = new ProducerConsumerMonitor();
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
        mutex.lock();
        try {
            while (tail - head == SLOTS) {
                notFull.await();
            }
            System.out.println("producer puts " + item);
            slots[tail++ % SLOTS] = item;
            mostFull = Math.max(mostFull, tail - head);
            notEmpty.signal();
        } finally {
            mutex.unlock();
        }
    }

    private int take() throws InterruptedException {
        mutex.lock();
        try {
            while (tail == head) {
                notEmpty.await();
            }
            int item = slots[head++ % SLOTS];
            System.out.println("consumer takes " + item);
            notFull.signal();
            return item;
        } finally {
            mutex.unlock();
        }
    }
}
