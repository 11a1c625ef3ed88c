package dev.interlock.posix;

import java.util.concurrent.TimeUnit;

/**
 * A counter of 64 bits in the kernel on which threads wait: eventfd(2).
 *
 * <p>{@link #add(long)} increases the counter; {@link #take()} waits until it is not zero, and then takes all of it,
 * or, for a semaphore, takes one. Not fair. The wait ends also on an interrupt and when this object is closed. An add
 * <em>happens-before</em> what follows the take that received it.
 *
 * <p>Shared by whoever has the descriptor: children that a C program forks, or another process through
 * {@link #ofProcess(long, int)}. A {@link Poll} sees the counter as readable while it is not zero.
 */
public final class EventFd implements AutoCloseable, Pollable {
    /** The counter never exceeds 2^64 - 2. */
    private static final long REFUSED = -1;

    private final Descriptor descriptor;

    private EventFd(int number, String name) {
        this.descriptor = new Descriptor(number, name);
    }

    /**
     * Makes a counter of which a take receives everything: eventfd(2).
     *
     * @param initial the value at first, unsigned
     * @return the counter, to be closed
     * @throws PosixException EMFILE, ENFILE, ENOMEM
     */
    public static EventFd create(int initial) {
        return create(initial, 0);
    }

    /**
     * Makes a counter of which a take receives one: eventfd(2) with EFD_SEMAPHORE.
     *
     * @param initial the value at first, unsigned
     * @return the counter, to be closed
     * @throws PosixException EMFILE, ENFILE, ENOMEM
     */
    public static EventFd createSemaphore(int initial) {
        return create(initial, LibC.EFD_SEMAPHORE);
    }

    private static EventFd create(int initial, int flags) {
        LibC.require();
        int number = LibC.eventfd(initial, flags | LibC.O_CLOEXEC | LibC.O_NONBLOCK);
        if (number == -1) {
            throw PosixException.last("eventfd", "eventfd");
        }
        return new EventFd(number, "eventfd " + number);
    }

    /**
     * Duplicates the eventfd of another process: pidfd_getfd(2), Linux 5.6 and later. The caller needs the right to
     * trace that process; a parent has it for its children. From then on the descriptor does not block in any process
     * that has it: a C program must be ready for EAGAIN.
     *
     * @param pid the other process
     * @param descriptor its descriptor, which it tells by whatever means; see {@link #descriptor()}
     * @return the same counter, to be closed
     * @throws PosixException.AccessDenied if this process may not trace the other
     * @throws PosixException ESRCH if there is no such process, EBADF if it has no such descriptor; EMFILE, ENFILE;
     *     ENOSYS before Linux 5.6
     * @throws IllegalArgumentException if the pid is none
     */
    public static EventFd ofProcess(long pid, int descriptor) {
        LibC.require();
        String name = "descriptor " + descriptor + " of process " + pid;
        int number = Descriptor.ofProcess(pid, descriptor, name);
        EventFd eventFd = new EventFd(number, name);
        int flags = LibC.fcntl(number, LibC.F_GETFL, 0);
        if (flags == -1 || LibC.fcntl(number, LibC.F_SETFL, flags | LibC.O_NONBLOCK) == -1) {
            PosixException failure = PosixException.last("fcntl(F_SETFL)", name);
            eventFd.close();
            throw failure;
        }
        return eventFd;
    }

    /**
     * Increases the counter, waiting while it would exceed 2^64 - 2: write(2). The wait ends on an interrupt and on
     * {@link #close()}.
     *
     * @param value how much, unsigned, at most 2^64 - 2
     * @throws InterruptedException if the thread was interrupted during a wait
     * @throws PosixException EMFILE, ENFILE if it has to wait and there is no descriptor left for the wake-up
     * @throws IllegalArgumentException if the value is 2^64 - 1
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public void add(long value) throws InterruptedException {
        while (!tryAdd(value)) {
            await(LibC.POLLOUT, Long.MAX_VALUE);
        }
    }

    /**
     * Increases the counter unless it would exceed 2^64 - 2: write(2). Does not block.
     *
     * @param value how much, unsigned, at most 2^64 - 2
     * @return whether it was increased
     * @throws IllegalArgumentException if the value is 2^64 - 1
     * @throws IllegalStateException if this is closed
     */
    public boolean tryAdd(long value) {
        if (value == REFUSED) {
            throw new IllegalArgumentException("value 2^64 - 1 is too large");
        }
        Scratch scratch = Scratch.current();
        scratch.memory.putLong(0, value);
        int number = descriptor.acquire();
        try {
            while (LibC.write(number, scratch.address, Long.BYTES) == -1) {
                int errno = LibC.errno();
                if (errno == Errno.EAGAIN) {
                    return false;
                }
                if (errno != Errno.EINTR) {
                    throw PosixException.of("write", descriptor.object(), errno);
                }
            }
            return true;
        } finally {
            descriptor.release();
        }
    }

    /**
     * Waits until the counter is not zero and takes it, or one of it: read(2). The wait ends on an interrupt and on
     * {@link #close()}.
     *
     * @return what was taken, unsigned, not zero
     * @throws InterruptedException if the thread was interrupted during a wait
     * @throws PosixException EMFILE, ENFILE if it has to wait and there is no descriptor left for the wake-up
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public long take() throws InterruptedException {
        long taken = tryTake();
        while (taken == 0) {
            await(LibC.POLLIN, Long.MAX_VALUE);
            taken = tryTake();
        }
        return taken;
    }

    /**
     * Waits up to a time until the counter is not zero and takes it, or one of it: read(2). The wait ends also on an
     * interrupt and on {@link #close()}.
     *
     * @param timeout the longest wait; zero or less looks once
     * @param unit of the timeout
     * @return what was taken, unsigned; 0 when the time was over
     * @throws InterruptedException if the thread was interrupted during a wait
     * @throws PosixException EMFILE, ENFILE if it has to wait and there is no descriptor left for the wake-up
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public long take(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, unit.toNanos(timeout));
        long taken = tryTake();
        while (taken == 0) {
            long remaining = deadline - System.nanoTime();
            if (remaining <= 0) {
                return 0;
            }
            await(LibC.POLLIN, remaining);
            taken = tryTake();
        }
        return taken;
    }

    /**
     * Takes the counter, or one of it: read(2). Does not block.
     *
     * @return what was taken, unsigned; 0 if the counter is zero
     * @throws IllegalStateException if this is closed
     */
    public long tryTake() {
        Scratch scratch = Scratch.current();
        int number = descriptor.acquire();
        try {
            while (LibC.read(number, scratch.address, Long.BYTES) == -1) {
                int errno = LibC.errno();
                if (errno == Errno.EAGAIN) {
                    return 0;
                }
                if (errno != Errno.EINTR) {
                    throw PosixException.of("read", descriptor.object(), errno);
                }
            }
            return scratch.memory.getLong(0);
        } finally {
            descriptor.release();
        }
    }

    private void await(int events, long timeoutNanos) throws InterruptedException {
        int number = descriptor.acquire();
        try {
            Blocker.poll(descriptor, number, events, timeoutNanos);
        } finally {
            descriptor.release();
        }
    }

    /**
     * The number of the file descriptor, for native libraries and for {@link #ofProcess(long, int)}.
     *
     * @return the number, which is this object's until it is closed
     * @throws IllegalStateException if this is closed
     */
    public int descriptor() {
        return descriptor.number();
    }

    Descriptor polled() {
        return descriptor;
    }

    /** Closes the descriptor and ends the waits of this process on it. Further calls do nothing. */
    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "EventFd " + descriptor;
    }
}
