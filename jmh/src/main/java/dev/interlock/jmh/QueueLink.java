package dev.interlock.jmh;

import dev.interlock.posix.Creation;
import dev.interlock.posix.MessageQueue;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A message larger than the queues of an unprivileged user take goes in pieces. */
final class QueueLink extends ProcessLink {
    private static final int LARGEST = 8192;

    private final MessageQueue incoming;
    private final MessageQueue outgoing;
    private final boolean first;

    QueueLink(String name, int size, boolean echo, boolean first) throws IOException {
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
