package dev.interlock.posix;

/**
 * A POSIX call failed.
 *
 * <p>Unchecked, because it may surface where no checked exception can pass, such as {@code Lock.lock()}. The message
 * holds all that the accessors give: {@code shm_open("/orders"): ENOENT (No such file or directory)}. The nested
 * classes are the failures on which callers branch.
 */
public class PosixException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String call;
    private final int errno;
    private final String object;

    PosixException(String call, String object, int errno, String detail) {
        super(message(call, object, errno, detail));
        this.call = call;
        this.errno = errno;
        this.object = object;
    }

    private static String message(String call, String object, int errno, String detail) {
        String what = call + "(\"" + object + "\"): " + Errno.name(errno) + " (" + Errno.meaning(errno) + ")";
        return detail.isEmpty() ? what : what + ": " + detail;
    }

    /** The exception for the error number that the last call of this thread left. */
    static PosixException last(String call, String object) {
        return of(call, object, LibC.errno());
    }

    static PosixException of(String call, String object, int errno) {
        return of(call, object, errno, "");
    }

    static PosixException of(String call, String object, int errno, String detail) {
        return switch (errno) {
            case Errno.EEXIST -> new AlreadyExists(call, object, errno, detail);
            case Errno.ENOENT -> new NotFound(call, object, errno, detail);
            case Errno.EACCES, Errno.EPERM -> new AccessDenied(call, object, errno, detail);
            case Errno.EAGAIN -> new WouldBlock(call, object, errno, detail);
            case Errno.EMSGSIZE -> new MessageTooLong(call, object, errno, detail);
            case Errno.ENOSPC -> new NoSpace(call, object, errno, detail);
            case Errno.ENXIO -> new NoReader(call, object, errno, detail);
            case Errno.EOVERFLOW -> new Overflow(call, object, errno, detail);
            case Errno.EPIPE -> new BrokenPipeException(call, object, errno, detail);
            default -> new PosixException(call, object, errno, detail);
        };
    }

    /**
     * The C function that failed.
     *
     * @return its name, such as {@code shm_open}
     */
    public final String call() {
        return call;
    }

    /**
     * The error number.
     *
     * @return the errno, positive
     */
    public final int errno() {
        return errno;
    }

    /**
     * The symbolic name of the error number.
     *
     * @return the name, such as {@code ENOENT}
     */
    public final String errnoName() {
        return Errno.name(errno);
    }

    /**
     * The object that the call was about.
     *
     * @return its name, such as {@code /orders}, or a description where it has none
     */
    public final String object() {
        return object;
    }

    /** EEXIST: the name is taken. */
    public static final class AlreadyExists extends PosixException {
        private static final long serialVersionUID = 1;

        AlreadyExists(String call, String object, int errno, String detail) {
            super(call, object, errno, detail);
        }
    }

    /** ENOENT: there is no object of this name. */
    public static final class NotFound extends PosixException {
        private static final long serialVersionUID = 1;

        NotFound(String call, String object, int errno, String detail) {
            super(call, object, errno, detail);
        }
    }

    /** EACCES or EPERM: this user may not. */
    public static final class AccessDenied extends PosixException {
        private static final long serialVersionUID = 1;

        AccessDenied(String call, String object, int errno, String detail) {
            super(call, object, errno, detail);
        }
    }

    /** EAGAIN where no return value can say so: a limit of the system is reached for now. */
    public static final class WouldBlock extends PosixException {
        private static final long serialVersionUID = 1;

        WouldBlock(String call, String object, int errno, String detail) {
            super(call, object, errno, detail);
        }
    }

    /** EMSGSIZE: the message is longer than the queue takes. */
    public static final class MessageTooLong extends PosixException {
        private static final long serialVersionUID = 1;

        MessageTooLong(String call, String object, int errno, String detail) {
            super(call, object, errno, detail);
        }
    }

    /** ENOSPC: the memory or a limit of the file system is exhausted. */
    public static final class NoSpace extends PosixException {
        private static final long serialVersionUID = 1;

        NoSpace(String call, String object, int errno, String detail) {
            super(call, object, errno, detail);
        }
    }

    /** ENXIO: a FIFO was opened for writing without blocking, and no process has it open for reading. */
    public static final class NoReader extends PosixException {
        private static final long serialVersionUID = 1;

        NoReader(String call, String object, int errno, String detail) {
            super(call, object, errno, detail);
        }
    }

    /** EOVERFLOW: a semaphore would exceed its greatest value. */
    public static final class Overflow extends PosixException {
        private static final long serialVersionUID = 1;

        Overflow(String call, String object, int errno, String detail) {
            super(call, object, errno, detail);
        }
    }
}
