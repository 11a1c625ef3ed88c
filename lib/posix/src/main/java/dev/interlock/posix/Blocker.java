package dev.interlock.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a thread sleeps on beside the object for which it waits, so that it can be woken from within the JVM.
 *
 * <p>It is an {@link AbstractSelector} for one reason: between {@code begin()} and {@code end()} of that class,
 * {@link Thread#interrupt()} calls {@link #wakeup()}. No selecting takes place. The wake-up reaches the sleeper through
 * an eventfd (for poll) and a futex word (for futex_waitv); both stay set until the sleeper has seen them, so a wake-up
 * that comes before the thread sleeps is not lost. One that comes late, when the blocker serves another wait, is a
 * spurious wake-up there: every user looks again at what it waits for.
 */
final class Blocker extends AbstractSelector {
    /* The native memory: pollfd[2], timespec, futex_waitv[2], the futex word, what to write to and read from the eventfd. */
    private static final int POLLFDS = 0;
    private static final int POLLFD_BYTES = 8;
    private static final int POLLFD_EVENTS = 4;
    private static final int POLLFD_REVENTS = 6;
    private static final int TIMESPEC = 16;
    private static final int WAITERS = 32;
    static final int WAITER_BYTES = 24;
    static final int WAITER_ADDRESS = 8;
    static final int WAITER_FLAGS = 16;
    private static final int WORD = 80;
    private static final int ONE = 88;
    private static final int DRAIN = 96;
    private static final int BYTES = 104;

    static final int FUTEX2_SIZE_U32 = 2;

    /** Longer waits are without limit: 2^61 ns are 73 years. */
    private static final long FOREVER = 1L << 61;

    /** How often a thread looks for an interrupt where it cannot sleep on one. */
    private static final long SLICE_NANOS = 10_000_000;

    /** Idle blockers are kept up to this number; each holds a descriptor. */
    private static final int MOST_IDLE = 64;

    private static final Deque<Blocker> IDLE = new ConcurrentLinkedDeque<>();
    private static final AtomicInteger IDLE_COUNT = new AtomicInteger();

    /** False once the kernel has said that it is older than 5.16; false at once if the property says so (for tests). */
    private static volatile boolean hasWaitv = !Boolean.getBoolean("dev.interlock.posix.slices");

    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(BYTES + 8).alignedSlice(8).order(ByteOrder.nativeOrder());
    private final long address = LibC.address(memory);
    private int eventfd = -1; // made when it is needed: waits for a futex do without
    private boolean woken;

    private Blocker() {
        super(SelectorProvider.provider());
        memory.putShort(POLLFDS + POLLFD_BYTES + POLLFD_EVENTS, (short) LibC.POLLIN);
        memory.putLong(ONE, 1);
        memory.putLong(WAITERS + WAITER_ADDRESS, address + WORD);
        memory.putInt(WAITERS + WAITER_FLAGS, FUTEX2_SIZE_U32);
        memory.putInt(WAITERS + WAITER_BYTES + WAITER_FLAGS, FUTEX2_SIZE_U32);
    }

    static Blocker borrow() {
        Blocker idle = IDLE.pollFirst();
        if (idle == null) {
            return new Blocker();
        }
        IDLE_COUNT.decrementAndGet();
        return idle;
    }

    void giveBack() {
        calm();
        if (IDLE_COUNT.incrementAndGet() <= MOST_IDLE) {
            IDLE.addFirst(this);
        } else {
            IDLE_COUNT.decrementAndGet();
            dismiss();
        }
    }

    /** Ends the present wait, or else the next one. */
    @Override
    public synchronized Selector wakeup() {
        if (!woken) {
            woken = true;
            memory.putInt(WORD, 1);
            LibC.futexWake(address + WORD, 1);
            if (eventfd != -1) {
                LibC.write(eventfd, address + ONE, Long.BYTES);
            }
        }
        return this;
    }

    private synchronized void calm() {
        if (woken) {
            woken = false;
            memory.putInt(WORD, 0);
            if (eventfd != -1) {
                LibC.read(eventfd, address + DRAIN, Long.BYTES);
            }
        }
    }

    /** A wake-up that comes late finds no descriptor. */
    synchronized void dismiss() {
        if (eventfd != -1) {
            LibC.close(eventfd);
            eventfd = -1;
        }
    }

    /** The descriptor to poll for {@link #wakeup()}. */
    synchronized int eventfd() {
        if (eventfd == -1) {
            int made = LibC.eventfd(woken ? 1 : 0, LibC.O_CLOEXEC | LibC.O_NONBLOCK);
            if (made == -1) {
                throw PosixException.last("eventfd", "wake-up of a blocked thread");
            }
            eventfd = made;
            memory.putInt(POLLFDS + POLLFD_BYTES, made);
        }
        return eventfd;
    }

    /**
     * Sleeps until the descriptor is ready, closed or the time is over.
     *
     * @return what poll(2) reports; 0 when the time is over, the wait was ended by {@link #wakeup()} or for no reason
     */
    static int poll(Descriptor descriptor, int number, int events, long timeoutNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        int ready = poll(descriptor, number, events, timeoutNanos, true);
        if (ready == 0 && Thread.interrupted()) {
            throw new InterruptedException();
        }
        return ready;
    }

    /** As {@link #poll}, for channels, which see to interrupts themselves: they close the descriptor. */
    static int pollForChannel(Descriptor descriptor, int number, int events) {
        return poll(descriptor, number, events, Long.MAX_VALUE, false);
    }

    private static int poll(Descriptor descriptor, int number, int events, long timeoutNanos, boolean interruptible) {
        Blocker blocker = borrow();
        descriptor.sleepers().enter(blocker);
        try {
            blocker.eventfd();
            ByteBuffer memory = blocker.memory;
            memory.putInt(POLLFDS, number);
            memory.putShort(POLLFDS + POLLFD_EVENTS, (short) events);
            int ready = blocker.ppoll(blocker.address + POLLFDS, 2, timeoutNanos, interruptible);
            return ready == 0 ? 0 : memory.getShort(POLLFDS + POLLFD_REVENTS);
        } finally {
            descriptor.sleepers().leave(blocker);
            blocker.giveBack();
        }
    }

    /** The number of descriptors that are ready; 0 when the time is over or after EINTR. */
    int ppoll(long descriptors, long count, long timeoutNanos, boolean interruptible) {
        Scratch.putTimespec(memory, TIMESPEC, timeoutNanos);
        int ready;
        int errno;
        if (interruptible) {
            begin();
        }
        try {
            ready = LibC.ppoll(descriptors, count, address + TIMESPEC, 0);
            errno = ready == -1 ? LibC.errno() : 0;
        } finally {
            if (interruptible) {
                end();
            }
        }
        if (errno != 0 && errno != Errno.EINTR) {
            throw PosixException.of("ppoll", count + " descriptors", errno);
        }
        return Math.max(0, ready);
    }

    /**
     * Sleeps on a futex word, to be ended by an interrupt as well. A wake-up that was received is never thrown away.
     */
    Futex.Outcome await(long word, int expected, long timeoutNanos, Object object) throws InterruptedException {
        int errno = hasWaitv ? waitv(word, expected, timeoutNanos) : Errno.ENOSYS;
        if (errno == Errno.ENOSYS) {
            useSlices();
            return awaitInSlices(word, expected, timeoutNanos, object);
        }
        if (errno == -1 && Thread.interrupted()) {
            throw new InterruptedException();
        }
        return Futex.outcome("futex_waitv", object, Math.max(0, errno));
    }

    private static void useSlices() {
        hasWaitv = false;
    }

    /**
     * Waits for two words, the blocker's own first: the kernel reports the last of those woken, so that a wake-up of
     * the caller's word is reported even if both were.
     *
     * @return 0 if the caller's word was woken, -1 if the blocker's was, else the error number
     */
    private int waitv(long word, int expected, long timeoutNanos) {
        memory.putLong(WAITERS + WAITER_BYTES, expected & 0xffffffffL);
        memory.putLong(WAITERS + WAITER_BYTES + WAITER_ADDRESS, word);
        long deadline = 0;
        if (timeoutNanos < FOREVER) {
            deadline = address + TIMESPEC;
            LibC.clock_gettime(LibC.CLOCK_MONOTONIC, deadline);
            long now = Scratch.getTimespec(memory, TIMESPEC);
            Scratch.putTimespec(memory, TIMESPEC, now + Math.max(0, timeoutNanos));
        }
        begin();
        try {
            int woken = LibC.futexWaitv(address + WAITERS, 2, deadline);
            if (woken >= 0) {
                return woken - 1;
            }
            int errno = LibC.errno();
            return errno == Errno.EAGAIN && memory.getInt(WORD) != 0 ? -1 : errno;
        } finally {
            end();
        }
    }

    private Futex.Outcome awaitInSlices(long word, int expected, long timeoutNanos, Object object)
            throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, timeoutNanos);
        for (; ; ) {
            long remaining = deadline - System.nanoTime();
            Futex.Outcome outcome = Futex.await(word, expected, Math.min(remaining, SLICE_NANOS), object);
            if (outcome != Futex.Outcome.TIMED_OUT || remaining <= SLICE_NANOS) {
                return outcome;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (isWoken()) {
                return Futex.Outcome.WOKEN;
            }
        }
    }

    private synchronized boolean isWoken() {
        return woken;
    }

    @Override
    protected void implCloseSelector() {
        throw noSelector();
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
        throw noSelector();
    }

    @Override
    public Set<SelectionKey> keys() {
        throw noSelector();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        throw noSelector();
    }

    @Override
    public int selectNow() {
        throw noSelector();
    }

    @Override
    public int select(long timeout) {
        throw noSelector();
    }

    @Override
    public int select() {
        throw noSelector();
    }

    private static UnsupportedOperationException noSelector() {
        return new UnsupportedOperationException("a Blocker selects no " + SelectableChannel.class.getSimpleName());
    }
}
