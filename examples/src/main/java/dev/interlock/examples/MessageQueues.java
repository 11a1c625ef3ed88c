package dev.interlock.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.interlock.posix.Creation;
import dev.interlock.posix.MessageQueue;
import java.io.IOException;

/**
 * A mailbox that the operating system owns: a process leaves messages and ends; another takes them, the urgent ones
 * first.
 *
 * <pre>
 * the sender has ended, 4 messages wait
 * priority 9: stop the press
 * priority 5: print page 1
 * priority 5: print page 2
 * priority 0: tidy up
 * </pre>
 */
public final class MessageQueues {
    private MessageQueues() {}

    /**
     * Receives what a second process sends; with an argument, is that process.
     *
     * @param args none, or the queue's name
     * @throws IOException if the sender cannot be started
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 1) {
            send(args[0]);
            return;
        }
        String name = "/interlock-example-" + ProcessHandle.current().pid();
        try (MessageQueue queue = MessageQueue.open(name, Creation.CREATE_NEW)) {
            Jvm.start(MessageQueues.class, name).waitFor();
            System.out.println("the sender has ended, " + queue.attributes().messages() + " messages wait");
            for (MessageQueue.Message message = queue.tryReceive(); message != null; message = queue.tryReceive()) {
                System.out.println("priority " + message.priority() + ": " + new String(message.bytes(), UTF_8));
            }
        } finally {
            MessageQueue.unlink(name);
        }
    }

    private static void send(String name) throws InterruptedException {
        try (MessageQueue queue = MessageQueue.open(name, Creation.OPEN)) {
            queue.send("tidy up".getBytes(UTF_8), 0);
            queue.send("print page 1".getBytes(UTF_8), 5);
            queue.send("print page 2".getBytes(UTF_8), 5);
            queue.send("stop the press".getBytes(UTF_8), 9);
        }
    }
}
