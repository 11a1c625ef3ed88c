package dev.interlock.jmh;

import dev.interlock.buffer.MessageRing;
import dev.interlock.posix.Creation;
import dev.interlock.posix.EventFd;
import dev.interlock.posix.Fifo;
import dev.interlock.posix.MessageQueue;
import dev.interlock.posix.NamedSemaphore;
import dev.interlock.posix.Pipe;
import dev.interlock.posix.SharedMemory;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentOptions;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection of two JVMs over which messages of one size go both ways, by one mechanism. {@link #start} starts the
 * second JVM, which sends every message back or swallows it.
 */
abstract class ProcessLink implements AutoCloseable {
    /** What {@link ProcessLinkBenchmark} compares. */
    enum Mechanism {
        RING,
        PIPE,
        FIFO,
        MESSAGE_QUEUE,
        UNIX_SOCKET,
        TCP,
        SEMAPHORE,
        EVENTFD
    }

    /** Both ends must be known to the other; whatever is made has this in its name. */
    private static final String STEM = "/interlock-jmh-";

    Process peer;

    abstract void send(ByteBuffer message) throws IOException, InterruptedException;

    /** Fills the buffer. */
    abstract void receive(ByteBuffer message) throws IOException, InterruptedException;

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
            case RING -> new Ring(name, size, echo, true);
            case PIPE -> PipeChannels.start(size, echo);
            case FIFO -> FifoChannels.start(name, size, echo);
            case MESSAGE_QUEUE -> new Queues(name, size, echo, true);
            case UNIX_SOCKET, TCP -> Sockets.start(mechanism, name, size, echo);
            case SEMAPHORE -> new Semaphores(name, size, echo, true);
            case EVENTFD -> new EventFds(name, size, echo, true);
        };
    }

    private static ProcessLink attach(Mechanism mechanism, String name, int size, boolean echo)
            throws IOException, InterruptedException {
        return switch (mechanism) {
            case RING -> new Ring(name, size, echo, false);
            case PIPE ->
                new PipeChannels(
                        new FileInputStream(FileDescriptor.in).getChannel(),
                        new FileOutputStream(FileDescriptor.out).getChannel());
            case FIFO -> FifoChannels.attach(name);
            case MESSAGE_QUEUE -> new Queues(name, size, echo, false);
            case UNIX_SOCKET, TCP -> Sockets.attach(mechanism, name);
            case SEMAPHORE -> new Semaphores(name, size, echo, false);
            case EVENTFD -> new EventFds(name, size, echo, false);
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
                for (; ; ) {
                    link.receive(message.clear());
                    if (echo) {
                        link.send(message.flip());
                    }
                }
            } catch (EOFException e) {
                System.err.println("the other side has ended");
            }
        }
    }

    static ProcessBuilder peer(Mechanism mechanism, String name, int size, boolean echo) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Peer.class.getName());
        command.addAll(List.of(mechanism.name(), name, "" + size, "" + echo));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** Through any two channels, one for each direction. */
    private abstract static class Channels extends ProcessLink {
        final ReadableByteChannel source;
        final WritableByteChannel sink;

        Channels(ReadableByteChannel source, WritableByteChannel sink) {
            this.source = source;
            this.sink = sink;
        }

        @Override
        void send(ByteBuffer message) throws IOException {
            while (message.hasRemaining()) {
                sink.write(message);
            }
        }

        @Override
        void receive(ByteBuffer message) throws IOException {
            while (message.hasRemaining()) {
                if (source.read(message) == -1) {
                    throw new EOFException();
                }
            }
        }

        @Override
        void closeSide() throws IOException {
            source.close();
            sink.close();
        }
    }

    private static final class PipeChannels extends Channels {
        PipeChannels(ReadableByteChannel source, WritableByteChannel sink) {
            super(source, sink);
        }

        static PipeChannels start(int size, boolean echo) throws IOException {
            Pipe there = Pipe.open();
            Pipe back = Pipe.open();
            PipeChannels link = new PipeChannels(back.source(), there.sink());
            link.peer = peer(Mechanism.PIPE, "", size, echo)
                    .redirectInput(there.source().redirect())
                    .redirectOutput(back.sink().redirect())
                    .start();
            there.source().close();
            back.sink().close();
            return link;
        }
    }

    private static final class FifoChannels extends Channels {
        private final List<Fifo> made;

        FifoChannels(ReadableByteChannel source, WritableByteChannel sink, List<Fifo> made) {
            super(source, sink);
            this.made = made;
        }

        static FifoChannels start(String name, int size, boolean echo) throws IOException, InterruptedException {
            Fifo there = Fifo.create(path(name, "there"));
            Fifo back = Fifo.create(path(name, "back"));
            Process peer = peer(Mechanism.FIFO, name, size, echo).start();
            WritableByteChannel sink = there.openSink();
            FifoChannels link = new FifoChannels(back.openSource(), sink, List.of(there, back));
            link.peer = peer;
            return link;
        }

        static FifoChannels attach(String name) throws InterruptedException {
            ReadableByteChannel source = Fifo.of(path(name, "there")).openSource();
            return new FifoChannels(source, Fifo.of(path(name, "back")).openSink(), List.of());
        }

        private static Path path(String name, String direction) {
            return Path.of(System.getProperty("java.io.tmpdir"), name.substring(1) + "-" + direction);
        }

        @Override
        void unlink() {
            made.forEach(Fifo::unlink);
        }
    }

    private static final class Sockets extends Channels {
        private final Path path;

        Sockets(SocketChannel socket, Path path) {
            super(socket, socket);
            this.path = path;
        }

        static Sockets start(Mechanism mechanism, String name, int size, boolean echo) throws IOException {
            boolean unix = mechanism == Mechanism.UNIX_SOCKET;
            Path path = unix ? Path.of(System.getProperty("java.io.tmpdir"), name.substring(1) + ".sock") : null;
            SocketAddress address = unix
                    ? UnixDomainSocketAddress.of(path)
                    : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (ServerSocketChannel server =
                    unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open()) {
                server.bind(address);
                String found = unix ? path.toString() : "" + ((InetSocketAddress) server.getLocalAddress()).getPort();
                Process peer = peer(mechanism, found, size, echo).start();
                Sockets link = new Sockets(prompt(server.accept(), unix), path);
                link.peer = peer;
                return link;
            }
        }

        static Sockets attach(Mechanism mechanism, String name) throws IOException {
            boolean unix = mechanism == Mechanism.UNIX_SOCKET;
            SocketAddress address = unix
                    ? UnixDomainSocketAddress.of(name)
                    : new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(name));
            return new Sockets(prompt(SocketChannel.open(address), unix), null);
        }

        private static SocketChannel prompt(SocketChannel socket, boolean unix) throws IOException {
            return unix ? socket : socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }

        @Override
        void unlink() throws IOException {
            if (path != null) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Two rings in one segment: written and read in place. */
    private static final class Ring extends ProcessLink {
        private static final int SLOTS = 64;

        private final Segment segment;
        private final MessageRing incoming;
        private final MessageRing outgoing;
        private final boolean first;

        Ring(String name, int size, boolean echo, boolean first) throws IOException {
            this.first = first;
            long bytes = 4L * SLOTS * (size + 512) + (1 << 20);
            segment = first ? Segment.create(name, SegmentOptions.DEFAULT.withSize(bytes)) : Segment.attach(name);
            MessageRing there = segment.ring("there", SLOTS, size);
            MessageRing back = segment.ring("back", SLOTS, size);
            incoming = first ? back : there;
            outgoing = first ? there : back;
            if (first) {
                peer = peer(Mechanism.RING, name, size, echo).start();
            }
        }

        @Override
        void send(ByteBuffer message) throws InterruptedException {
            try (MessageRing.Claim claim = outgoing.claim(message.remaining())) {
                claim.buffer().put(message);
                claim.publish();
            }
        }

        @Override
        void receive(ByteBuffer message) throws InterruptedException {
            try (MessageRing.Message received = incoming.read()) {
                message.put(received.buffer());
            }
        }

        @Override
        void closeSide() {
            segment.close();
        }

        @Override
        void unlink() {
            if (first) {
                Segment.unlink(segment.name());
            }
        }
    }

    /** A message larger than the queues of an unprivileged user take goes in pieces. */
    private static final class Queues extends ProcessLink {
        private static final int LARGEST = 8192;

        private final MessageQueue incoming;
        private final MessageQueue outgoing;
        private final boolean first;

        Queues(String name, int size, boolean echo, boolean first) throws IOException {
            this.first = first;
            Creation creation = first ? Creation.CREATE_NEW : Creation.OPEN;
            MessageQueue there = MessageQueue.open(name + "-there", creation, 0600, 10, Math.min(size, LARGEST));
            MessageQueue back = MessageQueue.open(name + "-back", creation, 0600, 10, Math.min(size, LARGEST));
            incoming = first ? back : there;
            outgoing = first ? there : back;
            if (first) {
                peer = peer(Mechanism.MESSAGE_QUEUE, name, size, echo).start();
            }
        }

        @Override
        void send(ByteBuffer message) throws InterruptedException {
            while (message.hasRemaining()) {
                byte[] piece = new byte[Math.min(LARGEST, message.remaining())];
                message.get(piece);
                outgoing.send(piece, 0);
            }
        }

        @Override
        void receive(ByteBuffer message) throws InterruptedException {
            while (message.hasRemaining()) {
                message.put(incoming.receive().bytes());
            }
        }

        @Override
        void closeSide() {
            incoming.close();
            outgoing.close();
        }

        @Override
        void unlink() {
            if (first) {
                MessageQueue.unlink(incoming.name());
                MessageQueue.unlink(outgoing.name());
            }
        }
    }

    /** One slot of shared memory for each direction; what tells that it is full or free carries no bytes itself. */
    private abstract static class Slots extends ProcessLink {
        final SharedMemory memory;
        private final ByteBuffer incoming;
        private final ByteBuffer outgoing;
        private final boolean first;

        Slots(String name, int size, boolean first) {
            this.first = first;
            memory = SharedMemory.open(name, first ? Creation.CREATE_NEW : Creation.OPEN);
            memory.reserve(2L * size);
            incoming = memory.map(first ? size : 0, size);
            outgoing = memory.map(first ? 0 : size, size);
        }

        abstract void awaitRoom() throws InterruptedException;

        abstract void announceMessage() throws InterruptedException;

        abstract void awaitMessage() throws InterruptedException;

        abstract void announceRoom() throws InterruptedException;

        @Override
        void send(ByteBuffer message) throws InterruptedException {
            awaitRoom();
            outgoing.clear().put(message);
            announceMessage();
        }

        @Override
        void receive(ByteBuffer message) throws InterruptedException {
            awaitMessage();
            message.put(incoming.clear());
            announceRoom();
        }

        @Override
        void closeSide() throws IOException {
            memory.close();
        }

        @Override
        void unlink() throws IOException {
            if (first) {
                SharedMemory.unlink(memory.name());
            }
        }
    }

    private static final class Semaphores extends Slots {
        private final String name;
        private final boolean first;
        private final NamedSemaphore[] all = new NamedSemaphore[4];
        private final int mine;

        Semaphores(String name, int size, boolean echo, boolean first) throws IOException {
            super(name, size, first);
            this.name = name;
            this.first = first;
            Creation creation = first ? Creation.CREATE_NEW : Creation.OPEN;
            for (int index = 0; index < all.length; index++) {
                all[index] = NamedSemaphore.open(name + "-" + index, creation, 0600, index % 2 == 0 ? 1 : 0);
            }
            mine = first ? 0 : 2;
            if (first) {
                peer = peer(Mechanism.SEMAPHORE, name, size, echo).start();
            }
        }

        @Override
        void awaitRoom() throws InterruptedException {
            all[mine].acquire();
        }

        @Override
        void announceMessage() {
            all[mine + 1].release();
        }

        @Override
        void awaitMessage() throws InterruptedException {
            all[3 - mine].acquire();
        }

        @Override
        void announceRoom() {
            all[2 - mine].release();
        }

        @Override
        void closeSide() throws IOException {
            super.closeSide();
            for (NamedSemaphore semaphore : all) {
                semaphore.close();
            }
        }

        @Override
        void unlink() throws IOException {
            super.unlink();
            for (int index = 0; first && index < all.length; index++) {
                NamedSemaphore.unlink(name + "-" + index);
            }
        }
    }

    private static final class EventFds extends Slots {
        private final EventFd[] all = new EventFd[4];
        private final int mine;

        EventFds(String name, int size, boolean echo, boolean first) throws IOException {
            super(name, size, first);
            mine = first ? 0 : 2;
            if (first) {
                peer = peer(Mechanism.EVENTFD, name, size, echo).start();
                try (BufferedReader numbers =
                        new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8))) {
                    for (int index = 0; index < all.length; index++) {
                        all[index] = EventFd.ofProcess(peer.pid(), Integer.parseInt(numbers.readLine()));
                    }
                }
            } else {
                for (int index = 0; index < all.length; index++) {
                    all[index] = EventFd.createSemaphore(index % 2 == 0 ? 1 : 0);
                    System.out.println(all[index].descriptor());
                }
            }
        }

        @Override
        void awaitRoom() throws InterruptedException {
            all[mine].take();
        }

        @Override
        void announceMessage() throws InterruptedException {
            all[mine + 1].add(1);
        }

        @Override
        void awaitMessage() throws InterruptedException {
            all[3 - mine].take();
        }

        @Override
        void announceRoom() throws InterruptedException {
            all[2 - mine].add(1);
        }

        @Override
        void closeSide() throws IOException {
            super.closeSide();
            for (EventFd eventFd : all) {
                eventFd.close();
            }
        }
    }
}
