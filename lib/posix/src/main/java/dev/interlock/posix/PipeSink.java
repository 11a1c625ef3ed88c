package dev.interlock.posix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * The end of a {@link Pipe} or {@link Fifo} into which bytes are written: write(2).
 *
 * <p>A blocking write waits until all bytes are in the pipe, no reader is left, this end is closed or the thread is
 * interrupted. By the contract of {@link java.nio.channels.InterruptibleChannel}, an interrupt closes the channel. Up
 * to {@link Pipe#PIPE_BUF} bytes are written in one piece, whoever else writes; more may be mixed with the bytes of
 * others. With no reader left, {@link BrokenPipeException} is thrown; SIGPIPE, which the JVM handles, does nothing.
 *
 * <p>For a stream, {@link java.nio.channels.Channels#newOutputStream(WritableByteChannel)}.
 */
public final class PipeSink extends PipeEnd implements WritableByteChannel, Pollable {
    PipeSink(Descriptor descriptor, boolean blocking) {
        super(descriptor, blocking);
    }

    /**
     * Writes the bytes of a buffer: write(2).
     *
     * @param source the bytes; its position advances, also when an exception ends the write
     * @return how many bytes; all if blocking; if not, what the pipe takes, and up to PIPE_BUF bytes either all or none
     * @throws java.nio.channels.ClosedChannelException if this end is closed
     * @throws java.nio.channels.AsynchronousCloseException if it is closed during the wait
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted before or during the wait
     * @throws PosixException EMFILE, ENFILE if it has to wait and there is no descriptor left for the wake-up
     * @throws BrokenPipeException EPIPE if no process has the pipe open for reading
     */
    @Override
    public int write(ByteBuffer source) throws IOException {
        int number = enter();
        int start = source.position();
        boolean completed = false;
        begin();
        try {
            while (source.hasRemaining() && isOpen()) {
                int count = Transfer.write(number, source);
                if (count < 0 && count != -Errno.EAGAIN) {
                    completed = true;
                    throw failure("write", -count);
                }
                if (count < 0) {
                    if (!isBlocking()) {
                        break;
                    }
                    Blocker.pollForChannel(descriptor, number, LibC.POLLOUT);
                }
            }
            completed = !source.hasRemaining() || isOpen();
            return source.position() - start;
        } finally {
            descriptor.release();
            end(completed);
        }
    }

    /**
     * Gives this end to a child process as its standard output or error. The child has an end of its own from its start
     * on: close this one then, or the reader never sees the end of the stream. The end of a FIFO that has no reader at
     * that moment makes {@link ProcessBuilder#start()} wait for one, uninterruptibly.
     *
     * @return the argument for {@link ProcessBuilder#redirectOutput(ProcessBuilder.Redirect)} or {@link
     *     ProcessBuilder#redirectError(ProcessBuilder.Redirect)}; of use until this end is closed
     * @throws IllegalStateException if this end is closed
     */
    public ProcessBuilder.Redirect redirect() {
        return ProcessBuilder.Redirect.to(path());
    }
}
