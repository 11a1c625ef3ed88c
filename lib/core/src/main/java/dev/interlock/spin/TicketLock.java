package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;

/**
 * The ticket lock: first come, first served, with two counters, for any number of parties; threads, or threads of
 * processes that share memory.
 *
 * <p><b>Blocking.</b> A waiter looks again and again whether its ticket is served; after a bounded number of looks it
 * offers its CPU to others at each further look.
 *
 * <p><b>Fairness.</b> FIFO. {@code tryLock} fails while anybody waits. With more parties than CPUs the one whose turn it
 * is may not be running, and all wait for the scheduler: as with every FIFO lock an operation then costs several context
 * switches.
 *
 * <p><b>Ownership.</b> The party that locks must unlock. Not reentrant: locking again by the owner, and unlocking by
 * anybody else, throws {@link IllegalMonitorStateException}.
 *
 * <p><b>Memory effects.</b> {@code unlock} happens-before the next successful {@code lock} or {@code tryLock}.
 *
 * <p><b>Limits.</b> A ticket cannot be handed back, so {@code lockInterruptibly} and {@code tryLock} with a timeout throw
 * {@link UnsupportedOperationException}. If the owner dies, or a party that waits, the lock stays locked. All waiters look
 * at one word: with many, {@link AndersonLock}, {@link ClhLock} or {@link McsLock} disturb each other less.
 *
 * <pre>{@code
 * TicketLock lock = new TicketLock();
 * lock.lock();
 * try {
 *     count++;
 * } finally {
 *     lock.unlock();
 * }
 * }</pre>
 *
 * <p>D. P. Reed, R. K. Kanodia, Synchronization with eventcounts and sequencers, CACM 22(2), 1979; as a lock in J. M.
 * Mellor-Crummey, M. L. Scott, Algorithms for scalable synchronization, ACM TOCS 9(1), 1991, whose waiters also back off
 * in proportion to the length of the line.
 */
public final class TicketLock extends FifoLock {
    /* Implementation notes
     * State   next: tickets drawn. serving: the ticket that is let in. Free if they are equal. Both wrap around, which
     *         is harmless while fewer than 2^32 wait; a tryLock that sleeps for exactly 2^32 entries may enter ahead.
     * Edge H  unlock() releases serving -> lock(), tryLock() acquire it.
     * Safety  only the holder writes serving, so unlock() needs no CAS.
     */
    private final Word next;
    private final Word serving;

    /** A lock for the threads of this JVM. */
    public TicketLock() {
        this(Memory.heap());
    }

    /**
     * A lock in the given memory. Draws three words.
     *
     * @param memory where it lives
     */
    public TicketLock(Memory memory) {
        this(memory, WaitStrategy.YIELD);
    }

    /**
     * A lock in the given memory, whose waiters wait as told. Draws three words.
     *
     * @param memory where it lives
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps
     */
    public TicketLock(Memory memory, WaitStrategy waiting) {
        super(memory, waiting);
        next = memory.newLine().word(0);
        Memory line = memory.newLine();
        serving = line.word(0);
        drawOwner(line);
    }

    @Override
    void enter() {
        int mine = next.getAndAdd(1);
        for (int step = 0; serving.getAcquire() != mine; step++) { // H (acquire)
            waiting.busyWait(memory, step, 0);
        }
    }

    @Override
    boolean tryEnter() {
        int served = serving.getAcquire(); // H (acquire)
        return next.compareAndSet(served, served + 1);
    }

    @Override
    void leave() {
        serving.setRelease(serving.getPlain() + 1); // H (release); plain: only the holder writes it
    }
}
