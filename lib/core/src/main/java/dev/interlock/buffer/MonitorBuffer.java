package dev.interlock.buffer;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * The textbook's bounded buffer in a monitor, for any number of producers and consumers, threads of one JVM.
 *
 * <p><b>Blocking.</b> {@code put} waits while the buffer is full, {@code take} while it is empty, and all methods for the short
 * critical section; they spin for a few steps, then sleep.
 *
 * <p><b>Order.</b> FIFO; those who wait barge.
 *
 * <p><b>Memory effects.</b> Putting an element happens-before the {@code take} or {@code poll} that returns it.
 *
 * <p><b>Limits.</b> Any capacity from 1 to 2^30, as given; null is not an element. Timeouts of zero or less try once. The
 * iterator sees the elements that were there when it was made; removing other than at the head is not supported. Virtual
 * threads park without pinning their carrier. Heap only.
 *
 * <p>For teaching; {@link BoundedBuffer} does the same faster.
 *
 * <pre>{@code
 * MonitorBuffer<Order> orders = new MonitorBuffer<>(100);
 * orders.put(order);
 * Order next = orders.take();
 * }</pre>
 *
 * <p>C. A. R. Hoare, Monitors: an operating system structuring concept, CACM 17(10), 1974, section 4. There a signal hands the
 * monitor over at once; here, as in Mesa (B. Lampson, D. Redell, CACM 23(2), 1980), whoever is woken looks again.
 *
 * @param <E> the elements
 */
public final class MonitorBuffer<E> extends BlockingBuffer<E> {
    /* Implementation notes
     * State   elements, touched by whoever holds monitor. notEmpty, notFull: its conditions, signalled once for each element
     *         put and taken.
     * Edge E  put: elements, then unlock -> take: lock, then elements.
     */
    private final Mutex monitor;
    private final Condition notEmpty;
    private final Condition notFull;
    private final Queue<E> elements = new ArrayDeque<>();
    private final int capacity;

    /**
     * An empty buffer.
     *
     * @param capacity how many elements it holds, from 1 to 2^30
     * @throws IllegalArgumentException if the capacity is out of range
     */
    public MonitorBuffer(int capacity) {
        this(capacity, WaitStrategy.ADAPTIVE);
    }

    /**
     * An empty buffer, whose callers wait as told for the monitor. Those who wait for an element or for room sleep,
     * whatever they are told, as with every condition.
     *
     * @param capacity how many elements it holds, from 1 to 2^30
     * @param waiting how its callers wait for the monitor
     * @throws IllegalArgumentException if the capacity is out of range
     */
    public MonitorBuffer(int capacity, WaitStrategy waiting) {
        this.capacity = checkedCapacity(capacity);
        this.monitor = new Mutex(Memory.heap(), waiting);
        this.notEmpty = monitor.newCondition();
        this.notFull = monitor.newCondition();
    }

    @Override
    public void put(E element) throws InterruptedException {
        Objects.requireNonNull(element, "element");
        monitor.lockInterruptibly();
        try {
            while (elements.size() == capacity) {
                notFull.await();
            }
            insert(element);
        } finally {
            monitor.unlock();
        }
    }

    @Override
    public boolean offer(E element) {
        Objects.requireNonNull(element, "element");
        monitor.lock();
        try {
            return elements.size() < capacity && insert(element);
        } finally {
            monitor.unlock();
        }
    }

    @Override
    public boolean offer(E element, long timeout, TimeUnit unit) throws InterruptedException {
        Objects.requireNonNull(element, "element");
        long remaining = unit.toNanos(timeout);
        monitor.lockInterruptibly();
        try {
            while (elements.size() == capacity) {
                if (remaining <= 0) {
                    return false;
                }
                remaining = notFull.awaitNanos(remaining);
            }
            return insert(element);
        } finally {
            monitor.unlock();
        }
    }

    @Override
    public E take() throws InterruptedException {
        monitor.lockInterruptibly();
        try {
            while (elements.isEmpty()) {
                notEmpty.await();
            }
            return extract();
        } finally {
            monitor.unlock();
        }
    }

    @Override
    public E poll() {
        monitor.lock();
        try {
            return elements.isEmpty() ? null : extract();
        } finally {
            monitor.unlock();
        }
    }

    @Override
    public E poll(long timeout, TimeUnit unit) throws InterruptedException {
        long remaining = unit.toNanos(timeout);
        monitor.lockInterruptibly();
        try {
            while (elements.isEmpty()) {
                if (remaining <= 0) {
                    return null;
                }
                remaining = notEmpty.awaitNanos(remaining);
            }
            return extract();
        } finally {
            monitor.unlock();
        }
    }

    @Override
    public E peek() {
        monitor.lock();
        try {
            return elements.peek();
        } finally {
            monitor.unlock();
        }
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int size() {
        monitor.lock();
        try {
            return elements.size();
        } finally {
            monitor.unlock();
        }
    }

    /** The elements that are there now, as they stand from head to tail. */
    @Override
    public Iterator<E> iterator() {
        monitor.lock();
        try {
            return Collections.unmodifiableList(new ArrayList<>(elements)).iterator();
        } finally {
            monitor.unlock();
        }
    }

    private boolean insert(E element) {
        elements.add(element);
        notEmpty.signal();
        return true;
    }

    private E extract() {
        E element = elements.remove();
        notFull.signal();
        return element;
    }
}
