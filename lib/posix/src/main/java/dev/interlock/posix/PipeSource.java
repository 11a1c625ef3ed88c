package dev.interlock.posix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * The end of a {@link Pipe} or {@link Fifo} from which bytes are read: read(2).
 *
 * <p>A blocking read waits until there is at least one byte, no writer is left, this end is closed or the thread is
 * interrupted. By the contract of {@link java.nio.channels.InterruptibleChannel}, an interrupt closes the channel. The
 * end of the stream is reported, again and again, once the last writer has closed its end and everything is read.
 * Several threads may read; each byte reaches one of them.
 *
 * <p>For a stream, {@link java.nio.channels.Channels#newInputStream(ReadableByteChannel)}.
 */
public final class PipeSource extends PipeEnd implements ReadableByteChannel, Pollable {
    PipeSource(Descriptor descriptor, boolean blocking) {
        super(descriptor, blocking);
    }

    /**
     * Reads what is there, up to what the buffer takes: read(2).
     *
     * @param target where the bytes go; its position advances
     * @return how many bytes, at least one if blocking and the buffer has room; 0 if not blocking and there are none;
     *     -1 at the end
     * @throws java.nio.channels.ClosedChannelException if this end is closed
     * @throws java.nio.channels.AsynchronousCloseException if it is closed during the wait
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted before or during the wait
     * @throws IllegalArgumentException if the buffer is read-only
     * @throws PosixException EMFILE, ENFILE if it has to wait and there is no descriptor left for the wake-up
     */
    @Override
    public int read(ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("the target is read-only");
        }
        int number = enter();
        boolean completed = false;
        begin();
        try {
            while (target.hasRemaining() && isOpen()) {
                int count = Transfer.read(number, target);
                if (count >= 0) {
                    completed = true;
                    return count == 0 ? -1 : count;
                }
                if (count != -Errno.EAGAIN) {
                    completed = true;
                    throw failure("read", -count);
                }
                if (!isBlocking()) {
                    break;
                }
                Blocker.pollForChannel(descriptor, number, LibC.POLLIN);
            }
            completed = isOpen();
            return 0;
        } finally {
            descriptor.release();
            end(completed);
        }
    }

    /**
     * Gives this end to a child process as its standard input. The child has an end of its own from its start on: close
     * this one then, or it keeps the pipe from breaking when the child ends. The end of a FIFO that has no writer at that
     * moment makes {@link ProcessBuilder#start()} wait for one, uninterruptibly.
     *
     * @return the argument for {@link ProcessBuilder#redirectInput(ProcessBuilder.Redirect)}; of use until this end is
     *     closed
     * @throws IllegalStateException if this end is closed
     */
    public ProcessBuilder.Redirect redirect() {
        return ProcessBuilder.Redirect.from(path());
    }
}
