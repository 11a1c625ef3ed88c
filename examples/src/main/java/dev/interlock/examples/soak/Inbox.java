package dev.interlock.examples.soak;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.PostOffice;
import java.util.concurrent.TimeUnit;

/**
 * Workers number what they send, each from 0 and anew in each life; the process that never dies receives, and finds each
 * number once, in order, up to the last one published.
 */
final class Inbox {
    private static final int CAPACITY = 16;

    private final Arena arena;
    private final String name;
    private final Mailbox<Long> mailbox;

    Inbox(Arena arena, String name, Mailbox<Long> mailbox) {
        this.arena = arena;
        this.name = name;
        this.mailbox = mailbox;
    }

    static Inbox bounded(Arena arena) {
        return new Inbox(
                arena, "RingMailbox", arena.segment().mailbox("RingMailbox", Codec.int64(), CAPACITY, Long.BYTES));
    }

    static Inbox rendezvous(Arena arena) {
        return new Inbox(
                arena,
                "RendezvousMailbox",
                arena.segment().rendezvousMailbox("RendezvousMailbox", Codec.int64(), CAPACITY, Long.BYTES));
    }

    /** A box of an office, made by whoever receives, before there are workers. */
    static Inbox office(Arena arena) {
        PostOffice<Long> office = arena.segment().postOffice("PostOffice", Codec.int64(), 2, CAPACITY, Long.BYTES);
        Mailbox<Long> box = office.find("inbox");
        return new Inbox(arena, "PostOffice", box == null ? office.create("inbox") : box);
    }

    /** The worker's side. */
    Duty sending() {
        return new Duty(arena, name) {
            private int number;

            @Override
            void step() throws InterruptedException {
                long message = (long) arena.worker() << 56 | (long) arena.incarnation() << 32 | number;
                if (number % 3 == 0) {
                    if (!mailbox.trySend(message, 1, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                } else {
                    mailbox.send(message);
                }
                number++;
            }
        };
    }

    /** The other side: receives until it is interrupted, and then what is left. */
    void receive() {
        int[] lives = new int[Arena.WORKERS];
        int[] numbers = new int[Arena.WORKERS];
        boolean more = true;
        while (more) {
            Long message;
            try {
                message = mailbox.receive();
            } catch (InterruptedException e) {
                message = mailbox.tryReceive();
                Thread.currentThread().interrupt();
            }
            more = message != null;
            if (more) {
                check(message, lives, numbers);
            }
        }
    }

    private void check(long message, int[] lives, int[] numbers) {
        int worker = (int) (message >>> 56);
        int life = (int) (message >>> 32) & 0xff_ffff;
        int number = (int) message;
        if (worker >= Arena.WORKERS || life < lives[worker]) {
            arena.violation(name + ": message " + Long.toHexString(message) + " from nobody, or from the past");
            return;
        }
        int expected = life == lives[worker] ? numbers[worker] : 0;
        if (number != expected) {
            arena.violation(
                    name + ": worker " + worker + "." + life + " sent " + expected + ", and " + number + " came");
        }
        lives[worker] = life;
        numbers[worker] = number + 1;
    }
}
