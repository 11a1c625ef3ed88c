package dev.interlock.posix;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Locks on ranges of bytes of a file or shared memory object, between processes and between threads: open file
 * description locks, fcntl(2).
 *
 * <p>The owner is the opening of the file, not the process or the thread: two openings conflict, also within one JVM
 * (unlike {@link java.nio.channels.FileLock}), while a lock taken twice through one opening is the same lock, converted
 * as asked. The kernel releases everything when the opening is closed for the last time, so also when the process is
 * killed. The bytes need not exist. Locks are advisory: they keep nobody from reading or writing.
 *
 * <p>A blocked thread has nothing to sleep on but the lock, so {@link #lock} and the timed
 * {@link #tryLock(long, long, boolean, long, TimeUnit)} try again and again, after pauses that grow from 50
 * microseconds to 10 milliseconds; between two of them another may overtake. Not fair. An unlock
 * <em>happens-before</em> what follows the next conflicting lock.
 */
public final class FileLock implements AutoCloseable {
    /* Implementation notes: why lock() does not wait in the kernel (F_OFD_SETLKW)
     * Only a signal ends that call early, and it may come just before the thread sleeps, where it is lost; a JVM has no
     * signal to spare either. Left to a thread of its own, the call goes on after its caller gave up: the lock comes
     * late, for an opening that may by then have taken the same range and would lose it when the late one is undone,
     * and as long as the call waits, closing the opening does not end it and so releases nothing. poll(2) does not
     * watch locks. So it is tried again and again; a try costs a system call, 100 of them a second. */
    private static final int F_RDLCK = 0;
    private static final int F_WRLCK = 1;
    private static final int F_UNLCK = 2;

    /* struct flock of 64-bit Linux: short type, short whence, long start, long length, int pid. */
    private static final int TYPE = 0;
    private static final int WHENCE = 2;
    private static final int START = 8;
    private static final int LENGTH = 16;
    private static final int PID = 24;

    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    private final Descriptor descriptor;
    private final boolean owner;

    /** With an owner, closing the locks closes the descriptor. */
    FileLock(Descriptor descriptor, boolean owner) {
        this.descriptor = descriptor;
        this.owner = owner;
    }

    /**
     * Opens an existing file for its locks by open(2), for reading and writing.
     *
     * @param path the file; a symbolic link is refused
     * @return the locks, to be closed
     * @throws PosixException.NotFound if there is no such file
     * @throws PosixException.AccessDenied if this user may not read and write it
     * @throws PosixException ELOOP, EISDIR, EMFILE, ENFILE
     */
    public static FileLock open(Path path) {
        LibC.require();
        String name = path.toString();
        byte[] bytes = Names.cString(name);
        for (; ; ) {
            int number = LibC.open(bytes, LibC.O_RDWR | LibC.O_CLOEXEC | LibC.O_NOFOLLOW, 0);
            if (number != -1) {
                return new FileLock(new Descriptor(number, name), true);
            }
            if (LibC.errno() != Errno.EINTR) {
                throw PosixException.last("open", name);
            }
        }
    }

    /**
     * Takes a lock if no other opening holds one that conflicts: fcntl(2) with F_OFD_SETLK. Does not block.
     *
     * @param position the first byte
     * @param length how many bytes; 0 is all that follow, however large the file grows
     * @param shared true for a lock that excludes only exclusive ones, false for one that excludes all
     * @return whether the lock is held now
     * @throws PosixException EBADF if the object was opened read-only and the lock is exclusive; ENOLCK
     * @throws IllegalArgumentException if the range is none
     * @throws IllegalStateException if the opening is closed
     */
    public boolean tryLock(long position, long length, boolean shared) {
        return set(position, length, shared ? F_RDLCK : F_WRLCK);
    }

    /**
     * Takes a lock, within a time. The wait ends also on an interrupt and on closing the opening.
     *
     * @param position the first byte
     * @param length how many bytes; 0 is all that follow, however large the file grows
     * @param shared true for a lock that excludes only exclusive ones, false for one that excludes all
     * @param timeout the longest wait; zero or less tries once
     * @param unit of the timeout
     * @return whether the lock is held now; false when the time was over
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws PosixException EBADF if the object was opened read-only and the lock is exclusive; ENOLCK
     * @throws IllegalArgumentException if the range is none
     * @throws IllegalStateException if the opening is closed, also during the wait
     */
    public boolean tryLock(long position, long length, boolean shared, long timeout, TimeUnit unit)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long deadline = System.nanoTime() + Math.max(0, unit.toNanos(timeout));
        long pause = FIRST_PAUSE_NANOS;
        while (!tryLock(position, length, shared)) {
            long remaining = deadline - System.nanoTime();
            if (remaining <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(pause, remaining));
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
        return true;
    }

    /**
     * Takes a lock, waiting as long as another opening holds one that conflicts. The wait ends also on an interrupt and
     * on closing the opening.
     *
     * @param position the first byte
     * @param length how many bytes; 0 is all that follow, however large the file grows
     * @param shared true for a lock that excludes only exclusive ones, false for one that excludes all
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws PosixException EBADF if the object was opened read-only and the lock is exclusive; ENOLCK
     * @throws IllegalArgumentException if the range is none
     * @throws IllegalStateException if the opening is closed, also during the wait
     */
    public void lock(long position, long length, boolean shared) throws InterruptedException {
        boolean locked;
        do {
            locked = tryLock(position, length, shared, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } while (!locked);
    }

    /**
     * Releases what this opening holds of a range: fcntl(2) with F_UNLCK. A lock that reaches beyond it is kept there.
     * No error if nothing was held.
     *
     * @param position the first byte
     * @param length how many bytes; 0 is all that follow
     * @throws PosixException ENOLCK if the system has no room for the two locks that are left of one
     * @throws IllegalArgumentException if the range is none
     * @throws IllegalStateException if the opening is closed
     */
    public void unlock(long position, long length) {
        set(position, length, F_UNLCK);
    }

    /**
     * Whether another opening, in this or any process, holds a lock on any byte of a range, shared or exclusive:
     * fcntl(2) with F_OFD_GETLK. By the time the answer is read, it may have changed.
     *
     * @param position the first byte
     * @param length how many bytes; 0 is all that follow
     * @return true if an exclusive lock would have to wait
     * @throws IllegalArgumentException if the range is none
     * @throws IllegalStateException if the opening is closed
     */
    public boolean isLockedByOther(long position, long length) {
        Scratch scratch = describe(position, length, F_WRLCK);
        int errno = fcntl(LibC.F_OFD_GETLK, scratch);
        if (errno != 0) {
            throw PosixException.of("fcntl(F_OFD_GETLK)", descriptor.object(), errno);
        }
        return scratch.memory.getShort(TYPE) != F_UNLCK;
    }

    private boolean set(long position, long length, int type) {
        int errno = fcntl(LibC.F_OFD_SETLK, describe(position, length, type));
        if (errno == 0) {
            return true;
        }
        if (errno == Errno.EAGAIN || errno == Errno.EACCES) {
            return false;
        }
        throw PosixException.of(
                "fcntl(F_OFD_SETLK)", descriptor.object(), errno, "position " + position + ", length " + length);
    }

    /** Returns the error number, or 0. */
    private int fcntl(int command, Scratch scratch) {
        int number = descriptor.acquire();
        try {
            int errno;
            do {
                errno = LibC.fcntl(number, command, scratch.address) == 0 ? 0 : LibC.errno();
            } while (errno == Errno.EINTR);
            return errno;
        } finally {
            descriptor.release();
        }
    }

    private static Scratch describe(long position, long length, int type) {
        if (position < 0 || length < 0 || position > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("no range of " + length + " bytes at " + position);
        }
        Scratch scratch = Scratch.current();
        scratch.memory.putShort(TYPE, (short) type);
        scratch.memory.putShort(WHENCE, (short) 0);
        scratch.memory.putLong(START, position);
        scratch.memory.putLong(LENGTH, length);
        scratch.memory.putInt(PID, 0); // demanded for these locks
        return scratch;
    }

    /**
     * Closes the opening, if this made it, and so releases all its locks; those of a {@link SharedMemory} go with that.
     */
    @Override
    public void close() {
        if (owner) {
            descriptor.close();
        }
    }

    @Override
    public String toString() {
        return "FileLock on " + descriptor;
    }
}
