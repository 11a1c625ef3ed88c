package dev.interlock.jcstress;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** What the stress tests of locks have in common. */
public final class Locking {
    private static final long BRIEFLY_NANOS = 300;

    private Locking() {}

    /**
     * Tries for a time in which an attempt may succeed or not.
     *
     * @param lock the lock
     * @return whether the caller has it
     */
    public static boolean tryLockBriefly(Lock lock) {
        try {
            return lock.tryLock(BRIEFLY_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Whether a lock can be locked, now that nobody uses it.
     *
     * @param lock the lock
     * @return whether it is free
     */
    public static boolean isFree(Lock lock) {
        boolean free = lock.tryLock();
        if (free) {
            lock.unlock();
        }
        return free;
    }

    /** Stays inside for long enough that a waiter gives up now and then. */
    public static void linger() {
        long end = System.nanoTime() + 2 * BRIEFLY_NANOS;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    /** An interruption of one actor by another that is over when the actor ends. */
    public static final class Interruption {
        private volatile Thread target;
        private volatile boolean sent;

        /** For a state. */
        public Interruption() {}

        /** The caller may be interrupted from now on. */
        public void expect() {
            target = Thread.currentThread();
        }

        /** Interrupts the one who expects it, if there is one yet. */
        public void send() {
            Thread thread = target;
            if (thread != null) {
                thread.interrupt();
            }
            sent = true;
        }

        /** Waits until no interruption can come any more, and clears it. */
        public void absorb() {
            while (!sent) {
                Thread.yield();
            }
            Thread.interrupted();
        }
    }
}
