package dev.interlock.spin;

import dev.interlock.memory.Lookout;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** What the locks whose waiters try again and again have in common: all but the try. */
abstract class SpinLock implements Lock {
    final Memory memory;
    final WaitStrategy waiting;

    SpinLock(Memory memory, WaitStrategy waiting) {
        this.waiting = awake(waiting);
        this.memory = memory;
    }

    static WaitStrategy awake(WaitStrategy waiting) {
        if (waiting.sleeps()) {
            throw new IllegalArgumentException(
                    "waiting: " + waiting + " sleeps, and nobody wakes waiters of a spin lock");
        }
        return waiting;
    }

    static int positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + ": " + value + " is less than 1");
        }
        return value;
    }

    /**
     * Locks, waiting as long as it takes. Interruption does not end the wait; it stays with the thread.
     *
     * @throws IllegalMonitorStateException if the caller holds the lock
     */
    @Override
    public void lock() {
        for (int step = 0; !tryLock(); step++) {
            pause(step);
            if (Lookout.isDueAt(memory, waiting, step) && tryRecover()) {
                return;
            }
        }
    }

    /**
     * Locks, waiting as long as it takes unless interrupted.
     *
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws IllegalMonitorStateException if the caller holds the lock
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
        lock(Memory.NO_DEADLINE);
    }

    /**
     * Locks if the lock is free. Never blocks.
     *
     * @return whether the caller holds the lock now
     * @throws IllegalMonitorStateException if the caller held the lock before
     */
    @Override
    public abstract boolean tryLock();

    /**
     * Locks, waiting at most the given time.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return whether the caller holds the lock now
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws IllegalMonitorStateException if the caller held the lock before
     */
    @Override
    public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
        return lock(memory.deadlineAfter(timeout, unit));
    }

    /**
     * Not supported: a spin lock's waiters do not sleep.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " has no conditions");
    }

    /** Locks if the owner is dead. */
    boolean tryRecover() {
        return false;
    }

    /** What a waiter does after the attempt of the given number has failed. */
    void pause(int step) {
        waiting.busyWait(memory, step, 0);
    }

    private boolean lock(long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        for (int step = 0; !tryLock(); step++) {
            pause(step);
            if (waiting.giveUp(memory, deadlineNanos)) {
                return tryRecover();
            }
            if (Lookout.isDueAt(memory, waiting, step) && tryRecover()) {
                return true;
            }
        }
        return true;
    }
}
