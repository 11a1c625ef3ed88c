package dev.interlock.jmh;

import dev.interlock.posix.Fifo;
import dev.interlock.posix.Pipe;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Through any two channels, one for each direction. */
abstract class ChannelLink extends ProcessLink {
    final ReadableByteChannel source;
    final WritableByteChannel sink;

    ChannelLink(ReadableByteChannel source, WritableByteChannel sink) {
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

    /** Pipes. */
    static final class Pipes extends ChannelLink {
        Pipes(ReadableByteChannel source, WritableByteChannel sink) {
            super(source, sink);
        }

        /** The first side uses our channels, or those of the JDK as the second does anyway. */
        static Pipes start(Mechanism mechanism, int size, boolean echo) throws IOException {
            Pipe there = Pipe.open();
            Pipe back = Pipe.open();
            ProcessBuilder second = peer(mechanism, "", size, echo)
                    .redirectInput(there.source().redirect())
                    .redirectOutput(back.sink().redirect());
            boolean ours = mechanism == Mechanism.PIPE;
            Pipes link = ours
                    ? new Pipes(back.source(), there.sink())
                    : new Pipes(
                            new FileInputStream(back.source().redirect().file()).getChannel(),
                            new FileOutputStream(there.sink().redirect().file()).getChannel());
            link.peer = second.start();
            there.source().close();
            back.sink().close();
            if (!ours) {
                there.sink().close();
                back.source().close();
            }
            return link;
        }
    }

    /** FIFOs. */
    static final class Fifos extends ChannelLink {
        private final List<Fifo> made;

        Fifos(ReadableByteChannel source, WritableByteChannel sink, List<Fifo> made) {
            super(source, sink);
            this.made = made;
        }

        static Fifos start(String name, int size, boolean echo) throws IOException, InterruptedException {
            Fifo there = Fifo.create(path(name, "there"));
            Fifo back = Fifo.create(path(name, "back"));
            Process peer = peer(Mechanism.FIFO, name, size, echo).start();
            WritableByteChannel sink = there.openSink();
            Fifos link = new Fifos(back.openSource(), sink, List.of(there, back));
            link.peer = peer;
            return link;
        }

        static Fifos attach(String name) throws InterruptedException {
            ReadableByteChannel source = Fifo.of(path(name, "there")).openSource();
            return new Fifos(source, Fifo.of(path(name, "back")).openSink(), List.of());
        }

        private static Path path(String name, String direction) {
            return Path.of(System.getProperty("java.io.tmpdir"), name.substring(1) + "-" + direction);
        }

        @Override
        void unlink() {
            made.forEach(Fifo::unlink);
        }
    }

    /** Sockets of the Unix domain, and TCP. */
    static final class Sockets extends ChannelLink {
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
}
