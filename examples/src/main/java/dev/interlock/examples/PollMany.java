package dev.interlock.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.interlock.posix.EventFd;
import dev.interlock.posix.Pipe;
import dev.interlock.posix.PipeSource;
import dev.interlock.posix.Poll;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * One thread waits for many things at once, without looking round: the output of three child processes, and a counter
 * that another thread raises.
 *
 * <pre>
 * child 3: ready
 * counter: 1
 * child 2: ready
 * child 1: ready
 * 3 children have ended
 * </pre>
 */
public final class PollMany {
    private static final int CHILDREN = 3;

    private PollMany() {}

    /**
     * Starts the children and waits for them.
     *
     * @param args none
     * @throws IOException if a child cannot be started or a stream fails
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Map<PipeSource, Integer> children = new HashMap<>();
        try (Poll poll = new Poll();
                EventFd counter = EventFd.create(0)) {
            for (int child = 1; child <= CHILDREN; child++) {
                Pipe pipe = Pipe.open();
                double seconds = 0.2 * (CHILDREN - child) + 0.1;
                new ProcessBuilder("sh", "-c", "sleep " + seconds + "; echo ready")
                        .redirectOutput(pipe.sink().redirect())
                        .start();
                pipe.sink().close();
                poll.add(pipe.source(), Poll.Event.READ);
                children.put(pipe.source(), child);
            }
            poll.add(counter, Poll.Event.READ);
            Thread raising = new Thread(() -> raise(counter));
            raising.start();
            while (!children.isEmpty()) {
                for (Poll.Ready ready : poll.await()) {
                    if (ready.object() instanceof PipeSource source) {
                        ByteBuffer line = ByteBuffer.allocate(100);
                        if (source.read(line) == -1) {
                            source.close();
                            children.remove(source);
                        } else {
                            System.out.print("child " + children.get(source) + ": " + UTF_8.decode(line.flip()));
                        }
                    } else {
                        System.out.println("counter: " + counter.take());
                    }
                }
            }
            raising.join();
        }
        System.out.println(CHILDREN + " children have ended");
    }

    private static void raise(EventFd counter) {
        try {
            Thread.sleep(200);
            counter.add(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
