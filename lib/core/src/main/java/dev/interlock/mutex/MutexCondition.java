package dev.interlock.mutex;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * A condition of a {@link Mutex} or {@link ReentrantMutex}, for any number of parties: threads, or threads of processes
 * that share memory. With its mutex it makes a monitor.
 *
 * <p><b>Blocking.</b> {@code await} unlocks, sleeps until it is signalled, and locks again, which may take as long as any
 * {@code lock}. It may also return without a signal, so its caller looks at what it waits for in a loop.
 *
 * <p><b>Fairness.</b> {@code signal} wakes the party that has slept longest. Signal and continue (Mesa): the signaller keeps
 * the mutex, and others may pass before the one that was signalled.
 *
 * <p><b>Ownership.</b> All methods are for the party that holds the mutex; anybody else gets {@link
 * IllegalMonitorStateException}. An {@code await} gives up all holds of a {@code ReentrantMutex}, and has them again when it
 * returns.
 *
 * <p><b>Memory effects.</b> Those of the mutex.
 *
 * <p><b>Limits.</b> Timeouts of zero or less give up the mutex and lock it again without sleeping. {@code awaitUntil} takes
 * the time that is left when it is called, and does not follow later changes of the date.
 *
 * <p><b>Errors.</b> However {@code await} ends, the caller holds the mutex again. So it does when an owner of the mutex died
 * meanwhile and there is no repair, or the repair throws: {@code await} throws {@link OwnerDiedException}, or what the repair
 * threw, and when the caller then unlocks, the mutex is left to be repaired as before. A waiter that dies absorbs no signal for good: across processes, all who slept since before a signal wake by themselves within
 * 100 ms of it, and look. Virtual threads park without pinning their carrier.
 *
 * <p>To wait for a count, a {@link dev.interlock.semaphore.CountingSemaphore} is simpler.
 *
 * <pre>{@code
 * Mutex mutex = new Mutex();
 * Condition notEmpty = mutex.newCondition();
 * mutex.lock();
 * try {
 *     while (queue.isEmpty()) {
 *         notEmpty.await();
 *     }
 *     next = queue.remove();
 * } finally {
 *     mutex.unlock();
 * }
 * }</pre>
 *
 * <p>C. A. R. Hoare, Monitors: an operating system structuring concept, CACM 17(10), 1974; signal and continue is from B. W.
 * Lampson, D. D. Redell, Experience with processes and monitors in Mesa, CACM 23(2), 1980.
 */
public final class MutexCondition implements Condition {
    /* Implementation notes
     * State   [signals:31][sleepers:1], changed under the mutex only. sleepers: somebody may sleep, or be about to.
     *         signals: moves at every signal, so that the value on which a party means to sleep is not seen again (until
     *         2^31 signals later).
     * await   sets sleepers, unlocks, sleeps on that exact value until it changes.
     * signal  nobody sleeps: nothing. Else counts and wakes one. If the wake-up reached nobody, whoever had set sleepers is
     *         awake and sees the count move: sleepers is cleared.
     * Edge C  await() reads the word under the mutex, then sleeps on that value | signal() changes it, then wakes: Word's
     *         own promise. Everything else is ordered by the mutex, so the accesses are opaque.
     * Death   of the mutex's owner: restore() takes the mutex in any state, and keeps it. Of a sleeper: it is no longer woken. Of one that was woken, or of the signaller before its wake: the count has
     *         moved, so all sleepers return when they look, at most 100 ms later.
     */
    private static final int SLEEPERS = 1;
    private static final int ONE_SIGNAL = 2;

    private final Memory memory;
    private final Mutex mutex;
    private final Word holds; // null if the mutex is not reentrant
    private final Word word;

    /**
     * A condition of a mutex, where both are words of one layout. Draws one word.
     *
     * @param memory where it lives
     * @param mutex what it belongs to
     */
    public MutexCondition(Memory memory, Mutex mutex) {
        this(memory, mutex, null);
    }

    /**
     * A condition of a reentrant mutex, where both are words of one layout. Draws one word.
     *
     * @param memory where it lives
     * @param mutex what it belongs to
     */
    public MutexCondition(Memory memory, ReentrantMutex mutex) {
        this(memory, mutex.mutex(), mutex.holdsWord());
    }

    private MutexCondition(Memory memory, Mutex mutex, Word holds) {
        this.memory = memory;
        this.mutex = mutex;
        this.holds = holds;
        this.word = memory.word(0);
    }

    @Override
    public void await() throws InterruptedException {
        await(Memory.NO_DEADLINE);
    }

    @Override
    public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
        return await(memory.deadlineAfter(timeout, unit));
    }

    @Override
    public long awaitNanos(long nanosTimeout) throws InterruptedException {
        long deadlineNanos = memory.deadlineAfter(nanosTimeout, TimeUnit.NANOSECONDS);
        await(deadlineNanos);
        return deadlineNanos == Memory.NO_DEADLINE ? Long.MAX_VALUE : deadlineNanos - memory.nanoTime();
    }

    @Override
    public boolean awaitUntil(Date deadline) throws InterruptedException {
        long now = System.currentTimeMillis();
        long at = deadline.getTime();
        return await(at <= now ? 0 : at - now, TimeUnit.MILLISECONDS); // no overflow: now is not negative
    }

    @Override
    public void awaitUninterruptibly() {
        int expected = announce();
        int held = release();
        boolean interrupted = Thread.interrupted();
        try {
            while (word.getOpaque() == expected) {
                try {
                    word.await(expected, Memory.NO_DEADLINE); // C
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            restore(held);
        }
    }

    @Override
    public void signal() {
        int state = ownedState();
        if ((state & SLEEPERS) != 0) {
            int next = state + ONE_SIGNAL;
            word.setOpaque(next); // C; wake orders it
            if (word.wake(1) == 0) {
                word.setOpaque(next & ~SLEEPERS);
            }
        }
    }

    @Override
    public void signalAll() {
        int state = ownedState();
        if ((state & SLEEPERS) != 0) {
            word.setOpaque((state & ~SLEEPERS) + ONE_SIGNAL); // C; wake orders it
            word.wake(Integer.MAX_VALUE);
        }
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "MutexCondition[" + ((word.getOpaque() & SLEEPERS) == 0 ? "nobody waits; " : "") + mutex + "]";
    }

    private boolean await(long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            ownedState();
            throw new InterruptedException();
        }
        int expected = announce();
        int held = release();
        boolean inTime = true;
        try {
            while (inTime && word.getOpaque() == expected) {
                inTime = word.await(expected, deadlineNanos); // C
            }
        } finally {
            restore(held);
        }
        return inTime;
    }

    private int announce() {
        int announced = ownedState() | SLEEPERS;
        word.setOpaque(announced);
        return announced;
    }

    private int ownedState() {
        if (!mutex.isHeldByCurrentParty()) {
            throw new IllegalMonitorStateException("the caller does not hold " + mutex);
        }
        return word.getOpaque();
    }

    private int release() {
        int held = holds == null ? 1 : holds.getPlain(); // plain: touched by the owner only
        mutex.unlock();
        return held;
    }

    private void restore(int held) {
        try {
            mutex.relock();
        } finally {
            if (holds != null) {
                holds.setPlain(held); // plain: touched by the owner only, which the caller is even if relock() throws
            }
        }
    }
}
