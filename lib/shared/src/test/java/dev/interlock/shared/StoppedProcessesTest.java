package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.buffer.MessageRing;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Delivery;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.posix.Signal;
import dev.interlock.posix.Signals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who is only slow is never robbed: processes that are stopped for ten seconds in the middle of sending, or with a message
 * that they have not released. All are stopped at the same time.
 */
@Timeout(120)
class StoppedProcessesTest {
    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SOON_MILLIS = 300; // longer than those who wait take to look for the dead
    private static final long LATE_MILLIS = 30_000;
    private static final int ROOM = 4;

    private static final long OF_THE_STOPPED = 42;
    private static final long OF_ANOTHER = 7;
    private static final long FOR_THE_STOPPED = 43;
    private static final long NONE = -1;

    private static final String NAME = TestSegments.unique();
    private static final Map<String, ChildJvm> CHILDREN = new LinkedHashMap<>();
    private static Segment segment;
    private static long stopped;

    /** What numbers are sent through. */
    private interface Channel {
        void send(long number) throws InterruptedException;

        /** Receives within the time, and releases when it has been handled; {@link #NONE} if there is nothing. */
        long receive(long millis, LongConsumer handler) throws InterruptedException;
    }

    private interface Acceptor {
        Delivery<Long> accept(long timeout, TimeUnit unit) throws InterruptedException;
    }

    private interface Sender {
        void send(long number) throws InterruptedException;
    }

    private enum Kind {
        MESSAGE_RING(true) {
            @Override
            Channel open(String name) {
                MessageRing ring = segment.ring(name, ROOM, Long.BYTES);
                return new Channel() {
                    @Override
                    public void send(long number) throws InterruptedException {
                        try (MessageRing.Claim claim = ring.claim(Long.BYTES)) {
                            SLOW.encode(number, claim.buffer());
                            claim.publish();
                        }
                    }

                    @Override
                    public long receive(long millis, LongConsumer handler) throws InterruptedException {
                        try (MessageRing.Message message = ring.tryRead(millis, TimeUnit.MILLISECONDS)) {
                            return message == null
                                    ? NONE
                                    : handled(message.buffer().getLong(), handler);
                        }
                    }
                };
            }
        },
        RING_MAILBOX(true) {
            @Override
            Channel open(String name) {
                RingMailbox<Long> mailbox = segment.attach(
                        name, memory -> new RingMailbox<>(memory, SLOW, ROOM, Long.BYTES), ROOM, Long.BYTES);
                return channel(number -> mailbox.send(number), (timeout, unit) -> mailbox.tryAccept(timeout, unit));
            }
        },
        UNBOUNDED_MAILBOX(false) {
            @Override
            Channel open(String name) {
                UnboundedMailbox<Long> mailbox = segment.unboundedMailbox(name, SLOW, ROOM, Long.BYTES);
                return channel(number -> mailbox.send(number), (timeout, unit) -> mailbox.tryAccept(timeout, unit));
            }
        },
        RENDEZVOUS_MAILBOX(false) {
            @Override
            Channel open(String name) {
                RendezvousMailbox<Long> mailbox = segment.rendezvousMailbox(name, SLOW, ROOM, Long.BYTES);
                return channel(number -> mailbox.send(number), (timeout, unit) -> mailbox.tryAccept(timeout, unit));
            }
        },
        POST_OFFICE(false) {
            @Override
            Channel open(String name) {
                PostOffice<Long> office = segment.postOffice(name, SLOW, 1, ROOM, Long.BYTES);
                PostOffice<Long>.Box found = office.find("box");
                PostOffice<Long>.Box box = found == null ? office.create("box") : found;
                return channel(number -> box.send(number), (timeout, unit) -> box.tryAccept(timeout, unit));
            }
        };

        /** Whether what was sent after a message that is being written waits for it. */
        final boolean holdsUp;

        Kind(boolean holdsUp) {
            this.holdsUp = holdsUp;
        }

        abstract Channel open(String name);
    }

    /** Stops in the middle of a message, where the child that sends it is then stopped by its parent. */
    private static final Codec<Long> SLOW = new Codec<>() {
        @Override
        public int length(Long message) {
            return Long.BYTES;
        }

        @Override
        public void encode(Long message, ByteBuffer target) {
            if (message == OF_THE_STOPPED) {
                hold();
            }
            target.putLong(message);
        }

        @Override
        public Long decode(ByteBuffer source) {
            return source.getLong();
        }
    };

    private static Channel channel(Sender sender, Acceptor acceptor) {
        return new Channel() {
            @Override
            public void send(long number) throws InterruptedException {
                sender.send(number);
            }

            @Override
            public long receive(long millis, LongConsumer handler) throws InterruptedException {
                try (Delivery<Long> delivery = acceptor.accept(millis, TimeUnit.MILLISECONDS)) {
                    return delivery == null ? NONE : handled(delivery.message(), handler);
                }
            }
        };
    }

    private static long handled(long number, LongConsumer handler) {
        handler.accept(number);
        return number;
    }

    private static void hold() {
        System.out.println("held");
        try {
            System.in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static final class SendingChild {
        public static void main(String[] args) throws Exception {
            segment = Segment.attach(args[0]);
            Kind.valueOf(args[1]).open(args[1] + " sender").send(OF_THE_STOPPED);
            System.out.println("sent");
        }
    }

    static final class ReceivingChild {
        public static void main(String[] args) throws Exception {
            segment = Segment.attach(args[0]);
            Channel channel = Kind.valueOf(args[1]).open(args[1] + " receiver");
            System.out.println("received " + channel.receive(LATE_MILLIS, number -> hold()));
        }
    }

    /** Waits for a receiver, for so many milliseconds. */
    static final class OfferingChild {
        public static void main(String[] args) throws Exception {
            segment = Segment.attach(args[0]);
            RendezvousMailbox<Long> mailbox = offers(args[1]);
            boolean sent = mailbox.trySend(OF_THE_STOPPED, Long.parseLong(args[1]), TimeUnit.MILLISECONDS);
            System.out.println(sent ? "sent" : "not sent");
        }
    }

    private static RendezvousMailbox<Long> offers(String millis) {
        return segment.rendezvousMailbox("offers " + millis, Codec.int64(), ROOM, Long.BYTES);
    }

    @BeforeAll
    static void stopAll() throws Exception {
        segment = Segment.open(NAME);
        for (Kind kind : Kind.values()) {
            kind.open(kind + " sender");
            kind.open(kind + " receiver");
            CHILDREN.put(kind + " sender", new ChildJvm(SendingChild.class, NAME, kind.name()));
            CHILDREN.put(kind + " receiver", new ChildJvm(ReceivingChild.class, NAME, kind.name()));
        }
        for (Kind kind : Kind.values()) {
            kind.open(kind + " receiver").send(FOR_THE_STOPPED);
            assertEquals("held", CHILDREN.get(kind + " sender").line());
            assertEquals("held", CHILDREN.get(kind + " receiver").line());
        }
        for (String millis : new String[] {"30000", "3000"}) { // the impatient one last
            offers(millis);
            CHILDREN.put("offers " + millis, new ChildJvm(OfferingChild.class, NAME, millis));
            while (!described("offers " + millis).state().contains("1 offered")) {
                Thread.sleep(1);
            }
        }
        for (ChildJvm child : CHILDREN.values()) {
            Signals.send(child.pid(), Signal.STOP);
        }
        for (ChildJvm child : CHILDREN.values()) {
            while (!Files.readString(Path.of("/proc/" + child.pid() + "/stat")).contains(") T ")) {
                Thread.sleep(1);
            }
        }
        stopped = System.nanoTime();
    }

    @AfterAll
    static void close() {
        CHILDREN.values().forEach(ChildJvm::close);
        segment.close();
        TestSegments.remove(NAME);
    }

    private static HostedObject described(String object) {
        return segment.describe().stream()
                .filter(each -> each.name().equals(object))
                .findAny()
                .orElseThrow();
    }

    /** Lets ten seconds pass, and the child go on. */
    private static ChildJvm goOn(String child) throws Exception {
        TimeUnit.NANOSECONDS.sleep(STOP_NANOS - (System.nanoTime() - stopped));
        ChildJvm process = CHILDREN.get(child);
        assertTrue(
                Files.readString(Path.of("/proc/" + process.pid() + "/stat")).contains(") T "), "stopped all the time");
        Signals.send(process.pid(), Signal.CONT);
        process.go();
        return process;
    }

    private static void assertNobodyWasTakenForDead(String object) {
        assertEquals(0, described(object).deaths());
        assertFalse(
                described(object).state().contains("recovered"),
                described(object).state());
    }

    private static long receive(Channel channel, long millis) throws InterruptedException {
        return channel.receive(millis, number -> {});
    }

    private static FutureTask<Void> start(Callable<Void> task) {
        FutureTask<Void> future = new FutureTask<>(task);
        new Thread(future).start();
        return future;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theMessageOfAStoppedSenderArrives(Kind kind) throws Exception {
        String name = kind + " sender";
        Channel channel = kind.open(name);
        FutureTask<Void> another = start(() -> {
            channel.send(OF_ANOTHER);
            return null;
        });
        assertEquals(kind.holdsUp ? NONE : OF_ANOTHER, receive(channel, kind.holdsUp ? SOON_MILLIS : LATE_MILLIS));
        another.get();
        assertEquals(NONE, receive(channel, SOON_MILLIS));
        ChildJvm child = goOn(name);
        assertEquals(OF_THE_STOPPED, receive(channel, LATE_MILLIS));
        assertEquals("sent", child.line());
        assertEquals(kind.holdsUp ? OF_ANOTHER : NONE, receive(channel, SOON_MILLIS));
        assertEquals(NONE, receive(channel, SOON_MILLIS), "once");
        assertNobodyWasTakenForDead(name);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nobodyElseGetsTheMessageOfAStoppedReceiver(Kind kind) throws Exception {
        String name = kind + " receiver";
        Channel channel = kind.open(name);
        assertEquals(NONE, receive(channel, SOON_MILLIS));
        FutureTask<Void> another = start(() -> {
            channel.send(OF_ANOTHER);
            return null;
        });
        assertEquals(OF_ANOTHER, receive(channel, LATE_MILLIS));
        another.get();
        assertEquals(NONE, receive(channel, SOON_MILLIS));
        assertEquals("received " + FOR_THE_STOPPED, goOn(name).line());
        assertEquals(NONE, receive(channel, SOON_MILLIS), "not again");
        assertNobodyWasTakenForDead(name);
    }

    /** The one is taken while its sender is stopped; the other's time passes meanwhile. */
    @ParameterizedTest
    @ValueSource(strings = {"30000", "3000"})
    void aStoppedSenderIsToldWhetherItsOfferWasTaken(String millis) throws Exception {
        RendezvousMailbox<Long> mailbox = offers(millis);
        boolean taken = millis.equals("30000");
        if (taken) {
            assertEquals(OF_THE_STOPPED, mailbox.tryReceive());
        }
        assertEquals(taken ? "sent" : "not sent", goOn("offers " + millis).line());
        assertEquals(null, mailbox.tryReceive(SOON_MILLIS, TimeUnit.MILLISECONDS));
        assertNobodyWasTakenForDead("offers " + millis);
    }
}
