package dev.interlock.posix;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The C library: the only class that touches JNA.
 *
 * <p>The natives are mapped directly, with integers, longs (also for pointers and {@code size_t}) and NUL-terminated
 * byte arrays as their only arguments. After a return of -1, {@link #errno()} tells why. Constants are those of Linux;
 * where x86-64 and aarch64 differ, the value is chosen at start-up.
 *
 * <p>{@code open}, {@code fcntl}, {@code sem_open}, {@code mq_open} and {@code syscall} are variadic in C. Called here
 * as if their arguments were named, which is right on these platforms: the System V ABI of x86-64 and the AAPCS64 of
 * Linux on aarch64 pass integer arguments in the same registers either way (libffi always sets the count of vector
 * registers that x86-64 wants in AL). It would be wrong on Apple's aarch64, which is no platform of this library.
 */
final class LibC {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NONBLOCK = 0x800;
    static final int FALLOC_FL_KEEP_SIZE = 1;
    static final int FALLOC_FL_PUNCH_HOLE = 2;
    static final int O_CLOEXEC = 0x80000;
    static final int O_NOFOLLOW;
    static final int MFD_CLOEXEC = 1;
    static final int EFD_SEMAPHORE = 1;
    static final int SPLICE_F_NONBLOCK = 2;

    static final int F_SETFL = 4;
    static final int F_GETFL = 3;
    static final int F_OFD_GETLK = 36;
    static final int F_OFD_SETLK = 37;
    static final int F_SETPIPE_SZ = 1031;
    static final int F_GETPIPE_SZ = 1032;

    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int MAP_SHARED = 1;
    static final int MS_SYNC = 4;

    static final int POLLIN = 1;
    static final int POLLOUT = 4;
    static final int POLLERR = 8;
    static final int POLLHUP = 16;
    static final int POLLNVAL = 32;

    static final int CLOCK_REALTIME = 0;
    static final int CLOCK_MONOTONIC = 1;

    /* The parts of struct statx that are read here; its layout is the same on every CPU. */
    static final int STATX_BYTES = 256;
    static final int STATX_NLINK = 16;
    static final int STATX_UID = 20;
    static final int STATX_MODE = 28;
    static final int STATX_SIZE = 40;

    static final int S_IFMT = 0xf000;
    static final int S_IFIFO = 0x1000;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;
    private static final int SYS_FUTEX_WAITV = 449;
    private static final int SYS_PIDFD_OPEN = 434;
    private static final int SYS_PIDFD_GETFD = 438;
    private static final int SYS_FUTEX;
    private static final int SYS_STATX;
    private static final int SYS_MEMFD_CREATE;

    /** A C string without characters; statx(2) takes it for "the descriptor itself". */
    private static final ByteBuffer EMPTY_PATH = ByteBuffer.allocateDirect(1);

    private static final long EMPTY_PATH_ADDRESS;

    /** Why nothing here can be called; null if all is well. */
    private static final String UNAVAILABLE;

    private static final Throwable CAUSE;

    static {
        String system = System.getProperty("os.name", "");
        String cpu = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        boolean x86 = cpu.equals("amd64") || cpu.equals("x86_64");
        boolean arm = cpu.equals("aarch64") || cpu.equals("arm64");
        O_NOFOLLOW = arm ? 0x8000 : 0x20000;
        SYS_FUTEX = arm ? 98 : 202;
        SYS_STATX = arm ? 291 : 332;
        SYS_MEMFD_CREATE = arm ? 279 : 319;
        String unavailable = null;
        Throwable cause = null;
        long emptyPath = 0;
        if (!system.equals("Linux") || !(x86 || arm)) {
            unavailable = "dev.interlock.posix runs on Linux on x86-64 and aarch64; this is " + system + " on " + cpu;
        } else {
            try {
                Native.register(LibC.class, library());
                emptyPath = address(EMPTY_PATH);
            } catch (LinkageError e) {
                unavailable = "dev.interlock.posix could not bind the C library through JNA: " + e.getMessage();
                cause = e;
            }
        }
        UNAVAILABLE = unavailable;
        CAUSE = cause;
        EMPTY_PATH_ADDRESS = emptyPath;
    }

    private LibC() {}

    /**
     * The process itself, in which the C library is loaded already. Before version 2.34, glibc kept shm_open and
     * mq_open in librt; a lookup in librt finds the rest as well, in the libraries on which it depends.
     */
    private static NativeLibrary library() {
        NativeLibrary process = NativeLibrary.getProcess();
        try {
            process.getFunction("shm_open");
            process.getFunction("mq_open");
            process.getFunction("sem_open");
            return process;
        } catch (UnsatisfiedLinkError e) {
            return NativeLibrary.getInstance("librt.so.1");
        }
    }

    /** Every way into this package calls this first. */
    static void require() {
        if (UNAVAILABLE != null) {
            throw new UnsupportedOperationException(UNAVAILABLE, CAUSE);
        }
    }

    /** The error number that the last call of this thread left; to be read right after a call that returned -1. */
    static int errno() {
        return Native.getLastError();
    }

    /** The address of the first byte of a direct buffer, whatever its position. */
    static long address(Buffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    /** A buffer over native memory, in the byte order of Java; it does not own that memory. */
    static ByteBuffer buffer(long address, long length) {
        return new Pointer(address).getByteBuffer(0, length);
    }

    static int pageBytes() {
        return getpagesize();
    }

    // Memory and files

    private static native int getpagesize();

    static native int shm_open(byte[] name, int flags, int mode);

    static native int shm_unlink(byte[] name);

    static native int open(byte[] path, int flags, int mode);

    static native int close(int descriptor);

    static native int ftruncate(int descriptor, long length);

    /** Returns the error number itself. */
    static native int posix_fallocate(int descriptor, long offset, long length);

    static native int fallocate(int descriptor, int mode, long offset, long length);

    static native int fchmod(int descriptor, int mode);

    static native long mmap(long address, long length, int protection, int flags, int descriptor, long offset);

    static native int munmap(long address, long length);

    static native int msync(long address, long length, int flags);

    static native int fcntl(int descriptor, int command, long argument);

    private static native long syscall(
            long number, long first, long second, long third, long fourth, long fifth, long sixth);

    static native int pipe2(long result, int flags);

    static native int mkfifo(byte[] path, int mode);

    static native int unlink(byte[] path);

    static native long tee(int source, int target, long length, int flags);

    /** A system call itself, as musl has had the function only since 1.1.20 and glibc since 2.27. */
    static int memfdCreate(long name, int flags) {
        return (int) syscall(SYS_MEMFD_CREATE, name, flags, 0, 0, 0, 0);
    }

    static int pidfdOpen(int pid) {
        return (int) syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
    }

    /** The new descriptor is close-on-exec. */
    static int pidfdGetfd(int pidfd, int descriptor) {
        return (int) syscall(SYS_PIDFD_GETFD, pidfd, descriptor, 0, 0, 0, 0);
    }

    static int statx(int descriptor, long result) {
        return (int) syscall(SYS_STATX, descriptor, EMPTY_PATH_ADDRESS, AT_EMPTY_PATH, STATX_BASIC_STATS, result, 0);
    }

    // Sleeping and waking

    static int futexWait(long word, int expected, long timespec) {
        return (int) syscall(SYS_FUTEX, word, FUTEX_WAIT, expected, timespec, 0, 0);
    }

    static int futexWake(long word, int count) {
        return (int) syscall(SYS_FUTEX, word, FUTEX_WAKE, count, 0, 0, 0);
    }

    static int futexWaitv(long waiters, int count, long deadline) {
        return (int) syscall(SYS_FUTEX_WAITV, waiters, count, 0, deadline, CLOCK_MONOTONIC, 0);
    }

    static native int eventfd(int initial, int flags);

    static native int ppoll(long descriptors, long count, long timeout, long signals);

    static native long read(int descriptor, long target, long length);

    static native long write(int descriptor, long source, long length);

    static native int clock_gettime(int clock, long result);

    // Semaphores

    static native long sem_open(byte[] name, int flags, int mode, int value);

    static native int sem_close(long semaphore);

    static native int sem_unlink(byte[] name);

    static native int sem_init(long semaphore, int shared, int value);

    static native int sem_destroy(long semaphore);

    static native int sem_trywait(long semaphore);

    static native int sem_post(long semaphore);

    static native int sem_getvalue(long semaphore, long result);

    /** What glibc has since 2.30, and musl has not. */
    static final class MonotonicWait {
        static final boolean PRESENT = present();

        private MonotonicWait() {}

        private static boolean present() {
            try {
                Native.register(MonotonicWait.class, library());
                return true;
            } catch (UnsatisfiedLinkError e) {
                return false;
            }
        }

        static native int sem_clockwait(long semaphore, int clock, long deadline);
    }

    // Message queues

    static native int mq_open(byte[] name, int flags, int mode, long attributes);

    static native int mq_unlink(byte[] name);

    static native int mq_getattr(int queue, long attributes);

    static native int mq_send(int queue, long message, long length, int priority);

    static native long mq_receive(int queue, long message, long length, long priority);

    // Signals

    static native int kill(int pid, int signal);

    /** The union sigval has the size of a pointer and travels in one integer register; its int is the lower half. */
    static native int sigqueue(int pid, int signal, long value);
}
