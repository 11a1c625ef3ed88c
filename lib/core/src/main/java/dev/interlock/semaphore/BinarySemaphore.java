package dev.interlock.semaphore;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A semaphore of one permit, for any number of parties: threads, or threads of processes that share memory. Releasing it
 * when the permit is there changes nothing.
 *
 * <p><b>Blocking.</b> {@code acquire} spins for a few steps, then sleeps until the permit is there. {@code tryAcquire}
 * without a timeout never blocks, nor does {@code release}.
 *
 * <p><b>Fairness.</b> Barging: whoever finds the permit takes it.
 *
 * <p><b>Ownership.</b> Any party may release. Until somebody does, the party that took the permit has it.
 *
 * <p><b>Death.</b> Across processes, the permit of a party that died, or closed its segment, before anybody released comes back:
 * whoever waits finds out within a second. So where the permit is a signal that its taker consumes, the last one that a dead
 * party has taken may be received once more; it is never lost.
 *
 * <p><b>Memory effects.</b> {@code release} happens-before the acquire that takes the permit after it.
 *
 * <p><b>Limits.</b> 0 or 1 permits. Timeouts of zero or less try once. Virtual threads park without pinning their carrier.
 *
 * <p>To protect what several parties use, take a {@link dev.interlock.mutex.Mutex}: it knows its owner.
 *
 * <pre>{@code
 * BinarySemaphore changed = new BinarySemaphore(false);
 * changed.release();   // any number of times
 * changed.acquire();   // once for all of them
 * }</pre>
 *
 * <p>E. W. Dijkstra, Cooperating sequential processes (EWD 123), 1965, section 4.1. There releasing a permit that is there
 * is an error of the program; here, as in most systems since, it is not.
 */
public final class BinarySemaphore {
    /* Implementation notes
     * State   taker: 0 the permit is there; otherwise the party that took it last, or NOBODY if it never was there.
     *         0 -> self by CAS, by whoever takes it; -> 0 by whoever releases.
     * Edge V  release() changes taker by getAndSet -> acquire takes it by CAS. A release that finds 0 is an edge, too.
     * Death   of the taker: its name is in the word; a waiter that looks sets it to 0, and tries. Of one that releases, before
     *         its signal, or of a party that was woken: the others wake by themselves within 100 ms.
     */
    private static final int NOBODY = -1;
    private static final int SPINS = 0; // a waiter that looks all the time slows those down who pass

    private final Memory memory;
    private final Word taker;
    private final EventCount released;
    private final WaitStrategy waiting;

    /**
     * A semaphore for the threads of this JVM.
     *
     * @param available whether the permit is there at first
     */
    public BinarySemaphore(boolean available) {
        this(Memory.heap(), available);
    }

    /**
     * A semaphore in the given memory. Draws two words.
     *
     * @param memory where it lives
     * @param available whether the permit is there at first
     */
    public BinarySemaphore(Memory memory, boolean available) {
        this(memory, available, WaitStrategy.ADAPTIVE);
    }

    /**
     * A semaphore in the given memory, whose waiters wait as told. Draws two words.
     *
     * @param memory where it lives
     * @param available whether the permit is there at first
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     */
    public BinarySemaphore(Memory memory, boolean available, WaitStrategy waiting) {
        this.memory = memory;
        this.taker = memory.word(available ? 0 : NOBODY);
        this.released = new EventCount(memory);
        this.waiting = Objects.requireNonNull(waiting, "waiting");
    }

    /**
     * Takes the permit, waiting as long as it takes unless interrupted.
     *
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; it has no permit then
     */
    public void acquire() throws InterruptedException {
        acquire(Memory.NO_DEADLINE);
    }

    /** Takes the permit, waiting as long as it takes. Interruption does not end the wait; it stays with the thread. */
    public void acquireUninterruptibly() {
        if (!tryAcquire()) {
            released.awaitUninterruptibly(this::tryAcquire, this::passOn, this::takeFromTheDead, waiting, SPINS);
        }
    }

    /**
     * Takes the permit if it is there. Never blocks; whether the one that has it lives is not looked for.
     *
     * @return whether it was taken
     */
    public boolean tryAcquire() {
        return taker.getVolatile() == 0 && taker.compareAndSet(0, memory.self()); // V (acquire)
    }

    /**
     * Takes the permit, waiting at most the given time.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return whether it was taken
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; it has no permit then
     */
    public boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
        return acquire(released.memory().deadlineAfter(timeout, unit));
    }

    /** Puts the permit there, if it is not, and wakes a party that waits. Never blocks. */
    public void release() {
        if (taker.getAndSet(0) != 0) { // V (release)
            released.signal();
        }
    }

    /**
     * How many permits there are: out of date when it returns, for monitoring.
     *
     * @return 0 or 1
     */
    public int availablePermits() {
        return taker.getOpaque() == 0 ? 1 : 0;
    }

    /** The state, for people. */
    @Override
    public String toString() {
        int party = taker.getOpaque();
        return "BinarySemaphore[" + (party == 0 ? "1]" : party == NOBODY ? "0]" : "0, taken by party " + party + "]");
    }

    private boolean acquire(long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return tryAcquire()
                || released.await(this::tryAcquire, this::passOn, this::takeFromTheDead, waiting, SPINS, deadlineNanos);
    }

    private void takeFromTheDead() {
        int party = taker.getVolatile();
        if (party != 0 && party != NOBODY && !memory.isAlive(party)) {
            taker.compareAndSet(party, 0); // V: what the dead wrote before
        }
    }

    private void passOn() {
        if (taker.getVolatile() == 0) {
            released.signal();
        }
    }
}
