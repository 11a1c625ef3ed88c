package dev.interlock.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * Two Chronicle queues in files that are in memory. They keep every message and never slow the sender down; who waits for
 * one spins.
 */
final class ChronicleLink extends ProcessLink {
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Path directory;
    private final ChronicleQueue[] queues = new ChronicleQueue[2];
    private final ExcerptTailer incoming;
    private final ExcerptAppender outgoing;
    private final Bytes<ByteBuffer> bytes;
    private final boolean first;

    ChronicleLink(String name, int size, boolean echo, boolean first) throws IOException {
        this.first = first;
        directory = MEMORY.resolve(name.substring(1));
        for (int index = 0; index < queues.length; index++) {
            queues[index] = SingleChronicleQueueBuilder.binary(directory.resolve("" + index))
                    .build();
        }
        outgoing = queues[first ? 0 : 1].createAppender();
        incoming = queues[first ? 1 : 0].createTailer();
        bytes = Bytes.elasticByteBuffer(size);
        if (first) {
            peer = peer(Mechanism.CHRONICLE_QUEUE, name, size, echo).start();
        }
    }

    @Override
    void send(ByteBuffer message) {
        bytes.clear();
        bytes.writeSome(message);
        outgoing.writeBytes(bytes);
        message.position(message.limit());
    }

    @Override
    void receive(ByteBuffer message) {
        bytes.clear();
        while (!incoming.readBytes(bytes)) {
            Thread.onSpinWait();
        }
        bytes.read(message);
    }

    @Override
    void closeSide() {
        for (ChronicleQueue queue : queues) {
            queue.close();
        }
        bytes.releaseLast();
    }

    @Override
    void unlink() throws IOException {
        if (!first) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
