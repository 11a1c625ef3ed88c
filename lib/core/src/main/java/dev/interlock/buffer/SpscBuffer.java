package dev.interlock.buffer;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A bounded FIFO of references from one producer to one consumer, threads of one JVM: a {@link
 * java.util.concurrent.BlockingQueue} whose {@code offer} and {@code poll} are wait-free.
 *
 * <p><b>Blocking.</b> {@code put} waits while the buffer is full, {@code take} while it is empty: they spin for a while, then
 * sleep. A sleeper is woken; it also looks by itself, after a millisecond and then ever more seldom, down to ten times a
 * second, so that the other side need not pay for a fence at each element.
 *
 * <p><b>Order.</b> FIFO.
 *
 * <p><b>Ownership.</b> One thread at a time may put, and one may take, peek or drain; if a role changes hands, that must be
 * ordered by other means. This is not detected: it would cost more than the buffer.
 *
 * <p><b>Memory effects.</b> Putting an element happens-before the {@code take} or {@code poll} that returns it.
 *
 * <p><b>Limits.</b> The capacity is rounded up to a power of two, at most 2^30; null is not an element. Timeouts of zero or
 * less try once. The iterator sees the elements that were there when it was made; removing other than at the head is not
 * supported. Virtual threads park without pinning their carrier. Heap only.
 *
 * <p>With several producers or consumers take {@link BoundedBuffer}.
 *
 * <pre>{@code
 * SpscBuffer<Frame> frames = new SpscBuffer<>(256);
 * frames.put(frame);            // in one thread
 * Frame next = frames.take();   // in another
 * }</pre>
 *
 * <p>L. Lamport, Proving the correctness of multiprocess programs, IEEE TSE 3(2), 1977, in the form of J. Giacomoni, T.
 * Moseley, M. Vachharajani, FastForward for efficient pipeline parallelism, PPoPP 2008: the cells themselves say whether
 * they are empty.
 *
 * @param <E> the elements
 */
public final class SpscBuffer<E> extends BlockingBuffer<E> {
    /* Implementation notes
     * State   elements[i]: null is empty. Only the producer fills cells, in order, and only the consumer empties them, in
     *         order. Each side's position is its own: others read them for size() alone.
     *         limit: the producer has seen that all cells before it are empty, by looking at the last of them.
     *         sleepers: which sides sleep; set by a sleeper before it looks for the last time.
     * Lines   the positions, sleepers, the header of the array and its cells lie apart: in steady state only lines with
     *         elements move between the two CPUs.
     * Sleep   between filling a cell and reading sleepers there is no fence, so a producer may miss a consumer that goes to
     *         sleep at the same moment; the consumer therefore looks by itself after a while. The same the other way round.
     * Edge E  the producer releases the cell -> the consumer acquires it.
     * Edge F  the consumer releases null into a cell -> the producer acquires it, and with it those emptied before.
     *
     * Looking ahead for room is due to M. Aldinucci, M. Danelutto, P. Kilpatrick, M. Torquati, FastFlow: high-level and
     * efficient streaming on multi-core, 2012.
     */
    private static final int MAX_LOOK_AHEAD = 4096;
    private static final int CONSUMER = 1;
    private static final int PRODUCER = 2;
    private static final long FIRST_LOOK_NANOS = 1_000_000;
    private static final long LAST_LOOK_NANOS = 100_000_000;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(Object[].class);

    private final Object[] elements;
    private final int mask;
    private final int lookAhead;
    private final PaddedSide producer = new PaddedSide();
    private final PaddedSide consumer = new PaddedSide();
    private final Word sleepers = Memory.heap().newLine().word(0);
    private final Patience producerPatience;
    private final Patience consumerPatience;
    private final EventCount notEmpty = new EventCount(Memory.heap().newLine());
    private final EventCount notFull = new EventCount(Memory.heap().newLine());
    private final WaitStrategy waiting;

    /**
     * An empty buffer.
     *
     * @param capacity how many elements it holds, from 1 to 2^30; rounded up to a power of two
     * @throws IllegalArgumentException if the capacity is out of range
     */
    public SpscBuffer(int capacity) {
        this(capacity, WaitStrategy.ADAPTIVE);
    }

    /**
     * An empty buffer, whose callers wait as told.
     *
     * @param capacity how many elements it holds, from 1 to 2^30; rounded up to a power of two
     * @param waiting how {@code put} and {@code take} wait
     * @throws IllegalArgumentException if the capacity is out of range
     */
    public SpscBuffer(int capacity, WaitStrategy waiting) {
        int rounded = roundedUp(capacity);
        this.waiting = Objects.requireNonNull(waiting, "waiting");
        this.producerPatience = new Patience(Memory.heap(), waiting);
        this.consumerPatience = new Patience(Memory.heap(), waiting);
        this.mask = rounded - 1;
        this.lookAhead = Math.min(rounded / 4, MAX_LOOK_AHEAD);
        this.elements = new Object[rounded + 2 * PADDING];
    }

    @Override
    public boolean offer(E element) {
        Objects.requireNonNull(element, "element");
        long tail = producer.position; // plain: the producer's own
        if (tail >= producer.limit && !findRoom(tail)) {
            return false;
        }
        CELL.setRelease(elements, cell(tail), element); // E (release)
        producer.advance(tail + 1);
        if ((sleepers.getOpaque() & CONSUMER) != 0) { // opaque: a miss is made good by the sleeper, who looks again
            notEmpty.signal();
        }
        return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    public E poll() {
        long head = consumer.position; // plain: the consumer's own
        int cell = cell(head);
        E element = (E) CELL.getAcquire(elements, cell); // E (acquire)
        if (element == null) {
            return null;
        }
        CELL.setRelease(elements, cell, null); // F (release)
        consumer.advance(head + 1);
        if ((sleepers.getOpaque() & PRODUCER) != 0) { // opaque: a miss is made good by the sleeper, who looks again
            notFull.signal();
        }
        return element;
    }

    @Override
    @SuppressWarnings("unchecked")
    public E peek() {
        return (E) CELL.getAcquire(elements, cell(consumer.position)); // E (acquire)
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
        if (element == null) {
            awaitElement(Memory.NO_DEADLINE);
            element = poll();
        }
        return element;
    }

    @Override
    public E poll(long timeout, TimeUnit unit) throws InterruptedException {
        refuseInterrupted();
        E element = poll();
        if (element == null && awaitElement(Memory.heap().deadlineAfter(timeout, unit))) {
            element = poll();
        }
        return element;
    }

    @Override
    public int capacity() {
        return mask + 1;
    }

    @Override
    public int size() {
        long head = consumer.read();
        return (int) Math.min(Math.max(producer.read() - head, 0), capacity());
    }

    /** The elements that are there now, as they stand from head to tail. */
    @Override
    @SuppressWarnings("unchecked")
    public Iterator<E> iterator() {
        List<E> seen = new ArrayList<>();
        long end = producer.read();
        for (long position = consumer.read(); position < end; position++) {
            E element = (E) CELL.getAcquire(elements, cell(position)); // E (acquire)
            if (element != null) {
                seen.add(element);
            }
        }
        return Collections.unmodifiableList(seen).iterator();
    }

    private int cell(long position) {
        return PADDING + ((int) position & mask);
    }

    /** Moves the limit on, far if there is room far ahead. Says whether it has moved. */
    private boolean findRoom(long tail) {
        long ahead = tail + lookAhead;
        if (CELL.getAcquire(elements, cell(ahead)) == null) { // F (acquire)
            producer.limit = ahead + 1;
        } else if (CELL.getAcquire(elements, cell(tail)) == null) { // F (acquire)
            producer.limit = tail + 1;
        } else {
            return false;
        }
        return true;
    }

    private boolean awaitRoom(E element, long deadlineNanos) throws InterruptedException {
        BooleanSupplier attempt = () -> offer(element);
        return producerPatience.spin(producer.position, attempt) || sleep(notFull, PRODUCER, attempt, deadlineNanos);
    }

    private boolean awaitElement(long deadlineNanos) throws InterruptedException {
        BooleanSupplier attempt = () -> peek() != null;
        return consumerPatience.spin(consumer.position, attempt) || sleep(notEmpty, CONSUMER, attempt, deadlineNanos);
    }

    private boolean sleep(EventCount events, int self, BooleanSupplier attempt, long deadlineNanos)
            throws InterruptedException {
        sleepers.getAndAdd(self);
        try {
            for (long pause = FIRST_LOOK_NANOS; ; pause = Math.min(2 * pause, LAST_LOOK_NANOS)) {
                long slice = System.nanoTime() + pause;
                boolean last = deadlineNanos != Memory.NO_DEADLINE && deadlineNanos - slice <= 0;
                if (events.await(attempt, () -> {}, waiting, 0, last ? deadlineNanos : slice)) {
                    return true;
                }
                if (last) {
                    return false;
                }
            }
        } finally {
            sleepers.getAndAdd(-self);
        }
    }

    /** What one side writes, alone on its cache lines. */
    private static final class PaddedSide extends Side {
        @SuppressWarnings("unused")
        private long q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15;
    }

    private static class Before {
        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;
    }

    private static class Side extends Before {
        private static final VarHandle POSITION;

        static {
            try {
                POSITION = MethodHandles.lookup().findVarHandle(Side.class, "position", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        long position;
        long limit; // plain: the producer's own

        final void advance(long next) {
            POSITION.setOpaque(this, next); // opaque: others read it for size() alone
        }

        final long read() {
            return (long) POSITION.getOpaque(this);
        }
    }
}
