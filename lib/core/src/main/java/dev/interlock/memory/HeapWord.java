package dev.interlock.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** A 32-bit word that is an object, with a queue of the threads parked on it. */
class HeapWord extends Word {
    /* Implementation notes
     * The queue is made by the first thread that waits; a word that nobody waits on costs one null reference.
     * A waiter is WAITING until either a waker (-> WOKEN) or itself (-> GONE) decides by CAS, so a waiter that times out
     * or is interrupted never swallows a wake-up: it lost the CAS, and reports WOKEN.
     * Edge W  sleep(): enqueue, then read value | wake(): the caller changed value, then read queue. All four are
     *         volatile or behind a full fence, so the waiter sees the new value or the waker sees the waiter.
     */
    private static final VarHandle VALUE;
    private static final VarHandle SLEEPERS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            VALUE = lookup.findVarHandle(HeapWord.class, "value", int.class);
            SLEEPERS = lookup.findVarHandle(HeapWord.class, "sleepers", ConcurrentLinkedQueue.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int value;
    private volatile ConcurrentLinkedQueue<Sleeper> sleepers;

    HeapWord(int initial) {
        VALUE.set(this, initial); // plain: who is handed the object must be handed it safely, as with any constructor
    }

    @Override
    public final int getPlain() {
        return (int) VALUE.get(this);
    }

    @Override
    public final int getOpaque() {
        return (int) VALUE.getOpaque(this);
    }

    @Override
    public final int getAcquire() {
        return (int) VALUE.getAcquire(this);
    }

    @Override
    public final int getVolatile() {
        return value;
    }

    @Override
    public final void setPlain(int value) {
        VALUE.set(this, value);
    }

    @Override
    public final void setOpaque(int value) {
        VALUE.setOpaque(this, value);
    }

    @Override
    public final void setRelease(int value) {
        VALUE.setRelease(this, value);
    }

    @Override
    public final void setVolatile(int value) {
        this.value = value;
    }

    @Override
    public final boolean compareAndSet(int expected, int value) {
        return VALUE.compareAndSet(this, expected, value);
    }

    @Override
    public final int getAndSet(int value) {
        return (int) VALUE.getAndSet(this, value);
    }

    @Override
    public final int getAndAdd(int delta) {
        return (int) VALUE.getAndAdd(this, delta);
    }

    @Override
    public final Outcome sleep(int expected, long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (value != expected) {
            return Outcome.CHANGED;
        }
        Sleeper sleeper = new Sleeper(Thread.currentThread());
        ConcurrentLinkedQueue<Sleeper> queue = queue();
        queue.add(sleeper); // W: before the value is read again
        while (!sleeper.isWoken()) {
            boolean changed = value != expected; // W: after the enqueue
            long remaining = deadlineNanos == Memory.NO_DEADLINE ? Long.MAX_VALUE : deadlineNanos - System.nanoTime();
            boolean interrupted = Thread.currentThread().isInterrupted();
            if (changed || remaining <= 0 || interrupted) {
                if (!sleeper.leave()) {
                    return Outcome.WOKEN;
                }
                queue.remove(sleeper);
                if (!changed && interrupted) {
                    Thread.interrupted();
                    throw new InterruptedException();
                }
                return changed ? Outcome.CHANGED : Outcome.TIMED_OUT;
            }
            if (deadlineNanos == Memory.NO_DEADLINE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, remaining);
            }
        }
        return Outcome.WOKEN;
    }

    @Override
    public final int wake(int parties) {
        VarHandle.fullFence(); // W: orders the caller's change of value, in whatever mode, before the read of sleepers
        ConcurrentLinkedQueue<Sleeper> queue = sleepers;
        if (queue == null) {
            return 0;
        }
        int woken = 0;
        while (woken < parties) {
            Sleeper sleeper = queue.poll();
            if (sleeper == null) {
                break;
            }
            if (sleeper.wake()) {
                woken++;
            }
        }
        return woken;
    }

    private ConcurrentLinkedQueue<Sleeper> queue() {
        ConcurrentLinkedQueue<Sleeper> queue = sleepers;
        if (queue == null) {
            SLEEPERS.compareAndSet(this, null, new ConcurrentLinkedQueue<Sleeper>());
            queue = sleepers;
        }
        return queue;
    }

    private static final class Sleeper {
        private static final int WAITING = 0;
        private static final int WOKEN = 1;
        private static final int GONE = 2;
        private static final VarHandle STATE;

        static {
            try {
                STATE = MethodHandles.lookup().findVarHandle(Sleeper.class, "state", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final Thread thread;
        private volatile int state;

        Sleeper(Thread thread) {
            this.thread = thread;
        }

        boolean isWoken() {
            return state == WOKEN;
        }

        boolean wake() {
            boolean won = STATE.compareAndSet(this, WAITING, WOKEN);
            if (won) {
                LockSupport.unpark(thread);
            }
            return won;
        }

        boolean leave() {
            return STATE.compareAndSet(this, WAITING, GONE);
        }
    }

    /** Alone on its cache lines towards what is allocated after it. */
    static final class Padded extends HeapWord {
        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;

        Padded(int initial) {
            super(initial);
        }
    }
}
