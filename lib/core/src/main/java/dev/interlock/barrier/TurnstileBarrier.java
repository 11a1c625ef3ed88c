package dev.interlock.barrier;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The textbook's barrier of semaphores, for threads, or threads of processes that share memory: a count, a semaphore that
 * guards it, and two turnstiles, so that nobody can lap the others and the barrier can be used again at once.
 *
 * <p><b>Blocking.</b> A party that waits spins for a while, then sleeps. {@code reset} waits until those who got {@code
 * BrokenBarrierException} have left, which they do without waiting for anybody.
 *
 * <p><b>Limits.</b> 1 to 65536 parties. Timeouts of zero or less do not wait. Breaking and memory effects are those of
 * {@link Barrier}. Virtual threads park without pinning their carrier.
 *
 * <p><b>Parties.</b> Whoever calls is a party; more threads than {@link #parties} must not use the barrier at once. True
 * from {@code await} goes to the last to arrive. The barrier breaks only while not all have arrived.
 *
 * <p>For teaching; {@link CentralBarrier} does the same faster.
 *
 * <pre>{@code
 * Barrier allDone = new TurnstileBarrier(4);
 * while (!finished) {
 *     computeMyPart();
 *     allDone.await();
 * }
 * }</pre>
 *
 * <p>A. B. Downey, The Little Book of Semaphores, 2nd edition, 2016, section 3.7, with the preloaded turnstile. Timeouts,
 * breaking and {@code reset} are not in the book.
 */
public final class TurnstileBarrier implements Barrier {
    /* Implementation notes
     * State   count: how many have arrived and not yet passed the entry. tripped: all have arrived, and not all have passed
     *         the entry. entry: closed until all have arrived, then opened for as many. exit: closed until all have
     *         passed the entry. broken: 1 broken, 2 not broken, but nobody may arrive: a reset waits until all have left.
     *         inside: how many are in await(). All but inside is changed by whoever holds guard, a semaphore of one permit.
     * Broken  under guard, unless tripped: the entry is opened for those who wait there, who see broken. Once tripped nobody
     *         can break: those at the entry take the permit that is there for each of them, whatever their deadline, and
     *         the rest of the way waits only for parties that run.
     * reset   breaks or keeps new ones out, waits until inside is 0, and sets all back.
     * Edge C  what precedes arrival -> guard (a semaphore's release and acquire) -> the last to arrive -> entry -> all.
     * Death   inside: the permits of guard and of the turnstiles have no owner. Not recoverable; see CentralBarrier.
     */
    private static final int BROKEN = 1;
    private static final int RESETTING = 2;
    private static final int SPINS = 100;

    private final Memory memory;
    private final CountingSemaphore guard;
    private final CountingSemaphore entry;
    private final CountingSemaphore exit;
    private final Word count;
    private final Word tripped;
    private final Word broken;
    private final Word inside;
    private final EventCount left;
    private final int parties;
    private final Runnable action;
    private final WaitStrategy waiting;

    /**
     * A barrier for the threads of this JVM.
     *
     * @param parties how many must arrive, 1 to 65536
     */
    public TurnstileBarrier(int parties) {
        this(Memory.heap(), parties);
    }

    /**
     * A barrier in the given memory. Draws fourteen words.
     *
     * @param memory where it lives
     * @param parties how many must arrive, 1 to 65536
     */
    public TurnstileBarrier(Memory memory, int parties) {
        this(memory, parties, null, WaitStrategy.ADAPTIVE);
    }

    /**
     * A barrier in the given memory, with an action. Draws fourteen words.
     *
     * @param memory where it lives
     * @param parties how many must arrive, 1 to 65536
     * @param action run once in each round by the last to arrive, after all have arrived and before any passes, or null; each
     *     process gives its own
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     */
    public TurnstileBarrier(Memory memory, int parties, Runnable action, WaitStrategy waiting) {
        this.parties = Epoch.checkedParties(parties, 1);
        this.action = action;
        memory.requireImmortalParties(TurnstileBarrier.class);
        this.memory = memory;
        this.waiting = waiting;
        this.guard = new CountingSemaphore(memory, 1, waiting);
        this.entry = new CountingSemaphore(memory, 0, waiting);
        this.exit = new CountingSemaphore(memory, 0, waiting);
        this.count = memory.word(0);
        this.tripped = memory.word(0);
        this.broken = memory.word(0);
        this.inside = memory.word(0);
        this.left = new EventCount(memory);
    }

    @Override
    public boolean await() throws InterruptedException, BrokenBarrierException {
        try {
            return await(Memory.NO_DEADLINE);
        } catch (TimeoutException e) {
            throw new AssertionError(e); // there is no deadline
        }
    }

    @Override
    public boolean await(long timeout, TimeUnit unit)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        return await(memory.deadlineAfter(timeout, unit));
    }

    @Override
    public int parties() {
        return parties;
    }

    @Override
    public boolean isBroken() {
        return broken.getVolatile() == BROKEN;
    }

    @Override
    public void reset() {
        guard.acquireUninterruptibly();
        if (tripped.getPlain() == 0) { // plain, here and below: under guard
            breakUnderGuard();
        } else {
            broken.setVolatile(RESETTING);
        }
        guard.release();
        boolean renewed = false;
        while (!renewed) {
            left.awaitUninterruptibly(() -> inside.getVolatile() == 0, left::signalAll, waiting, SPINS);
            guard.acquireUninterruptibly();
            renewed = inside.getVolatile() == 0;
            if (renewed) {
                entry.drainPermits();
                count.setPlain(0);
                broken.setVolatile(0);
            }
            guard.release();
        }
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "TurnstileBarrier[" + parties + (isBroken() ? " parties, broken]" : " parties]");
    }

    private boolean await(long deadlineNanos) throws InterruptedException, BrokenBarrierException, TimeoutException {
        inside.getAndAdd(1);
        try {
            boolean last = arrive();
            passEntry(deadlineNanos);
            passExit();
            return last;
        } finally {
            if (inside.getAndAdd(-1) == 1) {
                left.signalAll();
            }
        }
    }

    private boolean arrive() throws InterruptedException, BrokenBarrierException {
        guard.acquireUninterruptibly();
        try {
            if (broken.getPlain() != 0) {
                throw new BrokenBarrierException();
            }
            if (Thread.interrupted()) {
                breakUnderGuard();
                throw new InterruptedException();
            }
            boolean last = count.getPlain() == parties - 1;
            if (last) {
                runAction();
                tripped.setPlain(1);
                entry.release(parties);
            }
            count.setPlain(count.getPlain() + 1);
            return last;
        } finally {
            guard.release();
        }
    }

    private void passEntry(long deadlineNanos) throws InterruptedException, BrokenBarrierException, TimeoutException {
        boolean passed = false;
        InterruptedException interruption = null;
        try {
            if (deadlineNanos == Memory.NO_DEADLINE) {
                entry.acquire();
                passed = true;
            } else {
                passed = entry.tryAcquire(deadlineNanos - memory.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            interruption = e;
        }
        if (!passed && breakOrPassEntry()) {
            if (interruption == null) {
                throw new TimeoutException();
            }
            throw interruption;
        }
        if (interruption != null) {
            Thread.currentThread().interrupt();
        }
        if (isBroken()) {
            throw new BrokenBarrierException();
        }
    }

    /** For one that gives up at the entry: breaks, and says so, unless the entry is or will be opened for it. */
    private boolean breakOrPassEntry() {
        guard.acquireUninterruptibly();
        boolean mine;
        try {
            mine = tripped.getPlain() == 0 && broken.getPlain() == 0;
            if (mine) {
                breakUnderGuard();
            }
        } finally {
            guard.release();
        }
        if (!mine) {
            entry.acquireUninterruptibly();
        }
        return mine;
    }

    private void passExit() {
        guard.acquireUninterruptibly();
        int remaining = count.getPlain() - 1;
        count.setPlain(remaining);
        if (remaining == 0) {
            tripped.setPlain(0);
            exit.release(parties);
        }
        guard.release();
        exit.acquireUninterruptibly();
    }

    private void breakUnderGuard() {
        if (tripped.getPlain() == 0 && broken.getPlain() == 0) {
            broken.setVolatile(BROKEN);
            entry.release(count.getPlain());
        }
    }

    private void runAction() {
        if (action != null) {
            boolean done = false;
            try {
                action.run();
                done = true;
            } finally {
                if (!done) {
                    breakUnderGuard();
                }
            }
        }
    }
}
