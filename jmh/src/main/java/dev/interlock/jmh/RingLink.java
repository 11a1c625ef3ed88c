package dev.interlock.jmh;

import dev.interlock.buffer.MessageRing;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.posix.Creation;
import dev.interlock.posix.SharedMemory;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Rings in shared memory. */
abstract class RingLink extends ProcessLink {
    private static final int MOST_SLOTS = 1024;
    private static final int MOST_BYTES = 1 << 22;

    private RingLink() {}

    /** How many messages a ring holds: a power of two. */
    private static int slots(int size) {
        return Math.min(MOST_SLOTS, MOST_BYTES / size);
    }

    private static Segment segment(String name, int size, boolean first) {
        long bytes = 4L * slots(size) * (size + 512) + (1 << 20);
        return first ? Segment.create(name, SegmentOptions.DEFAULT.withSize(bytes)) : Segment.attach(name);
    }

    /** Two of ours in one segment: written and read in place. */
    static final class Rings extends RingLink {
        private final Segment segment;
        private final MessageRing incoming;
        private final MessageRing outgoing;
        private final boolean first;

        Rings(Mechanism mechanism, String name, int size, boolean echo, boolean first) throws IOException {
            this.first = first;
            segment = segment(name, size, first);
            MessageRing there = ring(mechanism, "there", size);
            MessageRing back = ring(mechanism, "back", size);
            incoming = first ? back : there;
            outgoing = first ? there : back;
            if (first) {
                peer = peer(mechanism, name, size, echo).start();
            }
        }

        private MessageRing ring(Mechanism mechanism, String name, int size) {
            int slots = slots(size);
            return mechanism == Mechanism.RING
                    ? segment.ring(name, slots, size)
                    : segment.attach(name, memory -> new MessageRing(memory, slots, size, WaitStrategy.PARK));
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

    /** Two of our mailboxes in one segment: encoded from and decoded into arrays. */
    static final class Mailboxes extends RingLink {
        private final Segment segment;
        private final Mailbox<byte[]> incoming;
        private final Mailbox<byte[]> outgoing;
        private final boolean first;

        Mailboxes(String name, int size, boolean echo, boolean first) throws IOException {
            this.first = first;
            segment = segment(name, size, first);
            Mailbox<byte[]> there = segment.mailbox("there", Codec.bytes(), slots(size), size);
            Mailbox<byte[]> back = segment.mailbox("back", Codec.bytes(), slots(size), size);
            incoming = first ? back : there;
            outgoing = first ? there : back;
            if (first) {
                peer = peer(Mechanism.MAILBOX, name, size, echo).start();
            }
        }

        @Override
        void send(ByteBuffer message) throws InterruptedException {
            byte[] bytes = new byte[message.remaining()];
            message.get(bytes);
            outgoing.send(bytes);
        }

        @Override
        void receive(ByteBuffer message) throws InterruptedException {
            message.put(incoming.receive());
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

    /** Two of Agrona's in one shared memory object, written in place; who waits spins, for they have nothing to sleep on. */
    static final class AgronaRings extends RingLink {
        private static final int HEADER = 8;

        private final SharedMemory memory;
        private final RingBuffer incoming;
        private final RingBuffer outgoing;
        private final boolean first;

        /** The message to be filled. */
        private ByteBuffer target;

        private final MessageHandler copy =
                (type, buffer, index, length) -> buffer.getBytes(index, target, target.position(), length);

        AgronaRings(Mechanism mechanism, String name, int size, boolean echo, boolean first) throws IOException {
            this.first = first;
            int data = Integer.highestOneBit(slots(size) * (size + HEADER) - 1) << 1;
            int bytes = data + RingBufferDescriptor.TRAILER_LENGTH;
            memory = SharedMemory.open(name, first ? Creation.CREATE_NEW : Creation.OPEN);
            memory.reserve(2L * bytes);
            RingBuffer there = ring(mechanism, memory.map(0, bytes));
            RingBuffer back = ring(mechanism, memory.map(bytes, bytes));
            incoming = first ? back : there;
            outgoing = first ? there : back;
            if (first) {
                peer = peer(mechanism, name, size, echo).start();
            }
        }

        private static RingBuffer ring(Mechanism mechanism, ByteBuffer memory) {
            UnsafeBuffer buffer = new UnsafeBuffer(memory);
            return mechanism == Mechanism.AGRONA_ONE_TO_ONE
                    ? new OneToOneRingBuffer(buffer)
                    : new ManyToOneRingBuffer(buffer);
        }

        @Override
        void send(ByteBuffer message) {
            int length = message.remaining();
            int index = outgoing.tryClaim(1, length);
            while (index <= 0) {
                Thread.onSpinWait();
                index = outgoing.tryClaim(1, length);
            }
            outgoing.buffer().putBytes(index, message, message.position(), length);
            outgoing.commit(index);
        }

        @Override
        void receive(ByteBuffer message) {
            target = message;
            while (incoming.read(copy, 1) == 0) {
                Thread.onSpinWait();
            }
            message.position(message.limit());
        }

        /** As many at once as there are: what these rings are best at. */
        @Override
        void swallow(ByteBuffer message) {
            target = message;
            while (incoming.read(copy) == 0) {
                Thread.onSpinWait();
            }
        }

        @Override
        void closeSide() {
            memory.close();
        }

        @Override
        void unlink() {
            if (first) {
                SharedMemory.unlink(memory.name());
            }
        }
    }
}
