package dev.interlock.buffer;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.semaphore.CountingSemaphore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * The textbook's bounded buffer of three semaphores, for any number of producers and consumers, threads of one JVM.
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
 * SemaphoreBuffer<Order> orders = new SemaphoreBuffer<>(100);
 * orders.put(order);
 * Order next = orders.take();
 * }</pre>
 *
 * <p>E. W. Dijkstra, Cooperating sequential processes (EWD 123), 1965, section 4.3, "The bounded buffer". As there, the order
 * of the two waits matters: who took the mutex before {@code empty} would wait inside for a consumer that cannot enter.
 *
 * @param <E> the elements
 */
public final class SemaphoreBuffer<E> extends BlockingBuffer<E> {
    /* Implementation notes
     * State   empty + full + parties within their few steps = capacity. elements is touched by whoever holds mutex.
     * Edge E  put: elements, then V(mutex), V(full) -> take: P(full), P(mutex), then elements.
     */
    private final CountingSemaphore mutex;
    private final CountingSemaphore empty;
    private final CountingSemaphore full;
    private final Queue<E> elements;
    private final int capacity;

    /**
     * An empty buffer.
     *
     * @param capacity how many elements it holds, from 1 to 2^30
     * @throws IllegalArgumentException if the capacity is out of range
     */
    public SemaphoreBuffer(int capacity) {
        this(capacity, WaitStrategy.ADAPTIVE);
    }

    /**
     * An empty buffer, whose callers wait as told.
     *
     * @param capacity how many elements it holds, from 1 to 2^30
     * @param waiting how its callers wait
     * @throws IllegalArgumentException if the capacity is out of range
     */
    public SemaphoreBuffer(int capacity, WaitStrategy waiting) {
        this.capacity = checkedCapacity(capacity);
        this.mutex = new CountingSemaphore(Memory.heap(), 1, waiting);
        this.empty = new CountingSemaphore(Memory.heap().newLine(), capacity, waiting);
        this.full = new CountingSemaphore(Memory.heap().newLine(), 0, waiting);
        this.elements = new ArrayDeque<>();
    }

    @Override
    public void put(E element) throws InterruptedException {
        Objects.requireNonNull(element, "element");
        empty.acquire();
        insert(element);
    }

    @Override
    public boolean offer(E element) {
        Objects.requireNonNull(element, "element");
        return empty.tryAcquire() && insert(element);
    }

    @Override
    public boolean offer(E element, long timeout, TimeUnit unit) throws InterruptedException {
        Objects.requireNonNull(element, "element");
        return empty.tryAcquire(timeout, unit) && insert(element);
    }

    @Override
    public E take() throws InterruptedException {
        full.acquire();
        return extract();
    }

    @Override
    public E poll() {
        return full.tryAcquire() ? extract() : null;
    }

    @Override
    public E poll(long timeout, TimeUnit unit) throws InterruptedException {
        return full.tryAcquire(timeout, unit) ? extract() : null;
    }

    @Override
    public E peek() {
        mutex.acquireUninterruptibly();
        try {
            return elements.peek();
        } finally {
            mutex.release();
        }
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int size() {
        mutex.acquireUninterruptibly();
        try {
            return elements.size();
        } finally {
            mutex.release();
        }
    }

    /** The elements that are there now, as they stand from head to tail. */
    @Override
    public Iterator<E> iterator() {
        mutex.acquireUninterruptibly();
        try {
            return Collections.unmodifiableList(new ArrayList<>(elements)).iterator();
        } finally {
            mutex.release();
        }
    }

    private boolean insert(E element) {
        mutex.acquireUninterruptibly();
        try {
            elements.add(element);
        } finally {
            mutex.release();
        }
        full.release();
        return true;
    }

    private E extract() {
        E element;
        mutex.acquireUninterruptibly();
        try {
            element = elements.remove();
        } finally {
            mutex.release();
        }
        empty.release();
        return element;
    }
}
