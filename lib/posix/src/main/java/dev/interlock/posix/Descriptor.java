package dev.interlock.posix;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/**
 * A file descriptor that is closed once, and never while a call uses it: the number could belong to another file by
 * then.
 *
 * <p>State: {@code [closed:1][users:31]}. The descriptor is closed by whoever makes the state "closed, no users".
 */
final class Descriptor {
    private static final int CLOSED = 1 << 31;

    private final int number;
    private final String object;
    private final AtomicInteger state = new AtomicInteger();

    private final Sleepers sleepers = new Sleepers(this::isClosed);

    Descriptor(int number, String object) {
        this.number = number;
        this.object = object;
    }

    /** Duplicates a descriptor of another process; the new one is close-on-exec. */
    static int ofProcess(long pid, int descriptor, String object) {
        if (pid <= 0 || pid > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("pid " + pid + " is none");
        }
        int process = LibC.pidfdOpen((int) pid);
        if (process == -1) {
            throw PosixException.last("pidfd_open", object);
        }
        try {
            int duplicate = LibC.pidfdGetfd(process, descriptor);
            if (duplicate == -1) {
                throw PosixException.last("pidfd_getfd", object);
            }
            return duplicate;
        } finally {
            LibC.close(process);
        }
    }

    String object() {
        return object;
    }

    /** Returns the number, which stays open until {@link #release()}. */
    int acquire() {
        int users = tryAcquire();
        if (users < 0) {
            throw new IllegalStateException("\"" + object + "\" is closed");
        }
        return users;
    }

    /** The number, without a guarantee that it stays open. */
    int number() {
        acquire();
        release();
        return number;
    }

    /** As {@link #acquire()}, but -1 if the descriptor is closed. */
    int tryAcquire() {
        for (; ; ) {
            int current = state.get();
            if (current < 0) {
                return -1;
            }
            if (state.compareAndSet(current, current + 1)) {
                return number;
            }
        }
    }

    void release() {
        if (state.decrementAndGet() == CLOSED) {
            LibC.close(number); // an error tells nothing here: the number is free in any case
        }
    }

    /**
     * Makes a call with the number, again after EINTR.
     *
     * @param name of the call, for the exception
     * @param call returns -1 and leaves an error number if it fails
     * @return what the call returned
     */
    int call(String name, String detail, IntUnaryOperator call) {
        acquire();
        try {
            for (; ; ) {
                int result = call.applyAsInt(number);
                if (result != -1) {
                    return result;
                }
                int errno = LibC.errno();
                if (errno != Errno.EINTR) {
                    throw PosixException.of(name, object, errno, detail);
                }
            }
        } finally {
            release();
        }
    }

    int call(String name, IntUnaryOperator call) {
        return call(name, "", call);
    }

    boolean isClosed() {
        return state.get() < 0;
    }

    /** Wakes those who sleep on the descriptor; the last user closes it. */
    void close() {
        int before = state.getAndUpdate(current -> current | CLOSED);
        if (before == 0) {
            LibC.close(number);
        } else if (before > 0) {
            sleepers.wake();
        }
    }

    /** The threads that sleep on this descriptor. */
    Sleepers sleepers() {
        return sleepers;
    }

    @Override
    public String toString() {
        return object + (isClosed() ? " (closed)" : "");
    }
}
