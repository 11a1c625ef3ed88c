package dev.interlock.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.interlock.posix.Fifo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Two processes talk through two FIFOs, one for each direction. Either could be a shell: {@code echo hello > to-bob}.
 *
 * <pre>
 * alice: hello bob
 * bob:   you said "hello bob"
 * alice: how are you?
 * bob:   you said "how are you?"
 * alice: bye
 * bob:   you said "bye"
 * </pre>
 */
public final class FifoChat {
    private FifoChat() {}

    /**
     * Runs as alice, who makes the FIFOs and starts bob; with the two paths as arguments, runs as bob.
     *
     * @param args none, or the FIFO to read and the one to write
     * @throws IOException if a stream fails
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 2) {
            bob(Fifo.of(Path.of(args[0])), Fifo.of(Path.of(args[1])));
        } else {
            alice();
        }
    }

    private static void alice() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("fifo-chat");
        Fifo toBob = Fifo.create(directory.resolve("to-bob"));
        Fifo toAlice = Fifo.create(directory.resolve("to-alice"));
        try {
            Process bob = Jvm.start(
                    FifoChat.class, toBob.path().toString(), toAlice.path().toString());
            try (WritableByteChannel speaking = toBob.openSink();
                    BufferedReader hearing = reader(toAlice)) {
                for (String words : List.of("hello bob", "how are you?", "bye")) {
                    System.out.println("alice: " + words);
                    say(speaking, words);
                    System.out.println("bob:   " + hearing.readLine());
                }
            }
            bob.waitFor();
        } finally {
            toBob.unlink();
            toAlice.unlink();
            Files.delete(directory);
        }
    }

    private static void bob(Fifo fromAlice, Fifo toAlice) throws IOException, InterruptedException {
        // Both sides open the same FIFO first; the other way round, each would wait for the other.
        try (BufferedReader hearing = reader(fromAlice);
                WritableByteChannel speaking = toAlice.openSink()) {
            for (String words = hearing.readLine(); words != null; words = hearing.readLine()) {
                say(speaking, "you said \"" + words + "\"");
            }
        }
    }

    private static BufferedReader reader(Fifo fifo) throws InterruptedException {
        return new BufferedReader(new InputStreamReader(Channels.newInputStream(fifo.openSource()), UTF_8));
    }

    private static void say(WritableByteChannel speaking, String words) throws IOException {
        speaking.write(ByteBuffer.wrap((words + "\n").getBytes(UTF_8)));
    }
}
