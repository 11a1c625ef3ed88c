package dev.interlock.semaphore;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A semaphore whose permits have owners, for any number of parties: threads, or threads of processes that share memory.
 * When an owner dies, its permits come back.
 *
 * <p><b>Blocking.</b> {@code acquire} spins for a few steps, then sleeps until there is a permit; while it sleeps it looks
 * for dead owners ten times a second. {@code tryAcquire} without a timeout never blocks, nor does {@code release}.
 *
 * <p><b>Fairness.</b> Barging: whoever finds a permit takes it.
 *
 * <p><b>Ownership.</b> A permit belongs to the party that took it, and only that party may release it: for another it is an
 * {@link IllegalMonitorStateException}. A party may own several.
 *
 * <p><b>Memory effects.</b> {@code release} happens-before the acquire that takes the permit after it; so does what a dead
 * owner did.
 *
 * <p><b>Limits.</b> 1 to 65536 permits; taking one costs time in proportion to their number when most are taken. Timeouts of
 * zero or less try once. Virtual threads park without pinning their carrier.
 *
 * <p>Without owners to remember, a {@link CountingSemaphore} is faster.
 *
 * <pre>{@code
 * PermitPool licences = new PermitPool(5);
 * licences.acquire();
 * try {
 *     work();
 * } finally {
 *     licences.release();
 * }
 * }</pre>
 *
 * <p>After the semaphores of E. W. Dijkstra (EWD 35, 1962), and the owned ones of System V, whose SEM_UNDO gives back what a
 * process took when it ends.
 */
public final class PermitPool {
    /* Implementation notes
     * State   owners[i]: 0 permit i is there; otherwise the party that owns it. 0 -> self and self -> 0 by CAS; dead -> 0 by
     *         CAS, by a waiter that found the owner dead.
     * Edge V  release() changes the word by CAS -> acquire takes it by CAS.
     * Death   of an owner: reclaim() frees its words, within 100 ms if somebody waits. Of one that releases, before its
     *         signal: waiters look by themselves within 100 ms.
     */
    private static final int MAX_PERMITS = 1 << 16;
    private static final int SPINS = 0; // a waiter that looks all the time slows those down who pass

    private final Memory memory;
    private final Word[] owners;
    private final EventCount released;
    private final WaitStrategy waiting;

    /**
     * A pool for the threads of this JVM.
     *
     * @param permits how many there are, 1 to 65536
     * @throws IllegalArgumentException if {@code permits} is out of range
     */
    public PermitPool(int permits) {
        this(Memory.heap(), permits);
    }

    /**
     * A pool in the given memory. Draws a word for each permit and one more.
     *
     * @param memory where it lives
     * @param permits how many there are, 1 to 65536
     * @throws IllegalArgumentException if {@code permits} is out of range
     */
    public PermitPool(Memory memory, int permits) {
        this(memory, permits, WaitStrategy.ADAPTIVE);
    }

    /**
     * A pool in the given memory, whose waiters wait as told. Draws a word for each permit and one more.
     *
     * @param memory where it lives
     * @param permits how many there are, 1 to 65536
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if {@code permits} is out of range
     */
    public PermitPool(Memory memory, int permits, WaitStrategy waiting) {
        if (permits < 1 || permits > MAX_PERMITS) {
            throw new IllegalArgumentException("permits: " + permits + " is not within 1 to " + MAX_PERMITS);
        }
        this.memory = memory;
        this.released = new EventCount(memory);
        this.waiting = Objects.requireNonNull(waiting, "waiting");
        this.owners = new Word[permits];
        for (int i = 0; i < permits; i++) {
            owners[i] = memory.word(0);
        }
    }

    /**
     * Takes one permit, waiting as long as it takes unless interrupted.
     *
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; it has no permit then
     */
    public void acquire() throws InterruptedException {
        acquire(Memory.NO_DEADLINE);
    }

    /** Takes one permit, waiting as long as it takes. Interruption does not end the wait; it stays with the thread. */
    public void acquireUninterruptibly() {
        boolean interrupted = Thread.interrupted();
        boolean acquired = false;
        while (!acquired) {
            try {
                acquired = acquire(Memory.NO_DEADLINE);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes one permit if there is one. Never blocks; dead owners are not looked for.
     *
     * @return whether it was taken
     */
    public boolean tryAcquire() {
        int self = memory.self();
        int first = Math.floorMod(self, owners.length); // so that parties do not all begin with the same permit
        for (int i = 0; i < owners.length; i++) {
            Word owner = owners[(first + i) % owners.length];
            if (owner.getVolatile() == 0 && owner.compareAndSet(0, self)) { // V (acquire)
                return true;
            }
        }
        return false;
    }

    /**
     * Takes one permit, waiting at most the given time.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return whether it was taken
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; it has no permit then
     */
    public boolean tryAcquire(long timeout, TimeUnit unit) throws InterruptedException {
        return acquire(released.memory().deadlineAfter(timeout, unit));
    }

    /**
     * Gives back one of the caller's permits, and wakes a party that waits. Never blocks.
     *
     * @throws IllegalMonitorStateException if the caller owns none
     */
    public void release() {
        int self = memory.self();
        int first = Math.floorMod(self, owners.length);
        for (int i = 0; i < owners.length; i++) {
            Word owner = owners[(first + i) % owners.length];
            if (owner.getVolatile() == self && owner.compareAndSet(self, 0)) { // V (release)
                released.signal();
                return;
            }
        }
        throw new IllegalMonitorStateException("party " + self + " releases, but owns no permit of " + this);
    }

    /**
     * Takes back the permits of dead parties. Waiters do so by themselves.
     *
     * @return how many were taken back
     */
    public int reclaim() {
        int reclaimed = 0;
        for (Word owner : owners) {
            int party = owner.getVolatile();
            if (party != 0
                    && !memory.isAlive(party)
                    && owner.compareAndSet(party, 0)) { // V: what the dead wrote before
                reclaimed++;
                released.signal();
            }
        }
        return reclaimed;
    }

    /**
     * How many permits nobody owns: out of date when it returns, for monitoring.
     *
     * @return the number of permits
     */
    public int availablePermits() {
        return count(0);
    }

    /**
     * How many permits the calling party owns.
     *
     * @return the number of permits
     */
    public int ownedPermits() {
        return count(memory.self());
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "PermitPool[" + availablePermits() + " of " + owners.length + "]";
    }

    private int count(int party) {
        int found = 0;
        for (Word owner : owners) {
            if (owner.getOpaque() == party) {
                found++;
            }
        }
        return found;
    }

    private boolean acquire(long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return tryAcquire()
                || released.await(this::tryAcquire, this::passOn, this::reclaim, waiting, SPINS, deadlineNanos);
    }

    private void passOn() {
        if (availablePermits() != 0) {
            released.signal();
        }
    }
}
