package dev.interlock.spin;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * The CLH lock, with waiters that can give up: first come, first served, a line of waiters each of which looks at the
 * node of the one before; any number of threads of one JVM.
 *
 * <p><b>Blocking.</b> A waiter looks again and again at the node of the one before it; after a bounded number of looks it
 * offers its CPU to others at each further look. An unlock disturbs only the next one in the line.
 *
 * <p><b>Fairness.</b> FIFO. {@code tryLock} without a timeout fails while anybody waits. With more threads than CPUs the
 * one whose turn it is may not be running, and all wait for the scheduler: as with every FIFO lock an operation then
 * costs several context switches.
 *
 * <p><b>Ownership.</b> The thread that locks must unlock. Not reentrant: locking again by the owner, and unlocking by
 * anybody else, throws {@link IllegalMonitorStateException}.
 *
 * <p><b>Memory effects.</b> {@code unlock} happens-before the next successful {@code lock} or {@code tryLock}.
 *
 * <p>Timed and interruptible forms as in {@link java.util.concurrent.locks.Lock}: a waiter that leaves its place tells the
 * one behind where to look instead. Heap only: the line is made of objects, one for each attempt. Across processes use
 * {@link TicketLock} or {@link AndersonLock}; where waits may be long, {@link dev.interlock.mutex.Mutex}.
 *
 * <pre>{@code
 * ClhLock lock = new ClhLock();
 * if (lock.tryLock(10, TimeUnit.MICROSECONDS)) {
 *     try {
 *         count++;
 *     } finally {
 *         lock.unlock();
 *     }
 * }
 * }</pre>
 *
 * <p>T. S. Craig, Building FIFO and priority-queuing spin locks from atomic swap, University of Washington TR 93-02-02,
 * 1993; A. Landin, E. Hagersten, Queue locks on cache coherent multiprocessors, IPPS 1994. Giving up is from M. L. Scott,
 * W. N. Scherer, Scalable queue-based spin locks with timeout, PPoPP 2001. There nodes are reused; here they are garbage.
 */
public final class ClhLock extends FifoLock {
    /* Implementation notes
     * State   tail: the last node of the line, null or released if the lock is free. A node's before: null while its
     *         thread waits or is inside; RELEASED after it; otherwise its thread has given up, and this is where the one
     *         behind must look. held: the node of the owner, touched inside only.
     * Edge H  unlock() releases its node's before -> the one behind acquires it; or sets tail to null by CAS -> the next
     *         lock() takes tail. What a node that gave up points to is acquired too, so the edge passes through it.
     * Safety  a node has one follower, for it is taken from tail once; a follower moves forward only past those who gave
     *         up, so each non-final node keeps exactly one.
     */
    private static final VarHandle TAIL;
    private static final VarHandle BEFORE;
    private static final Node RELEASED = new Node();

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(ClhLock.class, "tail", Node.class);
            BEFORE = lookup.findVarHandle(Node.class, "before", Node.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Node tail;
    private Node held;

    /** A lock. */
    public ClhLock() {
        this(WaitStrategy.YIELD);
    }

    /**
     * A lock whose waiters wait as told.
     *
     * @param waiting {@link WaitStrategy#SPIN} or {@link WaitStrategy#YIELD}
     * @throws IllegalArgumentException if {@code waiting} sleeps
     */
    public ClhLock(WaitStrategy waiting) {
        super(Memory.heap(), waiting);
        drawOwner(memory);
    }

    /**
     * Locks, waiting in line as long as it takes unless interrupted.
     *
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws IllegalMonitorStateException if the caller holds the lock
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
        lock(Memory.NO_DEADLINE);
    }

    /**
     * Locks, waiting in line at most the given time.
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

    @Override
    void enter() {
        Node mine = new Node();
        Node ahead = (Node) TAIL.getAndSet(this, mine);
        for (int step = 0; (ahead = skip(ahead)) != null; step++) {
            waiting.busyWait(memory, step, 0);
        }
        held = mine;
    }

    @Override
    boolean tryEnter() {
        Node last = tail;
        Node mine = new Node();
        boolean entered = skip(last) == null && TAIL.compareAndSet(this, last, mine);
        if (entered) {
            held = mine;
        }
        return entered;
    }

    @Override
    void leave() {
        Node mine = held;
        held = null;
        if (tail != mine || !TAIL.compareAndSet(this, mine, null)) { // H (release)
            BEFORE.setRelease(mine, RELEASED); // H (release): publishes the critical section
        }
    }

    private boolean lock(long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        int self = refuseOwner();
        Node mine = new Node();
        Node ahead = (Node) TAIL.getAndSet(this, mine);
        boolean entered = false;
        try {
            for (int step = 0; !entered; step++) {
                ahead = skip(ahead);
                entered = ahead == null;
                if (!entered) {
                    waiting.busyWait(memory, step, 0);
                    if (waiting.giveUp(memory, deadlineNanos)) {
                        break;
                    }
                }
            }
        } finally {
            if (!entered && !TAIL.compareAndSet(this, mine, ahead)) {
                BEFORE.setRelease(mine, ahead); // H: passes on what ahead will release
            }
        }
        if (entered) {
            held = mine;
            setOwner(self);
        }
        return entered;
    }

    /** The first node, from the given one on, whose thread has not given up; null if that has released, or was null. */
    private static Node skip(Node node) {
        Node ahead = node;
        while (ahead != null) {
            Node before = (Node) BEFORE.getAcquire(ahead); // H (acquire)
            if (before == null) {
                return ahead;
            }
            ahead = before == RELEASED ? null : before;
        }
        return null;
    }

    private static final class Node {
        private Node before;

        Node() {}
    }
}
