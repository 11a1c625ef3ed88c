package dev.interlock.buffer;

import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;

/** What the buffers of references have in common: the parts of {@link BlockingQueue} that follow from the others. */
abstract class BlockingBuffer<E> extends AbstractQueue<E> implements BlockingQueue<E> {
    static final int MAX_CAPACITY = 1 << 30;

    /** So many cells before the first and after the last one are not used: others' lines, and the array's own header. */
    static final int PADDING = 32;

    static int checkedCapacity(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity: " + capacity + " is not within 1 to " + MAX_CAPACITY);
        }
        return capacity;
    }

    static int roundedUp(int capacity) {
        return checkedCapacity(capacity) == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
    }

    static void refuseInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /**
     * How many elements the buffer holds.
     *
     * @return the capacity
     */
    public abstract int capacity();

    @Override
    public int remainingCapacity() {
        return capacity() - size();
    }

    @Override
    public int drainTo(Collection<? super E> target) {
        return drainTo(target, Integer.MAX_VALUE);
    }

    /**
     * Moves elements that are there to a collection, one by one. Never blocks.
     *
     * @param target where they go; not this buffer
     * @param most how many at most; zero or less moves none
     * @return how many were moved
     */
    @Override
    public int drainTo(Collection<? super E> target, int most) {
        Objects.requireNonNull(target, "target");
        if (target == this) {
            throw new IllegalArgumentException("drained into itself");
        }
        int moved = 0;
        while (moved < most) {
            E element = poll();
            if (element == null) {
                break;
            }
            target.add(element);
            moved++;
        }
        return moved;
    }

    /**
     * Not supported: an element leaves the buffer at its head.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public boolean remove(Object element) {
        throw new UnsupportedOperationException("elements leave at the head");
    }

    /**
     * Not supported: an element leaves the buffer at its head.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public boolean removeAll(Collection<?> elements) {
        throw new UnsupportedOperationException("elements leave at the head");
    }

    /**
     * Not supported: an element leaves the buffer at its head.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public boolean retainAll(Collection<?> elements) {
        throw new UnsupportedOperationException("elements leave at the head");
    }

    /** How full it is, for people. */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + size() + " of " + capacity() + "]";
    }
}
