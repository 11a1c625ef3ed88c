package dev.interlock.posix;

/** EPIPE: data was written to a pipe or FIFO that no process has open for reading any more. */
public final class BrokenPipeException extends PosixException {
    private static final long serialVersionUID = 1;

    BrokenPipeException(String call, String object, int errno, String detail) {
        super(call, object, errno, detail);
    }
}
