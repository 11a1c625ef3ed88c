package dev.interlock.memory;

import java.lang.ref.Cleaner;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Small numbers for threads: not zero, of a given number of bits, different for any two threads alive at once.
 *
 * <p>For kinds of {@link Memory} that name parties. Wait-free and without a look-up while thread ids are small; a
 * program that has started more threads than half the range leases numbers, which return when their threads have been
 * collected.
 */
public final class ThreadNumbers {
    /* Implementation notes
     * The lower half of the range holds thread ids as they are: the JDK gives each id to one thread only. The upper half
     * is leased to threads whose id is larger: the lease is reachable from the thread alone, so when the lease is
     * collected no thread bears its number. Numbers return to the end of the queue, to be reused as late as can be.
     */
    private static final Cleaner CLEANER = Cleaner.create();

    private final int limit;
    private final int firstLeased;
    private final AtomicInteger nextFresh;
    private final Queue<Integer> returned = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Lease> lease = ThreadLocal.withInitial(this::newLease);

    /**
     * Numbers of the given width.
     *
     * @param bits how many bits a number may have, from 2 to 30
     */
    public ThreadNumbers(int bits) {
        if (bits < 2 || bits > 30) {
            throw new IllegalArgumentException("bits: " + bits + " is not within 2 to 30");
        }
        limit = 1 << bits;
        firstLeased = limit >>> 1;
        nextFresh = new AtomicInteger(firstLeased);
    }

    /**
     * The number of the calling thread.
     *
     * @return the number, the same at each call by this thread
     * @throws IllegalStateException if all numbers are in use by threads that live
     */
    public int current() {
        long id = Thread.currentThread().getId();
        return id < firstLeased ? (int) id : lease.get().number;
    }

    private Lease newLease() {
        int fresh = nextFresh.getAndUpdate(next -> Math.min(next + 1, limit));
        Integer number = fresh < limit ? Integer.valueOf(fresh) : returned.poll();
        if (number == null) {
            throw new IllegalStateException("more than " + (limit - firstLeased) + " threads use this memory at once");
        }
        Lease granted = new Lease(number);
        CLEANER.register(granted, () -> returned.add(number));
        return granted;
    }

    private static final class Lease {
        final int number;

        Lease(int number) {
            this.number = number;
        }
    }
}
