package dev.interlock.buffer;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A bounded FIFO of references for any number of producers and consumers, threads of one JVM: a {@link
 * java.util.concurrent.BlockingQueue} without a lock.
 *
 * <p><b>Blocking.</b> {@code put} waits while the buffer is full, {@code take} while it is empty: they spin for a while, then
 * sleep. {@code offer} and {@code poll} without a timeout never sleep; they may have to wait for a party that is within a
 * few steps of finishing, so the buffer is not lock-free.
 *
 * <p><b>Order.</b> FIFO; those who wait barge.
 *
 * <p><b>Memory effects.</b> Putting an element happens-before the {@code take} or {@code poll} that returns it.
 *
 * <p><b>Limits.</b> The capacity is rounded up to a power of two, at most 2^30; null is not an element. Timeouts of zero or
 * less try once. The iterator sees the elements that were there when it was made; removing other than at the head is not
 * supported. Virtual threads park without pinning their carrier. Heap only: for bytes between processes there is {@link
 * MessageRing}.
 *
 * <p>With one producer and one consumer {@link SpscBuffer} is faster.
 *
 * <pre>{@code
 * BoundedBuffer<Order> orders = new BoundedBuffer<>(1024);
 * orders.put(order);
 * Order next = orders.take();
 * }</pre>
 *
 * <p>D. Vyukov, Bounded MPMC queue, 2010. There nobody waits; here the position that producers compete for carries a bit
 * that tells them that consumers sleep, and the other way round.
 *
 * @param <E> the elements
 */
public final class BoundedBuffer<E> extends BlockingBuffer<E> {
    /* Implementation notes
     * Positions are numbered from 0; position p uses cell p mod capacity.
     * State   sequences[i], mod 2^32: 2p free for position p; 2p + 1 holds the element of position p; then 2(p + capacity).
     *         Enough to tell the laps apart: whoever mistakes one for another has a stale position, and its CAS fails.
     *         tail, head: [position:63][sleepers:1]; the position to be written, and to be read, next. Taken by CAS.
     *         sleepers in tail: a consumer sleeps, or is about to. In head: a producer.
     * Sleep   a consumer that found nothing sets sleepers in tail and looks again. A producer that took its position after that
     *         saw the bit, cleared it, and signals when the element is there. One that took it before moved tail: the
     *         consumer sees that the buffer is not empty, and waits for the element. So no fence stands between writing
     *         an element and looking for sleepers.
     *         The bit is cleared with the first signal. Whoever is woken sets it again, for others who sleep, and if it
     *         succeeds and there is more, signals.
     * Edge E  a producer writes the cell and releases its sequence -> the consumer acquires it.
     * Edge F  a consumer clears the cell and releases its sequence -> the next producer acquires it.
     */
    private static final int SLEEPERS = 1;
    private static final int SPINS_BEFORE_YIELD = 64;

    private static final VarHandle SEQUENCE = MethodHandles.arrayElementVarHandle(int[].class);

    private final int mask;
    private final int[] sequences;
    private final Object[] elements;
    private final PaddedPosition tail = new PaddedPosition();
    private final PaddedPosition head = new PaddedPosition();
    private final EventCount notEmpty = new EventCount(Memory.heap().newLine());
    private final EventCount notFull = new EventCount(Memory.heap().newLine());
    private final WaitStrategy waiting;
    private final Patience producerPatience;
    private final Patience consumerPatience;

    /**
     * An empty buffer.
     *
     * @param capacity how many elements it holds, from 1 to 2^30; rounded up to a power of two
     * @throws IllegalArgumentException if the capacity is out of range
     */
    public BoundedBuffer(int capacity) {
        this(capacity, WaitStrategy.ADAPTIVE);
    }

    /**
     * An empty buffer, whose callers wait as told.
     *
     * @param capacity how many elements it holds, from 1 to 2^30; rounded up to a power of two
     * @param waiting how {@code put} and {@code take} wait
     * @throws IllegalArgumentException if the capacity is out of range
     */
    public BoundedBuffer(int capacity, WaitStrategy waiting) {
        int rounded = roundedUp(capacity);
        this.waiting = Objects.requireNonNull(waiting, "waiting");
        this.mask = rounded - 1;
        this.producerPatience = new Patience(Memory.heap(), waiting);
        this.consumerPatience = new Patience(Memory.heap(), waiting);
        this.elements = new Object[rounded + 2 * PADDING];
        this.sequences = new int[rounded + 2 * PADDING];
        for (int i = 0; i < rounded; i++) {
            sequences[PADDING + i] = 2 * i;
        }
    }

    @Override
    public boolean offer(E element) {
        Objects.requireNonNull(element, "element");
        for (int step = 0; ; step++) {
            long seen = tail.getVolatile();
            long position = seen >>> 1;
            int cell = cell(position);
            int turn = (int) SEQUENCE.getAcquire(sequences, cell) - free(position); // F (acquire)
            if (turn == 0) {
                if (tail.compareAndSet(seen, position + 1 << 1)) {
                    elements[cell] = element; // plain: published by E
                    SEQUENCE.setRelease(sequences, cell, full(position)); // E (release)
                    if ((seen & SLEEPERS) != 0) {
                        notEmpty.signal();
                    }
                    return true;
                }
            } else if (turn < 0) {
                if (position - (head.getVolatile() >>> 1) > mask) {
                    return false;
                }
                awaitOther(step); // a consumer has taken the position, and is about to free the cell
            }
        }
    }

    @Override
    public E poll() {
        for (int step = 0; ; step++) {
            long seen = head.getVolatile();
            long position = seen >>> 1;
            int cell = cell(position);
            int turn = (int) SEQUENCE.getAcquire(sequences, cell) - full(position); // E (acquire)
            if (turn == 0) {
                if (head.compareAndSet(seen, position + 1 << 1)) {
                    E element = elementAt(cell);
                    elements[cell] = null; // plain: ordered by F
                    SEQUENCE.setRelease(sequences, cell, free(position + capacity())); // F (release)
                    if ((seen & SLEEPERS) != 0) {
                        notFull.signal();
                    }
                    return element;
                }
            } else if (turn < 0) {
                if (tail.getVolatile() >>> 1 == position) {
                    return null;
                }
                awaitOther(step); // a producer has taken the position, and is about to fill the cell
            }
        }
    }

    @Override
    public E peek() {
        for (int step = 0; ; step++) {
            long position = head.getVolatile() >>> 1;
            int cell = cell(position);
            int turn = (int) SEQUENCE.getAcquire(sequences, cell) - full(position); // E (acquire)
            if (turn == 0) {
                E element = elementAt(cell);
                VarHandle.acquireFence(); // the element is read before the sequence is looked at again
                if ((int) SEQUENCE.getOpaque(sequences, cell) == full(position) && element != null) {
                    return element;
                }
            } else if (turn < 0) {
                if (tail.getVolatile() >>> 1 == position) {
                    return null;
                }
                awaitOther(step);
            }
        }
    }

    @Override
    public void put(E element) throws InterruptedException {
        refuseInterrupted();
        if (!offer(element)) {
            awaitRoom(element, Memory.NO_DEADLINE);
        }
    }

    @Override
    public boolean offer(E element, long timeout, TimeUnit unit) throws InterruptedException {
        refuseInterrupted();
        return offer(element) || awaitRoom(element, Memory.heap().deadlineAfter(timeout, unit));
    }

    @Override
    public E take() throws InterruptedException {
        refuseInterrupted();
        E element = poll();
        return element != null ? element : awaitElement(Memory.NO_DEADLINE);
    }

    @Override
    public E poll(long timeout, TimeUnit unit) throws InterruptedException {
        refuseInterrupted();
        E element = poll();
        return element != null ? element : awaitElement(Memory.heap().deadlineAfter(timeout, unit));
    }

    @Override
    public int capacity() {
        return mask + 1;
    }

    @Override
    public int size() {
        long last = head.getVolatile() >>> 1;
        for (; ; ) {
            long first = last;
            long end = tail.getVolatile() >>> 1;
            last = head.getVolatile() >>> 1;
            if (first == last) {
                return (int) Math.min(end - first, capacity());
            }
        }
    }

    /** The elements that are there now, as they stand from head to tail. */
    @Override
    public Iterator<E> iterator() {
        List<E> seen = new ArrayList<>();
        long end = tail.getVolatile() >>> 1;
        for (long position = head.getVolatile() >>> 1; position < end; position++) {
            int cell = cell(position);
            if ((int) SEQUENCE.getAcquire(sequences, cell) == full(position)) { // E (acquire)
                E element = elementAt(cell);
                VarHandle.acquireFence(); // the element is read before the sequence is looked at again
                if ((int) SEQUENCE.getOpaque(sequences, cell) == full(position) && element != null) {
                    seen.add(element);
                }
            }
        }
        return Collections.unmodifiableList(seen).iterator();
    }

    private int cell(long position) {
        return PADDING + ((int) position & mask);
    }

    private static int free(long position) {
        return 2 * (int) position;
    }

    private static int full(long position) {
        return 2 * (int) position + 1;
    }

    private static void awaitOther(int step) {
        if (step < SPINS_BEFORE_YIELD) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    @SuppressWarnings("unchecked")
    private E elementAt(int cell) {
        return (E) elements[cell]; // plain: ordered by E
    }

    private boolean awaitRoom(E element, long deadlineNanos) throws InterruptedException {
        return producerPatience.spin(tail.getVolatile() >>> 1, () -> offer(element))
                || sleepForRoom(element, deadlineNanos);
    }

    private boolean sleepForRoom(E element, long deadlineNanos) throws InterruptedException {
        return notFull.await(
                () -> offer(element) || head.announce() && offer(element),
                () -> {
                    if (head.announce() && size() < capacity()) {
                        notFull.signal();
                    }
                },
                waiting,
                0,
                deadlineNanos);
    }

    private E awaitElement(long deadlineNanos) throws InterruptedException {
        Taken<E> taken = new Taken<>();
        if (!consumerPatience.spin(head.getVolatile() >>> 1, () -> taken.is(poll()))) {
            sleepForElement(taken, deadlineNanos);
        }
        return taken.element;
    }

    private void sleepForElement(Taken<E> taken, long deadlineNanos) throws InterruptedException {
        notEmpty.await(
                () -> taken.is(poll()) || tail.announce() && taken.is(poll()),
                () -> {
                    if (tail.announce() && size() != 0) {
                        notEmpty.signal();
                    }
                },
                waiting,
                0,
                deadlineNanos);
    }

    private static final class Taken<E> {
        private E element;

        boolean is(E found) {
            element = found;
            return found != null;
        }
    }

    /** A position and the sleepers bit, alone on its cache lines. */
    private static final class PaddedPosition extends Position {
        @SuppressWarnings("unused")
        private long q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15;
    }

    private static class Before {
        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;
    }

    private static class Position extends Before {
        private static final VarHandle VALUE;

        static {
            try {
                VALUE = MethodHandles.lookup().findVarHandle(Position.class, "value", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private volatile long value;

        final long getVolatile() {
            return value;
        }

        final boolean compareAndSet(long expected, long next) {
            return VALUE.compareAndSet(this, expected, next);
        }

        /** Says that the caller is about to sleep. Returns true. */
        final boolean announce() {
            if ((value & SLEEPERS) == 0) {
                VALUE.getAndBitwiseOr(this, (long) SLEEPERS);
            }
            return true;
        }
    }
}
