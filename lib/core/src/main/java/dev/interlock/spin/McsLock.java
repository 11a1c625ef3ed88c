package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The MCS lock: first come, first served, a linked line of waiters each of which looks at a node of its own; any number
 * of threads of one JVM.
 *
 * <p><b>Blocking.</b> A waiter looks again and again at its own node; after a bounded number of looks it offers its CPU to
 * others at each further look. An unlock disturbs only the next one in the line.
 *
 * <p><b>Fairness.</b> FIFO. {@code tryLock} fails while anybody waits. With more threads than CPUs the one whose turn it
 * is may not be running, and all wait for the scheduler: as with every FIFO lock an operation then costs several context
 * switches.
 *
 * <p><b>Ownership.</b> The thread that locks must unlock. Not reentrant: locking again by the owner, and unlocking by
 * anybody else, throws {@link IllegalMonitorStateException}.
 *
 * <p><b>Memory effects.</b> {@code unlock} happens-before the next successful {@code lock} or {@code tryLock}.
 *
 * <p><b>Limits.</b> Heap only: the line is made of objects, one for each {@code lock}. A waiter cannot leave its place, so
 * {@code lockInterruptibly} and {@code tryLock} with a timeout throw {@link UnsupportedOperationException}: {@link
 * ClhLock} has them. Across processes use {@link TicketLock} or {@link AndersonLock}.
 *
 * <pre>{@code
 * McsLock lock = new McsLock();
 * lock.lock();
 * try {
 *     count++;
 * } finally {
 *     lock.unlock();
 * }
 * }</pre>
 *
 * <p>J. M. Mellor-Crummey, M. L. Scott, Algorithms for scalable synchronization on shared-memory multiprocessors, ACM TOCS
 * 9(1), 1991. There the caller brings the node; here the lock makes it.
 */
public final class McsLock extends FifoLock {
    /* Implementation notes
     * State   tail: the last node of the line, null if the lock is free. A node: next in the line; whether it waits.
     *         held: the node of the owner, touched inside only.
     * Edge L  lock() writes the predecessor's next -> its unlock() reads it, and finds the node as it was made.
     * Edge H  unlock() releases the next node's waits -> its owner acquires it; or sets tail to null by CAS -> the next
     *         lock() takes tail.
     * Safety  if tail has moved on from the owner's node, somebody is about to link itself, or has.
     */
    private static final VarHandle TAIL;
    private static final VarHandle NEXT;
    private static final VarHandle WAITS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(McsLock.class, "tail", Node.class);
            NEXT = lookup.findVarHandle(Node.class, "next", Node.class);
            WAITS = lookup.findVarHandle(Node.class, "waits", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Node tail;
    private Node held;

    /** A lock. */
    public McsLock() {
        this(WaitStrategy.YIELD);
    }

    /**
     * A lock whose waiters wait as told.
     *
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps
     */
    public McsLock(WaitStrategy waiting) {
        super(Memory.heap(), waiting);
        drawOwner(memory);
    }

    @Override
    void enter() {
        Node mine = new Node();
        Node last = (Node) TAIL.getAndSet(this, mine); // H (acquire), if null
        if (last != null) {
            mine.waits = true; // plain: L publishes it
            NEXT.setRelease(last, mine); // L (release)
            for (int step = 0; (boolean) WAITS.getAcquire(mine); step++) { // H (acquire)
                waiting.busyWait(memory, step, 0);
            }
        }
        held = mine;
    }

    @Override
    boolean tryEnter() {
        Node mine = new Node();
        boolean entered = tail == null && TAIL.compareAndSet(this, null, mine); // H (acquire)
        if (entered) {
            held = mine;
        }
        return entered;
    }

    @Override
    void leave() {
        Node mine = held;
        held = null;
        Node next = (Node) NEXT.getAcquire(mine); // L (acquire)
        if (next == null) {
            if (TAIL.compareAndSet(this, mine, null)) { // H (release)
                return;
            }
            for (int step = 0; (next = (Node) NEXT.getAcquire(mine)) == null; step++) { // L (acquire)
                waiting.busyWait(memory, step, 0);
            }
        }
        WAITS.setRelease(next, false); // H (release): publishes the critical section
    }

    private static final class Node {
        private Node next;
        private boolean waits;

        Node() {}
    }
}
