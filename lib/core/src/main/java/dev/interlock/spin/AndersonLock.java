package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;

/**
 * Anderson's array lock: first come, first served, each waiter with a word of its own to look at; threads, or threads of
 * processes that share memory.
 *
 * <p><b>Blocking.</b> A waiter looks again and again whether its slot says that it is its turn; after a bounded number of
 * looks it offers its CPU to others at each further look. An unlock disturbs only the next one in the line.
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
 * <p><b>Limits.</b> It has as many slots as parties were announced, rounded up to a power of two, 1 to 2<sup>20</sup>;
 * each takes a cache line. More parties are safe, but then some share a slot. A place cannot be handed back, so {@code
 * lockInterruptibly} and {@code tryLock} with a timeout throw {@link UnsupportedOperationException}. If the owner dies, or
 * a party that waits, the lock stays locked. {@link TicketLock} is smaller, and as good while few wait.
 *
 * <pre>{@code
 * AndersonLock lock = new AndersonLock(8);
 * lock.lock();
 * try {
 *     count++;
 * } finally {
 *     lock.unlock();
 * }
 * }</pre>
 *
 * <p>T. E. Anderson, The performance of spin lock alternatives for shared-memory multiprocessors, IEEE TPDS 1(1), 1990.
 * There a slot is a flag that its waiter resets, and one party too many breaks the lock; here it holds the number of the
 * turn.
 */
public final class AndersonLock extends FifoLock {
    /* Implementation notes
     * State   tail: places taken. slots[i]: the last turn, of those congruent to i, that has been let in. Free if
     *         slots[tail & mask] = tail. turn: that of the owner, touched inside only.
     * Edge H  unlock() releases the next slot -> lock(), tryLock() acquire it.
     * Safety  turn t writes slots[t + 1]; what was there has been let in before t was.
     */
    private static final int MAX_SLOTS = 1 << 20;

    private final Word tail;
    private final Word turn;
    private final Word[] slots;
    private final int mask;

    /**
     * A lock for the threads of this JVM.
     *
     * @param parties how many are expected to use it at once
     * @throws IllegalArgumentException if {@code parties} is out of range
     */
    public AndersonLock(int parties) {
        this(Memory.heap(), parties);
    }

    /**
     * A lock in the given memory. Draws three words and one for each slot.
     *
     * @param memory where it lives
     * @param parties how many are expected to use it at once
     * @throws IllegalArgumentException if {@code parties} is out of range
     */
    public AndersonLock(Memory memory, int parties) {
        this(memory, parties, WaitStrategy.YIELD);
    }

    /**
     * A lock in the given memory, whose waiters wait as told. Draws three words and one for each slot.
     *
     * @param memory where it lives
     * @param parties how many are expected to use it at once
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps, or {@code parties} is out of range
     */
    public AndersonLock(Memory memory, int parties, WaitStrategy waiting) {
        super(memory, waiting);
        if (parties > MAX_SLOTS) {
            throw new IllegalArgumentException("parties: " + parties + " is more than " + MAX_SLOTS);
        }
        int last = SpinLock.positive("parties", parties) - 1;
        slots = new Word[last == 0 ? 1 : Integer.highestOneBit(last) << 1];
        mask = slots.length - 1;
        tail = memory.newLine().word(0);
        Memory line = memory.newLine();
        turn = line.word(0);
        drawOwner(line);
        for (int i = 0; i < slots.length; i++) {
            slots[i] = memory.newLine().word(i == 0 ? 0 : i - slots.length);
        }
    }

    /**
     * How many parties can wait without sharing a slot.
     *
     * @return the number of slots
     */
    public int parties() {
        return slots.length;
    }

    @Override
    void enter() {
        int mine = tail.getAndAdd(1);
        Word slot = slots[mine & mask];
        for (int step = 0; slot.getAcquire() != mine; step++) { // H (acquire)
            waiting.busyWait(memory, step, 0);
        }
        turn.setPlain(mine); // plain: touched by the owner only, H publishes it
    }

    @Override
    boolean tryEnter() {
        int mine = tail.getVolatile();
        if (slots[mine & mask].getAcquire() != mine || !tail.compareAndSet(mine, mine + 1)) { // H (acquire)
            return false;
        }
        turn.setPlain(mine); // plain: touched by the owner only, H publishes it
        return true;
    }

    @Override
    void leave() {
        int next = turn.getPlain() + 1; // plain: touched by the owner only
        slots[next & mask].setRelease(next); // H (release): publishes the critical section
    }
}
