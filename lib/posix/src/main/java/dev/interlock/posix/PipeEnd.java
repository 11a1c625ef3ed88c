package dev.interlock.posix;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * One end of a pipe or FIFO. Its descriptor never blocks; a call that should block sleeps in poll(2), where an
 * interrupt and a close reach it.
 */
abstract class PipeEnd extends AbstractInterruptibleChannel {
    final Descriptor descriptor;
    private volatile boolean blocking;

    PipeEnd(Descriptor descriptor, boolean blocking) {
        this.descriptor = descriptor;
        this.blocking = blocking;
    }

    /**
     * Whether reading or writing waits until it can move at least one byte.
     *
     * @return true unless switched off
     */
    public final boolean isBlocking() {
        return blocking;
    }

    /**
     * Chooses whether reading or writing waits until it can move at least one byte. Concerns this end in this process
     * alone.
     *
     * @param block false to return 0 instead of waiting
     */
    public final void configureBlocking(boolean block) {
        blocking = block;
    }

    /**
     * How many bytes the pipe holds before a writer has to wait: fcntl(F_GETPIPE_SZ), 65536 unless changed.
     *
     * @return bytes
     * @throws IllegalStateException if this end is closed
     */
    public final int capacity() {
        return fcntl("fcntl(F_GETPIPE_SZ)", LibC.F_GETPIPE_SZ, 0);
    }

    /**
     * Changes how many bytes the pipe holds: fcntl(F_SETPIPE_SZ).
     *
     * @param bytes the least capacity; the kernel rounds it up to pages and to a power of two
     * @return the capacity now
     * @throws PosixException.AccessDenied if an unprivileged user asks for more than /proc/sys/fs/pipe-max-size
     * @throws PosixException EBUSY if the pipe holds more than that at the moment
     * @throws IllegalArgumentException if the capacity is zero or negative
     * @throws IllegalStateException if this end is closed
     */
    public final int capacity(int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("capacity " + bytes + " is not positive");
        }
        return fcntl("fcntl(F_SETPIPE_SZ)", LibC.F_SETPIPE_SZ, bytes);
    }

    private int fcntl(String call, int command, int argument) {
        return descriptor.call(call, number -> LibC.fcntl(number, command, argument));
    }

    /** The path by which this process opens the end anew: blocking, inherited, with a life of its own. */
    final File path() {
        return new File("/proc/self/fd/" + descriptor.number());
    }

    final int enter() throws ClosedChannelException {
        int number = descriptor.tryAcquire();
        if (number == -1) {
            throw new ClosedChannelException();
        }
        return number;
    }

    final PosixException failure(String call, int errno) {
        return PosixException.of(call, descriptor.object(), errno);
    }

    /** Closes; no exception can occur. */
    final void shut() {
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected final void implCloseChannel() {
        descriptor.close();
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + " of " + descriptor;
    }
}
