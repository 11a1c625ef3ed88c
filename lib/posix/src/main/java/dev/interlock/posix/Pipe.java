package dev.interlock.posix;

/**
 * A pipe: a stream of bytes from writers to readers, between threads and between a process and its children. pipe2(2).
 *
 * <p>Unlike {@link java.nio.channels.Pipe}, its ends can be handed to a child process ({@link PipeSource#redirect()},
 * {@link PipeSink#redirect()}), polled together with FIFOs, message queues and eventfds, and sized. Both descriptors
 * are close-on-exec.
 *
 * <pre>{@code
 * try (Pipe pipe = Pipe.open()) {
 *     Process sort = new ProcessBuilder("sort").redirectInput(pipe.source().redirect()).start();
 *     pipe.source().close();
 *     pipe.sink().write(ByteBuffer.wrap("b\na\n".getBytes(UTF_8)));
 * }
 * }</pre>
 */
public final class Pipe implements AutoCloseable {
    /** Writes of up to so many bytes are atomic. */
    public static final int PIPE_BUF = 4096;

    private final PipeSource source;
    private final PipeSink sink;

    private Pipe(PipeSource source, PipeSink sink) {
        this.source = source;
        this.sink = sink;
    }

    /**
     * Makes a pipe, both ends blocking: pipe2(2).
     *
     * @return the pipe, to be closed, or each end by itself
     * @throws PosixException EMFILE, ENFILE
     */
    public static Pipe open() {
        LibC.require();
        Scratch scratch = Scratch.current();
        if (LibC.pipe2(scratch.address, LibC.O_CLOEXEC | LibC.O_NONBLOCK) == -1) {
            throw PosixException.last("pipe2", "pipe");
        }
        int reading = scratch.memory.getInt(0);
        int writing = scratch.memory.getInt(Integer.BYTES);
        String name = "pipe " + reading + " <- " + writing;
        return new Pipe(
                new PipeSource(new Descriptor(reading, name), true), new PipeSink(new Descriptor(writing, name), true));
    }

    /**
     * The end for reading.
     *
     * @return always the same
     */
    public PipeSource source() {
        return source;
    }

    /**
     * The end for writing.
     *
     * @return always the same
     */
    public PipeSink sink() {
        return sink;
    }

    /** Closes both ends. Further calls do nothing. */
    @Override
    public void close() {
        source.shut();
        sink.shut();
    }

    @Override
    public String toString() {
        return source.descriptor.object();
    }
}
