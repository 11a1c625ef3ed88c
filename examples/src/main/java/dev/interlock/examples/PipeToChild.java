package dev.interlock.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.interlock.posix.Pipe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;

/**
 * A pipeline as the shell builds it, {@code java | sort | java}: the child gets one end of each pipe as its input and
 * output.
 *
 * <pre>
 * sent:     pear apple cherry
 * received: apple cherry pear
 * </pre>
 */
public final class PipeToChild {
    private PipeToChild() {}

    /**
     * Sorts three words by a child process.
     *
     * @param args none
     * @throws IOException if the child cannot be started or a stream fails
     */
    public static void main(String[] args) throws IOException {
        String words = "pear\napple\ncherry\n";
        try (Pipe in = Pipe.open();
                Pipe out = Pipe.open()) {
            new ProcessBuilder("sort")
                    .redirectInput(in.source().redirect())
                    .redirectOutput(out.sink().redirect())
                    .start();
            // The child has its own ends now. With ours open as well, neither side would ever see the end of a stream.
            in.source().close();
            out.sink().close();
            in.sink().write(ByteBuffer.wrap(words.getBytes(UTF_8)));
            in.sink().close();
            InputStream sorted = Channels.newInputStream(out.source());
            System.out.println("sent:     " + words.replace('\n', ' ').strip());
            System.out.println("received: "
                    + new String(sorted.readAllBytes(), UTF_8)
                            .replace('\n', ' ')
                            .strip());
        }
    }
}
