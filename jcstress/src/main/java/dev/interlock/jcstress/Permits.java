package dev.interlock.jcstress;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** What the semaphores have in common. */
public record Permits(BooleanSupplier taking, Waiting waiting, Runnable giving, IntSupplier counting) {
    boolean tryAcquire() {
        return taking.getAsBoolean();
    }

    boolean tryAcquire(long timeout, TimeUnit unit) {
        try {
            return waiting.tryAcquire(timeout, unit);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void release() {
        giving.run();
    }

    int available() {
        return counting.getAsInt();
    }

    /** The verb that waits. */
    @FunctionalInterface
    public interface Waiting {
        /**
         * Takes a permit, waiting at most the given time.
         *
         * @param timeout how long to wait
         * @param unit the unit of the timeout
         * @return whether the caller has one now
         * @throws InterruptedException if the thread is interrupted
         */
        boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException;
    }
}
