package dev.interlock.jmh;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection of two JVMs over which messages of one size go both ways, by one mechanism. {@link #start} starts the
 * second JVM, which sends every message back or swallows it.
 */
abstract class ProcessLink implements AutoCloseable {
    /** By what the messages go. */
    enum Mechanism {
        /** Our rings, waiting as they do unless told otherwise. */
        RING,
        /** Our rings, whose parties sleep at once. */
        RING_PARK,
        /** Our mailboxes. */
        MAILBOX,
        AGRONA_ONE_TO_ONE,
        AGRONA_MANY_TO_ONE,
        CHRONICLE_QUEUE,
        PIPE,
        /** Pipes through the channels of the JDK at both ends. */
        JDK_PIPE,
        FIFO,
        MESSAGE_QUEUE,
        UNIX_SOCKET,
        TCP,
        SEMAPHORE,
        EVENTFD,
        FUTEX
    }

    /** Both ends must be known to the other; whatever is made has this in its name. */
    private static final String STEM = "/interlock-jmh-";

    Process peer;

    abstract void send(ByteBuffer message) throws IOException, InterruptedException;

    /** Fills the buffer. */
    abstract void receive(ByteBuffer message) throws IOException, InterruptedException;

    /** Receives and forgets; at least one message. */
    void swallow(ByteBuffer message) throws IOException, InterruptedException {
        receive(message);
    }

    /** Lets go of this side. */
    abstract void closeSide() throws IOException;

    /** Removes the names; the first side alone does so. */
    void unlink() throws IOException {}

    @Override
    public void close() throws IOException {
        if (peer != null) {
            peer.destroyForcibly();
        }
        try {
            closeSide();
        } finally {
            unlink();
        }
    }

    /** The first side; starts the second. */
    static ProcessLink start(Mechanism mechanism, int size, boolean echo) throws IOException, InterruptedException {
        String name = STEM + ProcessHandle.current().pid();
        return switch (mechanism) {
            case RING, RING_PARK -> new RingLink.Rings(mechanism, name, size, echo, true);
            case MAILBOX -> new RingLink.Mailboxes(name, size, echo, true);
            case AGRONA_ONE_TO_ONE, AGRONA_MANY_TO_ONE -> new RingLink.AgronaRings(mechanism, name, size, echo, true);
            case CHRONICLE_QUEUE -> new ChronicleLink(name, size, echo, true);
            case PIPE, JDK_PIPE -> ChannelLink.Pipes.start(mechanism, size, echo);
            case FIFO -> ChannelLink.Fifos.start(name, size, echo);
            case MESSAGE_QUEUE -> new QueueLink(name, size, echo, true);
            case UNIX_SOCKET, TCP -> ChannelLink.Sockets.start(mechanism, name, size, echo);
            case SEMAPHORE -> new SlotLink.Semaphores(name, size, echo, true);
            case EVENTFD -> new SlotLink.EventFds(name, size, echo, true);
            case FUTEX -> new SlotLink.Futexes(name, size, echo, true);
        };
    }

    private static ProcessLink attach(Mechanism mechanism, String name, int size, boolean echo)
            throws IOException, InterruptedException {
        return switch (mechanism) {
            case RING, RING_PARK -> new RingLink.Rings(mechanism, name, size, echo, false);
            case MAILBOX -> new RingLink.Mailboxes(name, size, echo, false);
            case AGRONA_ONE_TO_ONE, AGRONA_MANY_TO_ONE -> new RingLink.AgronaRings(mechanism, name, size, echo, false);
            case CHRONICLE_QUEUE -> new ChronicleLink(name, size, echo, false);
            case PIPE, JDK_PIPE ->
                new ChannelLink.Pipes(
                        new FileInputStream(FileDescriptor.in).getChannel(),
                        new FileOutputStream(FileDescriptor.out).getChannel());
            case FIFO -> ChannelLink.Fifos.attach(name);
            case MESSAGE_QUEUE -> new QueueLink(name, size, echo, false);
            case UNIX_SOCKET, TCP -> ChannelLink.Sockets.attach(mechanism, name);
            case SEMAPHORE -> new SlotLink.Semaphores(name, size, echo, false);
            case EVENTFD -> new SlotLink.EventFds(name, size, echo, false);
            case FUTEX -> new SlotLink.Futexes(name, size, echo, false);
        };
    }

    /** The second JVM. */
    static final class Peer {
        private Peer() {}

        public static void main(String[] args) throws Exception {
            int size = Integer.parseInt(args[2]);
            boolean echo = Boolean.parseBoolean(args[3]);
            ByteBuffer message = ByteBuffer.allocateDirect(size);
            try (ProcessLink link = attach(Mechanism.valueOf(args[0]), args[1], size, echo)) {
                while (!Thread.currentThread().isInterrupted()) { // for ever: it is killed, or the connection ends
                    if (echo) {
                        link.receive(message.clear());
                        link.send(message.flip());
                    } else {
                        link.swallow(message.clear());
                    }
                }
            } catch (EOFException e) {
                System.err.println("the other side has ended");
            }
        }
    }

    static ProcessBuilder peer(Mechanism mechanism, String name, int size, boolean echo) {
        List<String> command = javaCommand();
        command.addAll(List.of(Peer.class.getName(), mechanism.name(), name, "" + size, "" + echo));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** How another JVM like this one is started, up to the main class. */
    static List<String> javaCommand() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(Opens.all());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }
}
