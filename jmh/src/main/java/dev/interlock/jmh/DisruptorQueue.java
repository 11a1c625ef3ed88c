package dev.interlock.jmh;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.util.AbstractQueue;
import java.util.Collections;
import java.util.Iterator;

/** The Disruptor's ring behind the two verbs that it shares with queues: many producers, one consumer that polls. */
final class DisruptorQueue<E> extends AbstractQueue<E> {
    private final RingBuffer<Slot<E>> ring;
    private final EventPoller<Slot<E>> poller;
    private final EventPoller.Handler<Slot<E>> takeOne = this::take;
    private E taken;

    DisruptorQueue(int capacity) {
        ring = RingBuffer.createMultiProducer(Slot::new, capacity, new YieldingWaitStrategy());
        poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
    }

    @Override
    public boolean offer(E element) {
        return ring.tryPublishEvent((slot, sequence) -> slot.element = element);
    }

    @Override
    public E poll() {
        taken = null;
        try {
            poller.poll(takeOne);
        } catch (Exception e) {
            throw new IllegalStateException(e); // take throws nothing
        }
        return taken;
    }

    @Override
    public E peek() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterator<E> iterator() {
        return Collections.emptyIterator();
    }

    @Override
    public int size() {
        return (int) (ring.getCursor() - poller.getSequence().get());
    }

    /** Returns false: no more in this poll. */
    private boolean take(Slot<E> slot, long sequence, boolean endOfBatch) {
        taken = slot.element;
        slot.element = null;
        return false;
    }

    private static final class Slot<E> {
        private E element;
    }
}
