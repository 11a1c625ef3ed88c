package dev.interlock.examples;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentOptions;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The main job: this JVM starts another one; the two transfer money under a mutex in shared memory, pass messages through a
 * mailbox in it, and measure how long a message takes there and back. The figures differ from machine to machine.
 *
 * <pre>
 * 1 Two JVMs transfer money between 10 accounts in shared memory, under one mutex
 *   400000 transfers, 250 ns each; the sum of all accounts is 10000, as it was
 * 2 Two senders in one JVM, a receiver in the other, a mailbox for 1024 messages
 *   400000 messages, 300 ns each; none lost, each sender's in order
 * 3 A message of 32 bytes goes to the other JVM and comes back
 *
 *   through                               median          99 %   to the socket
 *   message ring, spinning                 0.2 us        0.3 us      240 x
 *   message ring, sleeping                35.0 us       60.1 us      1.7 x
 *   Unix-domain socket                    60.2 us       90.0 us      1.0 x
 *   pipe                                  50.3 us       80.2 us      1.2 x
 * </pre>
 */
public final class Tour {
    private static final int TRANSFERS = 200_000;
    private static final int SENDERS = 2;
    private static final int MESSAGES = 200_000;
    private static final long SECONDS = 3;

    private Tour() {}

    /**
     * Takes the tour.
     *
     * @param args none
     * @throws Exception if the other JVM cannot be started, or anything is not as it should be
     */
    public static void main(String[] args) throws Exception {
        String name = "/interlock-tour-" + ProcessHandle.current().pid();
        Path socket = Path.of(System.getProperty("java.io.tmpdir"), name.substring(1) + ".socket");
        Process other = null;
        try (Segment segment = Segment.create(name, SegmentOptions.DEFAULT)) {
            Thread cleaner = new Thread(() -> remove(name, socket));
            Runtime.getRuntime().addShutdownHook(cleaner); // also when interrupted with Ctrl-C
            other = Jvm.builder(OtherSide.class, name, socket.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            transfer(segment);
            correspond(segment);
            measure(segment, other, socket);
            int status = other.waitFor();
            if (status != 0) {
                throw new IllegalStateException("the other JVM ended with status " + status);
            }
        } finally {
            if (other != null) {
                other.destroy();
            }
        }
    }

    private static void remove(String name, Path socket) {
        Segment.unlink(name);
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            System.err.println("cannot delete " + socket + ": " + e);
        }
    }

    private static void transfer(Segment segment) throws InterruptedException {
        System.out.println(
                "1 Two JVMs transfer money between " + Accounts.COUNT + " accounts in shared memory, under one mutex");
        Accounts accounts = segment.attach("accounts", Accounts::new);
        Mutex mutex = segment.mutex("accounts lock");
        start(segment);
        long start = System.nanoTime();
        accounts.transferAtRandom(TRANSFERS, mutex);
        segment.semaphore("done", 0).acquire();
        long nanos = (System.nanoTime() - start) / (2 * TRANSFERS);
        long sum = accounts.sum();
        long expected = Accounts.COUNT * Accounts.OPENING_BALANCE;
        if (sum != expected) {
            throw new IllegalStateException("the sum of all accounts is " + sum + ", and was " + expected);
        }
        System.out.println("  " + 2 * TRANSFERS + " transfers, " + nanos + " ns each; the sum of all accounts is " + sum
                + ", as it was");
    }

    private static void correspond(Segment segment) throws InterruptedException {
        System.out.println(
                "2 " + SENDERS + " senders in one JVM, a receiver in the other, a mailbox for 1024 messages");
        Mailbox<Long> mailbox = mailbox(segment);
        long[] next = new long[SENDERS];
        start(segment);
        long start = System.nanoTime();
        for (int i = 0; i < SENDERS * MESSAGES; i++) {
            long message = mailbox.receive();
            int sender = (int) (message >>> 32);
            long number = message & 0xffff_ffffL;
            if (number != next[sender]++) {
                throw new IllegalStateException(
                        "sender " + sender + ": got " + number + " before " + (next[sender] - 1));
            }
        }
        long nanos = (System.nanoTime() - start) / (SENDERS * MESSAGES);
        if (mailbox.tryReceive() != null) {
            throw new IllegalStateException("more messages than were sent");
        }
        System.out.println(
                "  " + SENDERS * MESSAGES + " messages, " + nanos + " ns each; none lost, each sender's in order");
    }

    private static void measure(Segment segment, Process other, Path socket) throws Exception {
        System.out.println("3 A message of " + RoundTrips.LENGTH + " bytes goes to the other JVM and comes back");
        RoundTrips spinning = RoundTrips.rings(segment, "spin there", "spin back", WaitStrategy.SPIN);
        RoundTrips sleeping = RoundTrips.rings(segment, "sleep there", "sleep back", WaitStrategy.PARK);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            start(segment);
            List<Double> spun = spinning.measure(1_000, SECONDS);
            List<Double> slept = sleeping.measure(10, SECONDS);
            List<Double> sent;
            try (SocketChannel channel = server.accept()) {
                sent = RoundTrips.channel(channel).measure(10, SECONDS);
            }
            List<Double> piped = RoundTrips.streams(other.getInputStream(), other.getOutputStream())
                    .measure(10, SECONDS);
            System.out.printf("%n  %-28s%16s%14s%16s%n", "through", "median", "99 %", "to the socket");
            print("message ring, spinning", spun, sent);
            print("message ring, sleeping", slept, sent);
            print("Unix-domain socket", sent, sent);
            print("pipe", piped, sent);
        }
    }

    private static void print(String medium, List<Double> samples, List<Double> reference) {
        double median = quantile(samples, 0.5);
        System.out.printf(
                Locale.ROOT,
                "  %-28s%13.2f us%11.2f us%13.1f x%n",
                medium,
                median / 1_000,
                quantile(samples, 0.99) / 1_000,
                quantile(reference, 0.5) / median);
    }

    private static double quantile(List<Double> sorted, double q) {
        return sorted.get((int) (q * (sorted.size() - 1)));
    }

    private static Mailbox<Long> mailbox(Segment segment) {
        return segment.mailbox("mailbox", Codec.int64(), 1024, Long.BYTES);
    }

    /** Both sides call it, and go on when both have. */
    private static void start(Segment segment) throws InterruptedException {
        segment.semaphore("here", 0).release();
        segment.semaphore("there", 0).acquire();
    }

    /** What the other JVM does; its standard input and output are the pipes. */
    static final class OtherSide {
        private OtherSide() {}

        public static void main(String[] args) throws Exception {
            try (Segment segment = Segment.attach(args[0])) {
                Accounts accounts = segment.attach("accounts", Accounts::new);
                Mutex mutex = segment.mutex("accounts lock");
                startThere(segment);
                accounts.transferAtRandom(TRANSFERS, mutex);
                segment.semaphore("done", 0).release();

                startThere(segment);
                send(mailbox(segment));

                RoundTrips spinning = RoundTrips.rings(segment, "spin back", "spin there", WaitStrategy.SPIN);
                RoundTrips sleeping = RoundTrips.rings(segment, "sleep back", "sleep there", WaitStrategy.PARK);
                startThere(segment);
                spinning.echo();
                sleeping.echo();
                try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(args[1]))) {
                    RoundTrips.channel(channel).echo();
                }
                RoundTrips.streams(System.in, System.out).echo();
            }
        }

        private static void send(Mailbox<Long> mailbox) throws InterruptedException {
            List<Thread> senders = new ArrayList<>();
            for (long sender = 0; sender < SENDERS; sender++) {
                long first = sender << 32;
                Thread thread = new Thread(() -> {
                    try {
                        for (long i = 0; i < MESSAGES; i++) {
                            mailbox.send(first + i);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                thread.start();
                senders.add(thread);
            }
            for (Thread sender : senders) {
                sender.join();
            }
        }

        private static void startThere(Segment segment) throws InterruptedException {
            segment.semaphore("there", 0).release();
            segment.semaphore("here", 0).acquire();
        }
    }
}
