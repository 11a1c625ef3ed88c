package dev.interlock.posix;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A FIFO: a pipe with a name in the file system, between any processes. mkfifo(3), open(2).
 *
 * <p>Opening an end waits until some process has opened the other, as in C, unless the method says otherwise. A thread
 * that waits for that has nothing to sleep on but the first bytes that come; it looks around every 10 milliseconds,
 * which is how late it may see the other side. Meanwhile, a waiting source counts as a reader already, just as a process
 * blocked in open(2). The ends
 * behave as those of a {@link Pipe}; when all writers are gone the source is at its end, but may deliver again when
 * another writer comes.
 *
 * <p>Names that are symbolic links, or no FIFOs, are refused. Permission bits, 0600 unless given, are reduced by the
 * umask.
 *
 * <pre>{@code
 * Fifo fifo = Fifo.create(Path.of("/tmp/jobs"));
 * try (PipeSource source = fifo.openSource()) {
 *     source.read(buffer);
 * } finally {
 *     fifo.unlink();
 * }
 * }</pre>
 */
public final class Fifo {
    /* Implementation notes: why opening does not wait in the kernel
     * Only a signal ends open(2) early, as with FileLock. Opening the other end oneself would end it too, but also the
     * opens of all other processes that wait at this FIFO, which would find nobody there. Opened for both (O_RDWR), this
     * process would be the partner of all who come. inotify(7) reports an end when its open(2) returns: a reader that
     * is awaited here is by then itself still waiting for this writer. It would report a writer, whose open returns
     * because this source is there; but what counts of a writer is what it writes, and that ends the wait at once. */
    private static final int DEFAULT_MODE = 0600;

    private static final long SLICE_NANOS = 10_000_000;

    private final Path path;
    private final byte[] bytes;

    private Fifo(Path path) {
        this.path = path;
        this.bytes = Names.cString(path.toString());
    }

    /**
     * Makes a FIFO that only its owner reads and writes: mkfifo(3). Does not block.
     *
     * @param path where
     * @return the FIFO
     * @throws PosixException.AlreadyExists if there is any file
     * @throws PosixException.NotFound if the directory does not exist
     * @throws PosixException.AccessDenied if this user may not write the directory
     * @throws PosixException.NoSpace if the file system is full
     * @throws PosixException ENAMETOOLONG, ENOTDIR, ELOOP, EROFS
     */
    public static Fifo create(Path path) {
        return create(path, DEFAULT_MODE);
    }

    /**
     * Makes a FIFO: mkfifo(3). Does not block.
     *
     * @param path where
     * @param mode the permission bits, such as 0660; the umask of the process takes bits away
     * @return the FIFO
     * @throws PosixException.AlreadyExists if there is any file
     * @throws PosixException.NotFound if the directory does not exist
     * @throws PosixException.AccessDenied if this user may not write the directory
     * @throws PosixException.NoSpace if the file system is full
     * @throws PosixException ENAMETOOLONG, ENOTDIR, ELOOP, EROFS
     * @throws IllegalArgumentException if the mode has other bits than 0777
     */
    public static Fifo create(Path path, int mode) {
        LibC.require();
        Fifo fifo = new Fifo(path);
        if (LibC.mkfifo(fifo.bytes, Names.mode(mode)) == -1) {
            throw PosixException.last("mkfifo", path.toString());
        }
        return fifo;
    }

    /**
     * Names a FIFO that exists, or will when an end is opened.
     *
     * @param path where
     * @return the FIFO
     */
    public static Fifo of(Path path) {
        LibC.require();
        return new Fifo(path);
    }

    /**
     * The name.
     *
     * @return the path as given
     */
    public Path path() {
        return path;
    }

    /**
     * Removes the name: unlink(2). Who has an end open keeps it.
     *
     * @throws PosixException.NotFound if there is no such file
     * @throws PosixException.AccessDenied if this user may not write the directory
     */
    public void unlink() {
        if (LibC.unlink(bytes) == -1) {
            throw PosixException.last("unlink", path.toString());
        }
    }

    /**
     * Opens the end for reading, waiting for a writer: open(2). The wait ends also on an interrupt.
     *
     * @return the end, blocking, to be closed
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws PosixException.NotFound if there is no such file
     * @throws PosixException.AccessDenied if this user may not read it
     * @throws PosixException ELOOP, EMFILE, ENFILE
     * @throws IllegalArgumentException if the file is no FIFO
     */
    public PipeSource openSource() throws InterruptedException {
        PipeSource source = awaitWriter(Long.MAX_VALUE);
        while (source == null) {
            source = awaitWriter(Long.MAX_VALUE);
        }
        return source;
    }

    /**
     * Opens the end for reading, waiting for a writer up to a time: open(2). The wait ends also on an interrupt.
     *
     * @param timeout the longest wait; zero or less looks once
     * @param unit of the timeout
     * @return the end, blocking, to be closed
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws TimeoutException if no writer came
     * @throws PosixException as {@link #openSource()}
     * @throws IllegalArgumentException if the file is no FIFO
     */
    public PipeSource openSource(long timeout, TimeUnit unit) throws InterruptedException, TimeoutException {
        PipeSource source = awaitWriter(unit.toNanos(timeout));
        if (source == null) {
            throw new TimeoutException("no writer came to \"" + path + "\"");
        }
        return source;
    }

    /**
     * Opens the end for reading at once, by open(2) with O_NONBLOCK, whether there is a writer or not. Without one, a
     * read is at the end of the stream.
     *
     * @return the end, not blocking, to be closed
     * @throws PosixException as {@link #openSource()}
     * @throws IllegalArgumentException if the file is no FIFO
     */
    public PipeSource openSourceNonBlocking() {
        return new PipeSource(open(LibC.O_RDONLY), false);
    }

    /**
     * Opens the end for writing, waiting for a reader: open(2). The wait ends also on an interrupt.
     *
     * @return the end, blocking, to be closed
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws PosixException.NotFound if there is no such file
     * @throws PosixException.AccessDenied if this user may not write it
     * @throws PosixException ELOOP, EMFILE, ENFILE
     * @throws IllegalArgumentException if the file is no FIFO
     */
    public PipeSink openSink() throws InterruptedException {
        PipeSink sink = awaitReader(Long.MAX_VALUE);
        while (sink == null) {
            sink = awaitReader(Long.MAX_VALUE);
        }
        return sink;
    }

    /**
     * Opens the end for writing, waiting for a reader up to a time: open(2). The wait ends also on an interrupt.
     *
     * @param timeout the longest wait; zero or less looks once
     * @param unit of the timeout
     * @return the end, blocking, to be closed
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws TimeoutException if no reader came
     * @throws PosixException as {@link #openSink()}
     * @throws IllegalArgumentException if the file is no FIFO
     */
    public PipeSink openSink(long timeout, TimeUnit unit) throws InterruptedException, TimeoutException {
        PipeSink sink = awaitReader(unit.toNanos(timeout));
        if (sink == null) {
            throw new TimeoutException("no reader came to \"" + path + "\"");
        }
        return sink;
    }

    /**
     * Opens the end for writing at once: open(2) with O_NONBLOCK.
     *
     * @return the end, not blocking, to be closed
     * @throws PosixException.NoReader ENXIO if no process has the FIFO open for reading
     * @throws PosixException as {@link #openSink()}
     * @throws IllegalArgumentException if the file is no FIFO
     */
    public PipeSink openSinkNonBlocking() {
        return new PipeSink(open(LibC.O_WRONLY), false);
    }

    private Descriptor open(int access) {
        int number;
        do {
            // Never blocks: waiting, where it is wanted, is done here, where an interrupt can end it.
            number = LibC.open(bytes, access | LibC.O_NONBLOCK | LibC.O_CLOEXEC | LibC.O_NOFOLLOW, 0);
        } while (number == -1 && LibC.errno() == Errno.EINTR);
        if (number == -1) {
            throw PosixException.last("open", path.toString());
        }
        Descriptor descriptor = new Descriptor(number, path.toString());
        boolean fifo = false;
        try {
            Scratch scratch = Scratch.current();
            descriptor.call("statx", opened -> LibC.statx(opened, scratch.address));
            fifo = (scratch.memory.getShort(LibC.STATX_MODE) & LibC.S_IFMT) == LibC.S_IFIFO;
        } finally {
            if (!fifo) {
                descriptor.close();
            }
        }
        if (!fifo) {
            throw new IllegalArgumentException("\"" + path + "\" is no FIFO");
        }
        return descriptor;
    }

    /** Returns null when the time is over. */
    private PipeSink awaitReader(long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, timeoutNanos);
        for (; ; ) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            try {
                return new PipeSink(open(LibC.O_WRONLY), true);
            } catch (PosixException.NoReader e) {
                long remaining = deadline - System.nanoTime();
                if (remaining <= 0) {
                    return null;
                }
                TimeUnit.NANOSECONDS.sleep(Math.min(remaining, SLICE_NANOS));
            }
        }
    }

    /** Returns null when the time is over. */
    private PipeSource awaitWriter(long timeoutNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long deadline = System.nanoTime() + Math.max(0, timeoutNanos);
        Descriptor descriptor = open(LibC.O_RDONLY);
        boolean found = false;
        try (Pipe probe = Pipe.open()) {
            int number = descriptor.acquire();
            try {
                for (; ; ) {
                    long remaining = deadline - System.nanoTime();
                    // The poll sees data, or a writer that came and went: then the source was open together with it.
                    found = hasWriter(number, probe)
                            || Blocker.poll(descriptor, number, LibC.POLLIN, Math.min(remaining, SLICE_NANOS)) != 0;
                    if (found) {
                        return new PipeSource(descriptor, true);
                    }
                    if (remaining <= 0) {
                        return null;
                    }
                }
            } finally {
                descriptor.release();
            }
        } finally {
            if (!found) {
                descriptor.close();
            }
        }
    }

    /** tee(2) takes nothing from the FIFO. When that is empty, it tells whether there is a writer. */
    private boolean hasWriter(int number, Pipe probe) {
        int target = probe.sink().descriptor.acquire();
        try {
            long count = LibC.tee(number, target, 1, LibC.SPLICE_F_NONBLOCK);
            if (count == -1 && LibC.errno() != Errno.EAGAIN && LibC.errno() != Errno.EINTR) {
                throw PosixException.last("tee", path.toString());
            }
            return count != 0;
        } finally {
            probe.sink().descriptor.release();
        }
    }

    @Override
    public String toString() {
        return "Fifo " + path;
    }
}
