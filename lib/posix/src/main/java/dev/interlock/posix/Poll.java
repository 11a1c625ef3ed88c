package dev.interlock.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits for many pipes, FIFOs, message queues and eventfds at once: poll(2).
 *
 * <p>Level-triggered: an object is reported as long as it is ready. A wait ends when an object is ready, the time is
 * over, the thread is interrupted, or another thread calls {@link #wakeup()} or {@link #close()}. Objects may be added
 * and removed at any time, also during a wait, which then goes on with the new set; one that was closed leaves the set
 * by itself. One thread waits at a time; others queue behind it. The time of a wait is in proportion to the number of
 * objects, of which there may be as many as the process may have descriptors.
 *
 * <p>A source whose last writer is gone hangs up, and is reported in each wait: remove or close it. For a FIFO, to which
 * another writer may come, rather keep a sink of one's own open, and it never hangs up.
 *
 * <p>To wait for the JDK's own channels as well, use a {@link java.nio.channels.Selector} in a thread of its own; it
 * cannot take the objects of this package, nor this the JDK's.
 *
 * <pre>{@code
 * try (Poll poll = new Poll()) {
 *     poll.add(pipe.source(), Poll.Event.READ);
 *     poll.add(queue, Poll.Event.READ);
 *     for (Poll.Ready ready : poll.await()) { ... }
 * }
 * }</pre>
 */
public final class Poll implements AutoCloseable {
    /** What to wait for. A hang-up and an error are always reported. */
    public enum Event {
        /** There is something to read, or the end of the stream. */
        READ(LibC.POLLIN),
        /** There is room to write; for a pipe, at least for PIPE_BUF bytes. */
        WRITE(LibC.POLLOUT);

        private final int bit;

        Event(int bit) {
            this.bit = bit;
        }
    }

    /**
     * An object that is ready.
     *
     * @param object the object
     * @param isReadable whether a read finds data (POLLIN)
     * @param isWritable whether a write finds room (POLLOUT)
     * @param isHangUp whether the other side is gone (POLLHUP); data may be left to read
     * @param isError whether a write would break (POLLERR): a sink without a reader
     */
    public record Ready(Pollable object, boolean isReadable, boolean isWritable, boolean isHangUp, boolean isError) {
        private static Ready of(Pollable object, int events) {
            return new Ready(
                    object,
                    (events & LibC.POLLIN) != 0,
                    (events & LibC.POLLOUT) != 0,
                    (events & LibC.POLLHUP) != 0,
                    (events & (LibC.POLLERR | LibC.POLLNVAL)) != 0);
        }
    }

    /* struct pollfd: int descriptor, short events, short result. */
    private static final int POLLFD_BYTES = 8;
    private static final int RESULT = 6;

    private record Entry(Pollable object, Descriptor descriptor, int number, int events) {}

    private final ReentrantLock waiting = new ReentrantLock();

    /** The events of each object; guarded by this. */
    private final Map<Pollable, Integer> interests = new LinkedHashMap<>();

    private Blocker sleeper; // guarded by this
    private boolean wakeup; // guarded by this
    private boolean closed; // guarded by this

    /** The array of struct pollfd; guarded by {@code waiting}. */
    private ByteBuffer pollfds = ByteBuffer.allocateDirect(0);

    /** Makes an empty set. */
    public Poll() {
        LibC.require();
    }

    /**
     * Adds an object, or changes what it is waited for.
     *
     * @param object the object
     * @param first what to wait for
     * @param more what else
     * @throws IllegalStateException if this or the object is closed
     */
    public void add(Pollable object, Event first, Event... more) {
        int events = first.bit;
        for (Event event : more) {
            events |= event.bit;
        }
        descriptor(object).number(); // throws if closed
        synchronized (this) {
            checkOpen();
            interests.put(object, events);
            rouse();
        }
    }

    /**
     * Removes an object; nothing happens if it is not in the set.
     *
     * @param object the object
     */
    public synchronized void remove(Pollable object) {
        if (interests.remove(object) != null) {
            rouse();
        }
    }

    /**
     * How many objects are in the set, counting those closed since the last wait.
     *
     * @return the number
     */
    public synchronized int size() {
        return interests.size();
    }

    /**
     * Waits until an object is ready: poll(2).
     *
     * @return those that are; empty after {@link #wakeup()}
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws PosixException EMFILE, ENFILE if there is no descriptor left for the wake-up; ENOMEM
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public List<Ready> await() throws InterruptedException {
        return await(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    /**
     * Waits up to a time until an object is ready: poll(2).
     *
     * @param timeout the longest wait; zero or less looks once
     * @param unit of the timeout
     * @return those that are; empty when the time was over or after {@link #wakeup()}
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws PosixException EMFILE, ENFILE if there is no descriptor left for the wake-up; ENOMEM
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public List<Ready> await(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, unit.toNanos(timeout));
        if (!waiting.tryLock(Math.max(0, unit.toNanos(timeout)), TimeUnit.NANOSECONDS)) {
            return List.of();
        }
        try {
            for (; ; ) {
                long remaining = deadline - System.nanoTime();
                List<Ready> ready = pollOnce(remaining);
                if (takeWakeup() || !ready.isEmpty() || remaining <= 0) {
                    return ready;
                }
            }
        } finally {
            waiting.unlock();
        }
    }

    private synchronized boolean takeWakeup() {
        checkOpen();
        boolean taken = wakeup;
        wakeup = false;
        return taken;
    }

    private List<Ready> pollOnce(long remainingNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Blocker blocker = Blocker.borrow();
        List<Entry> entries = new ArrayList<>();
        try {
            enter(blocker, entries);
            int count = fill(blocker, entries);
            int ready = blocker.ppoll(LibC.address(pollfds), count, remainingNanos, true);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return ready == 0 ? List.of() : collect(entries);
        } finally {
            leave(blocker, entries);
            blocker.giveBack();
        }
    }

    /** Uses every descriptor of the set until {@link #leave}; those closed leave the set. */
    private synchronized void enter(Blocker blocker, List<Entry> entries) {
        checkOpen();
        sleeper = blocker;
        if (wakeup) {
            blocker.wakeup();
        }
        Iterator<Map.Entry<Pollable, Integer>> all = interests.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Pollable, Integer> interest = all.next();
            Descriptor descriptor = descriptor(interest.getKey());
            int number = descriptor.tryAcquire();
            if (number == -1) {
                all.remove();
            } else {
                entries.add(new Entry(interest.getKey(), descriptor, number, interest.getValue()));
                descriptor.sleepers().enter(blocker);
            }
        }
    }

    private synchronized void leave(Blocker blocker, List<Entry> entries) {
        sleeper = null;
        for (Entry entry : entries) {
            entry.descriptor.sleepers().leave(blocker);
            entry.descriptor.release();
        }
    }

    /** Writes the array for the kernel, the blocker's own descriptor first; returns its length. */
    private int fill(Blocker blocker, List<Entry> entries) {
        int bytes = (entries.size() + 1) * POLLFD_BYTES;
        if (pollfds.capacity() < bytes) {
            pollfds = ByteBuffer.allocateDirect(2 * bytes).order(ByteOrder.nativeOrder());
        }
        pollfds.clear();
        put(blocker.eventfd(), LibC.POLLIN);
        for (Entry entry : entries) {
            put(entry.number, entry.events);
        }
        return entries.size() + 1;
    }

    private void put(int number, int events) {
        pollfds.putInt(number).putShort((short) events).putShort((short) 0);
    }

    /** What was removed during the wait is ready in vain. */
    private synchronized List<Ready> collect(List<Entry> entries) {
        List<Ready> ready = new ArrayList<>();
        for (int index = 0; index < entries.size(); index++) {
            int result = pollfds.getShort((index + 1) * POLLFD_BYTES + RESULT);
            Entry entry = entries.get(index);
            if (result != 0 && interests.containsKey(entry.object) && !entry.descriptor.isClosed()) {
                ready.add(Ready.of(entry.object, result));
            }
        }
        return ready;
    }

    /** Ends the present wait, or else the next one, with an empty result (or with what is ready by then). */
    public synchronized void wakeup() {
        wakeup = true;
        rouse();
    }

    private void rouse() {
        if (sleeper != null) {
            sleeper.wakeup();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the poll is closed");
        }
    }

    /**
     * Ends the present wait with an exception, and lets go of all objects; they stay open. Further calls do nothing.
     */
    @Override
    public synchronized void close() {
        closed = true;
        interests.clear();
        rouse();
    }

    private static Descriptor descriptor(Pollable object) {
        if (object instanceof PipeEnd end) {
            return end.descriptor;
        }
        return object instanceof EventFd eventFd ? eventFd.polled() : ((MessageQueue) object).polled();
    }

    @Override
    public synchronized String toString() {
        return "Poll of " + interests.size() + " objects";
    }
}
