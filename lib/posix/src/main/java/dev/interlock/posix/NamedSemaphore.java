package dev.interlock.posix;

import java.nio.ByteBuffer;

/**
 * A POSIX semaphore with a name: sem_open(3). What it does is with {@link PosixSemaphore}.
 *
 * <p>It exists until the name is unlinked and the last process has closed it; a crash removes nothing. Permission bits,
 * 0600 unless given, are reduced by the umask. The C library refuses a symbolic link in its place (ELOOP).
 *
 * <pre>{@code
 * try (NamedSemaphore slots = NamedSemaphore.open("/slots", Creation.OPEN_OR_CREATE, 0600, 4)) {
 *     slots.acquire();
 *     try {
 *         work();
 *     } finally {
 *         slots.release();
 *     }
 * }
 * }</pre>
 */
public final class NamedSemaphore extends PosixSemaphore {
    /** Linux keeps the name as a file "sem.name". */
    private static final int NAME_LIMIT = Names.NAME_MAX - "sem.".length();

    private static final long FAILED = 0;

    /** What no semaphore has. */
    private static final int NO_VALUE = -1;

    private final boolean creator;

    private NamedSemaphore(String name, ByteBuffer cell, boolean creator, Way way) {
        super(name, cell, way);
        this.creator = creator;
    }

    /**
     * Opens an existing semaphore: sem_open(3). Does not block.
     *
     * @param name a slash and 1 to 251 further bytes of UTF-8 without a slash
     * @return the semaphore, to be closed
     * @throws PosixException.NotFound if it does not exist
     * @throws PosixException.AccessDenied if this user may not read and write it
     * @throws PosixException EINVAL if it is an empty file, ELOOP, EMFILE, ENFILE, ENOMEM
     * @throws IllegalArgumentException if the name is none
     */
    public static NamedSemaphore open(String name) {
        return open(name, Creation.OPEN, SharedMemory.DEFAULT_MODE, 0);
    }

    /**
     * Opens a semaphore: sem_open(3). Does not block.
     *
     * @param name a slash and 1 to 251 further bytes of UTF-8 without a slash
     * @param creation whether to make or to find it
     * @param mode the permission bits of a new semaphore, such as 0660 (read and write go together); the umask takes
     *     bits away
     * @param permits how many permits a new one has
     * @return the semaphore, to be closed
     * @throws PosixException.AlreadyExists if it is to be new and is not
     * @throws PosixException.NotFound if it is to be found and does not exist
     * @throws PosixException.AccessDenied if this user may not read and write it
     * @throws PosixException.NoSpace if the file system of shared memory has no room for another file
     * @throws PosixException EINVAL if it is an empty file, ELOOP, EMFILE, ENFILE, ENOMEM
     * @throws IllegalArgumentException if the name is none, the permits negative, or the mode has other bits than 0777
     */
    public static NamedSemaphore open(String name, Creation creation, int mode, int permits) {
        LibC.require();
        return open(name, creation, mode, permits, Way.best());
    }

    static NamedSemaphore open(String name, Creation creation, int mode, int permits, Way way) {
        byte[] path = Names.object(name, NAME_LIMIT);
        Names.mode(mode);
        UnnamedSemaphore.checkPermits(permits);
        Mapping.makeRoom(name);
        for (; ; ) {
            if (creation != Creation.CREATE_NEW) {
                long found = LibC.sem_open(path, 0, 0, 0);
                if (found != FAILED) {
                    return wrap(name, found, false, way);
                }
                int errno = LibC.errno();
                if (errno != Errno.EINTR && (creation == Creation.OPEN || errno != Errno.ENOENT)) {
                    throw PosixException.of("sem_open", name, errno);
                }
                if (errno == Errno.EINTR) {
                    continue;
                }
            }
            long made = LibC.sem_open(path, LibC.O_CREAT | LibC.O_EXCL, mode, permits);
            if (made != FAILED) {
                return wrap(name, made, true, way);
            }
            int errno = LibC.errno();
            if (errno != Errno.EINTR && (creation == Creation.CREATE_NEW || errno != Errno.EEXIST)) {
                throw PosixException.of("sem_open", name, errno);
            }
        }
    }

    private static NamedSemaphore wrap(String name, long address, boolean creator, Way way) {
        // The C library maps whatever file it finds; of an empty one, the first access would end the JVM.
        if (LibC.futexWait(address, NO_VALUE, Scratch.current().timespec(0)) == -1 && LibC.errno() == Errno.EFAULT) {
            LibC.sem_close(address);
            throw PosixException.of("sem_open", name, Errno.EINVAL, "the file of this name is no semaphore");
        }
        // Deferred until nobody can be using the memory: sem_close unmaps it.
        ByteBuffer cell = Mapping.adopt(LibC.buffer(address, UnnamedSemaphore.BYTES), () -> LibC.sem_close(address));
        return new NamedSemaphore(name, cell, creator, way);
    }

    /**
     * Removes a name: sem_unlink(3). Who has the semaphore open, also who waits on it, goes on with it.
     *
     * @param name the name of a semaphore
     * @throws PosixException.NotFound if there is none
     * @throws PosixException.AccessDenied if this user may not
     * @throws IllegalArgumentException if the name is none
     */
    public static void unlink(String name) {
        LibC.require();
        if (LibC.sem_unlink(Names.object(name, NAME_LIMIT)) == -1) {
            throw PosixException.last("sem_unlink", name);
        }
    }

    /**
     * Whether this call to open made the semaphore.
     *
     * @return true if it did not exist before
     */
    public boolean isCreator() {
        return creator;
    }
}
