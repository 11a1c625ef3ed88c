package dev.interlock.posix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A POSIX shared memory object: bytes that any process with the name and the permission maps into its own memory.
 *
 * <p>No method waits for another process. The handle may be used by any number of threads; what the mapped buffers hold
 * is theirs to agree about (see {@link FileLock}, {@link Futex}, {@link UnnamedSemaphore}).
 *
 * <p>The object exists until it is unlinked <em>and</em> the last process has closed and unmapped it; a crash removes
 * nothing. {@link #close()} closes the descriptor only: a buffer stays valid as long as it is reachable, and its
 * mapping goes when the garbage collector finds the last view of it unreachable. Use after close throws
 * {@link IllegalStateException}.
 *
 * <p>A new object has size zero. {@link #reserve(long)} makes it larger and the kernel promise the pages; after
 * {@link #resize(long)} alone, the first access to a page that the file system cannot supply raises SIGBUS, which the
 * JVM reports as an {@link InternalError} at best. So does an access beyond the end after another process shortened the
 * object: never shorten what others have mapped.
 *
 * <p>Permission bits, 0600 unless given, are reduced by the umask of the process, as in C; {@link #chmod(int)} sets
 * them whatever the umask is. The descriptor is close-on-exec, and a symbolic link in the place of an object is refused
 * (ELOOP).
 *
 * <pre>{@code
 * try (SharedMemory memory = SharedMemory.open("/orders", Creation.CREATE_NEW)) {
 *     memory.reserve(4096);
 *     memory.map().putInt(0, 42);
 * } finally {
 *     SharedMemory.unlink("/orders");
 * }
 * }</pre>
 *
 * <p>Binds shm_open(3), ftruncate(2), posix_fallocate(3), statx(2), fchmod(2), mmap(2), msync(2), munmap(2),
 * shm_unlink(3), memfd_create(2) and pidfd_getfd(2).
 */
public final class SharedMemory implements AutoCloseable {
    /** Only the owner reads and writes. */
    static final int DEFAULT_MODE = 0600;

    private static final int PERMISSIONS = 07777;

    private static final Path DIRECTORY = Path.of("/dev/shm");

    /** Names of this form are semaphores of glibc. */
    private static final String SEMAPHORE_PREFIX = "sem.";

    /** The kernel puts "memfd:" before the label. */
    private static final int LABEL_MAX = 249;

    private final String name;
    private final Descriptor descriptor;
    private final boolean creator;
    private final boolean readOnly;

    private SharedMemory(String name, int number, boolean creator, boolean readOnly) {
        this.name = name;
        this.descriptor = new Descriptor(number, name);
        this.creator = creator;
        this.readOnly = readOnly;
    }

    /**
     * Opens an object for reading and writing: shm_open(3). A new one gets the permission bits 0600.
     *
     * @param name a slash and 1 to 255 further bytes of UTF-8 without a slash
     * @param creation whether to make or to find it
     * @return the object, to be closed
     * @throws PosixException.AlreadyExists if it is to be new and is not
     * @throws PosixException.NotFound if it is to be found and does not exist
     * @throws PosixException.AccessDenied if this user may not open it
     * @throws PosixException.NoSpace if the file system of shared memory has no room for another file
     * @throws PosixException EMFILE, ENFILE, ELOOP
     * @throws IllegalArgumentException if the name is none
     */
    public static SharedMemory open(String name, Creation creation) {
        return open(name, creation, DEFAULT_MODE);
    }

    /**
     * Opens an object for reading and writing: shm_open(3).
     *
     * @param name a slash and 1 to 255 further bytes of UTF-8 without a slash
     * @param creation whether to make or to find it
     * @param mode the permission bits of a new object, such as 0660; the umask of the process takes bits away
     * @return the object, to be closed
     * @throws PosixException.AlreadyExists if it is to be new and is not
     * @throws PosixException.NotFound if it is to be found and does not exist
     * @throws PosixException.AccessDenied if this user may not open it
     * @throws PosixException.NoSpace if the file system of shared memory has no room for another file
     * @throws PosixException EMFILE, ENFILE, ELOOP
     * @throws IllegalArgumentException if the name is none, or the mode has other bits than 0777
     */
    public static SharedMemory open(String name, Creation creation, int mode) {
        LibC.require();
        byte[] path = Names.object(name, Names.NAME_MAX);
        Names.mode(mode);
        // Finding and making are two calls: with O_CREAT, Linux may refuse to open another user's object in a sticky
        // directory
        // (fs.protected_regular), and nobody could tell who made it.
        for (; ; ) {
            if (creation != Creation.CREATE_NEW) {
                int found = shmOpen(path, LibC.O_RDWR, 0);
                if (found != -1) {
                    return new SharedMemory(name, found, false, false);
                }
                if (creation == Creation.OPEN || LibC.errno() != Errno.ENOENT) {
                    throw PosixException.last("shm_open", name);
                }
            }
            int made = shmOpen(path, LibC.O_RDWR | LibC.O_CREAT | LibC.O_EXCL, mode);
            if (made != -1) {
                return new SharedMemory(name, made, true, false);
            }
            if (creation == Creation.CREATE_NEW || LibC.errno() != Errno.EEXIST) {
                throw PosixException.last("shm_open", name);
            }
        }
    }

    /**
     * Opens an existing object for reading only: shm_open(3). Its buffers are read-only; writing to one throws
     * {@link java.nio.ReadOnlyBufferException}.
     *
     * @param name a slash and 1 to 255 further bytes of UTF-8 without a slash
     * @return the object, to be closed
     * @throws PosixException.NotFound if it does not exist
     * @throws PosixException.AccessDenied if this user may not read it
     * @throws PosixException EMFILE, ENFILE, ELOOP
     * @throws IllegalArgumentException if the name is none
     */
    public static SharedMemory openReadOnly(String name) {
        LibC.require();
        int found = shmOpen(Names.object(name, Names.NAME_MAX), LibC.O_RDONLY, 0);
        if (found == -1) {
            throw PosixException.last("shm_open", name);
        }
        return new SharedMemory(name, found, false, true);
    }

    /**
     * Makes an object without a name: memfd_create(2). It goes with the last process that has it open or mapped.
     * Another process gets at it by {@link #ofProcess(long, int)}.
     *
     * @param label what appears in /proc/self/maps, up to 249 bytes; need not be unique
     * @return the object, empty, to be closed
     * @throws PosixException EMFILE, ENFILE, ENOMEM
     * @throws IllegalArgumentException if the label is too long or holds a NUL
     */
    public static SharedMemory anonymous(String label) {
        LibC.require();
        byte[] bytes = Names.cString(label);
        if (bytes.length > LABEL_MAX + 1) {
            throw new IllegalArgumentException("label \"" + label + "\" is longer than " + LABEL_MAX + " bytes");
        }
        ByteBuffer scratch = Scratch.current().memory;
        scratch.put(0, bytes);
        int number = LibC.memfdCreate(Scratch.current().address, LibC.MFD_CLOEXEC);
        if (number == -1) {
            throw PosixException.last("memfd_create", label);
        }
        return new SharedMemory("memfd:" + label, number, true, false);
    }

    /**
     * Duplicates a descriptor of another process, such as that of an anonymous object: pidfd_getfd(2), Linux 5.6 and
     * later. The caller needs the right to trace that process; a parent has it for its children.
     *
     * @param pid the other process
     * @param descriptor its descriptor, open for reading and writing, which it tells by whatever means; see
     *     {@link #descriptor()}
     * @return the object, to be closed
     * @throws PosixException.AccessDenied if this process may not trace the other
     * @throws PosixException ESRCH if there is no such process, EBADF if it has no such descriptor; EMFILE, ENFILE;
     *     ENOSYS before Linux 5.6
     * @throws IllegalArgumentException if the pid is none
     */
    public static SharedMemory ofProcess(long pid, int descriptor) {
        LibC.require();
        String object = "descriptor " + descriptor + " of process " + pid;
        return new SharedMemory(object, Descriptor.ofProcess(pid, descriptor, object), false, false);
    }

    /**
     * Whether there is an object of a name; by the time the answer is read, that may have changed.
     *
     * @param name the name
     * @return true if there is one, whoever may open it
     * @throws PosixException ELOOP if a symbolic link is in its place; EMFILE, ENFILE
     * @throws IllegalArgumentException if the name is none
     */
    public static boolean exists(String name) {
        LibC.require();
        int found = shmOpen(Names.object(name, Names.NAME_MAX), LibC.O_RDONLY, 0);
        if (found != -1) {
            LibC.close(found);
            return true;
        }
        int errno = LibC.errno();
        if (errno != Errno.ENOENT && errno != Errno.EACCES) {
            throw PosixException.of("shm_open", name, errno);
        }
        return errno == Errno.EACCES;
    }

    /**
     * The names of all objects, of any user, without glibc's named semaphores, which live in the same place (musl's
     * cannot be told apart). POSIX has no such call: this reads the directory /dev/shm.
     *
     * @return the names, with their slashes, in the order of the alphabet
     * @throws UncheckedIOException if the directory cannot be read
     */
    public static List<String> list() {
        LibC.require();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> file.getFileName().toString())
                    .filter(file -> !file.startsWith(SEMAPHORE_PREFIX))
                    .map(file -> "/" + file)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a mapped buffer through to its file: msync(2) with MS_SYNC. Of no effect on shared memory, which is in
     * memory alone; here for mapped files of other origin.
     *
     * @param buffer a mapped buffer
     * @throws IllegalArgumentException if the buffer is not direct
     * @throws PosixException EIO, ENOMEM
     */
    public static void sync(ByteBuffer buffer) {
        LibC.require();
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("only a mapped buffer can be written through, not " + buffer);
        }
        Mapping.sync(buffer);
    }

    private static int shmOpen(byte[] path, int flags, int mode) {
        for (; ; ) {
            // glibc and musl add both flags themselves; POSIX asks only for the first.
            int number = LibC.shm_open(path, flags | LibC.O_CLOEXEC | LibC.O_NOFOLLOW, mode);
            if (number != -1 || LibC.errno() != Errno.EINTR) {
                return number;
            }
        }
    }

    /**
     * Removes a name: shm_unlink(3). Who has the object open or mapped keeps it; the name is free at once.
     *
     * @param name the name of an object
     * @throws PosixException.NotFound if there is none
     * @throws PosixException.AccessDenied if this user may not
     * @throws IllegalArgumentException if the name is none
     */
    public static void unlink(String name) {
        LibC.require();
        if (LibC.shm_unlink(Names.object(name, Names.NAME_MAX)) == -1) {
            throw PosixException.last("shm_unlink", name);
        }
    }

    /**
     * The name by which this was opened.
     *
     * @return the name, with its slash
     */
    public String name() {
        return name;
    }

    /**
     * Whether this call to open made the object.
     *
     * @return true if it did not exist before
     */
    public boolean isCreator() {
        return creator;
    }

    /**
     * Whether the object was opened for reading only.
     *
     * @return true if its buffers are read-only
     */
    public boolean isReadOnly() {
        return readOnly;
    }

    /**
     * The present size, as of fstat(2); any process may change it.
     *
     * @return bytes
     * @throws IllegalStateException if this is closed
     */
    public long size() {
        return stat().getLong(LibC.STATX_SIZE);
    }

    /**
     * Whether the object still has a name, as of fstat(2). An opener that waited for a lock asks again afterwards: the
     * object may have been unlinked and made anew meanwhile.
     *
     * @return false once it was unlinked
     * @throws IllegalStateException if this is closed
     */
    public boolean isLinked() {
        return stat().getInt(LibC.STATX_NLINK) > 0;
    }

    /**
     * The permission bits, as of fstat(2).
     *
     * @return such as 0600
     * @throws IllegalStateException if this is closed
     */
    public int mode() {
        return stat().getShort(LibC.STATX_MODE) & PERMISSIONS;
    }

    /**
     * The user to whom the object belongs, as of fstat(2); to be checked before one trusts what others may have put
     * under a known name.
     *
     * @return the user id
     * @throws IllegalStateException if this is closed
     */
    public int owner() {
        return stat().getInt(LibC.STATX_UID);
    }

    private ByteBuffer stat() {
        Scratch scratch = Scratch.current();
        descriptor.call("statx", number -> LibC.statx(number, scratch.address));
        return scratch.memory;
    }

    /**
     * Sets the permission bits, whatever the umask is: fchmod(2).
     *
     * @param mode the bits, such as 0660
     * @throws PosixException.AccessDenied if the object belongs to another user
     * @throws IllegalArgumentException if there are other bits than 0777
     * @throws IllegalStateException if this is closed
     */
    public void chmod(int mode) {
        Names.mode(mode);
        descriptor.call("fchmod", number -> LibC.fchmod(number, mode));
    }

    /**
     * Sets the size: ftruncate(2). New bytes are zero, and their pages are not reserved. See the class comment about
     * the dangers of both shortening and not reserving.
     *
     * @param bytes the size, positive
     * @throws PosixException EFBIG, or EINVAL if this is read-only
     * @throws IllegalArgumentException if the size is zero or negative
     * @throws IllegalStateException if this is closed
     */
    public void resize(long bytes) {
        checkSize(bytes);
        descriptor.call("ftruncate", bytes + " bytes", number -> LibC.ftruncate(number, bytes));
    }

    /**
     * Makes the object at least this large and reserves its pages, so that no later access can lack memory:
     * posix_fallocate(3). Takes time
     * in proportion to the size. If it fails, the size is as before.
     *
     * @param bytes the least size, positive
     * @throws PosixException.NoSpace if the file system of shared memory is not large enough
     * @throws PosixException EFBIG, ENOMEM, or EBADF if this is read-only
     * @throws IllegalArgumentException if the size is zero or negative
     * @throws IllegalStateException if this is closed
     */
    public void reserve(long bytes) {
        checkSize(bytes);
        int number = descriptor.acquire();
        try {
            int errno;
            do {
                errno = LibC.posix_fallocate(number, 0, bytes);
            } while (errno == Errno.EINTR);
            if (errno != 0) {
                throw PosixException.of("posix_fallocate", name, errno, bytes + " bytes");
            }
        } finally {
            descriptor.release();
        }
    }

    /**
     * Gives the pages of the object back to the system; its size stays. Its bytes are zero from then on, in all mappings,
     * and written ones take pages again.
     *
     * @throws PosixException EBADF if this is read-only, EOPNOTSUPP
     * @throws IllegalStateException if this is closed
     */
    public void discard() {
        int number = descriptor.acquire();
        try {
            int mode = LibC.FALLOC_FL_PUNCH_HOLE | LibC.FALLOC_FL_KEEP_SIZE;
            while (LibC.fallocate(number, mode, 0, size()) == -1) {
                if (LibC.errno() != Errno.EINTR) {
                    throw PosixException.of("fallocate", name, LibC.errno());
                }
            }
        } finally {
            descriptor.release();
        }
    }

    /**
     * Makes the object at least this large, reserves its pages and maps it anew; buffers of before go on to show their
     * part of it.
     *
     * @param bytes the least size, positive
     * @return a buffer over the whole object
     * @throws PosixException.NoSpace if the file system of shared memory is not large enough
     * @throws PosixException EFBIG, ENOMEM, or EBADF if this is read-only
     * @throws IllegalArgumentException if the size is zero or negative
     * @throws IllegalStateException if this is closed, or larger than one buffer maps
     */
    public ByteBuffer grow(long bytes) {
        reserve(bytes);
        return map();
    }

    private void checkSize(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("size " + bytes + " of \"" + name + "\" is not positive");
        }
    }

    /**
     * Maps the whole object as it is now.
     *
     * @return a buffer in native byte order; read-only if this was opened so
     * @throws IllegalStateException if the object is empty, larger than 2 GiB - 1 (use {@link #map(long, long)} then),
     *     or closed
     * @throws PosixException ENOMEM if the process has no room for it
     */
    public ByteBuffer map() {
        long size = size();
        if (size == 0 || size > Integer.MAX_VALUE) {
            throw new IllegalStateException("\"" + name + "\" has " + size + " bytes; one buffer maps 1 to 2^31 - 1");
        }
        return map(0, size);
    }

    /**
     * Maps a part of the object: a window, of which an object over 2 GiB needs several.
     *
     * @param offset where the window begins; any number, no page size to mind
     * @param length its size, at most 2 GiB - 1
     * @return a buffer in native byte order; read-only if this was opened so
     * @throws IllegalArgumentException if the window is empty, too large, or not within the object
     * @throws IllegalStateException if this is closed
     * @throws PosixException ENOMEM if the process has no room for it
     */
    public ByteBuffer map(long offset, long length) {
        return map(offset, length, !readOnly);
    }

    /**
     * Maps a part of the object for reading only, whatever it was opened for.
     *
     * @param offset where the window begins; any number, no page size to mind
     * @param length its size, at most 2 GiB - 1
     * @return a read-only buffer in native byte order
     * @throws IllegalArgumentException if the window is empty, too large, or not within the object
     * @throws IllegalStateException if this is closed
     * @throws PosixException ENOMEM if the process has no room for it
     */
    public ByteBuffer mapReadOnly(long offset, long length) {
        return map(offset, length, false);
    }

    private ByteBuffer map(long offset, long length, boolean writable) {
        int number = descriptor.acquire();
        try {
            long size = size();
            if (offset < 0 || length <= 0 || length > Integer.MAX_VALUE || offset > size - length) {
                throw new IllegalArgumentException(
                        "no window of " + length + " bytes at " + offset + " in \"" + name + "\", which has " + size);
            }
            return Mapping.map(number, offset, (int) length, writable, name);
        } finally {
            descriptor.release();
        }
    }

    /**
     * The locks on ranges of this object, held by this opening of it: another {@code open}, also in this process, is
     * another party. They go when this is closed or the process ends.
     *
     * @return the locks; closing them does nothing
     */
    public FileLock fileLock() {
        return new FileLock(descriptor, false);
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

    /**
     * Closes the descriptor once no call uses it; buffers stay valid, and as long as there is one, so do the locks that
     * were not unlocked. Further calls do nothing.
     */
    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "SharedMemory " + descriptor;
    }
}
