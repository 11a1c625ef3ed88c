package dev.interlock.examples.soak;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.MailboxFullException;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.shared.Segment;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Workers send numbers; the process that never dies receives, and finds each number once, in order, and none missing. */
final class Inbox {
    private static final int CAPACITY = 16;
    /** How long it takes at most to find that nothing is left. */
    private static final long LAST_MILLIS = 500;

    private final Arena arena;
    private final String name;
    private final Mailbox<Long> mailbox;
    private final Numbers numbers;

    private Inbox(Arena arena, String name, Mailbox<Long> mailbox) {
        this.arena = arena;
        this.name = name;
        this.mailbox = mailbox;
        this.numbers = new Numbers(arena, name);
    }

    static List<Inbox> all(Arena arena) {
        Segment segment = arena.segment();
        Codec<Long> codec = Codec.int64();
        return List.of(
                new Inbox(arena, "RingMailbox", segment.mailbox("RingMailbox", codec, CAPACITY, Long.BYTES)),
                new Inbox(
                        arena,
                        "UnboundedMailbox",
                        segment.unboundedMailbox("UnboundedMailbox", codec, CAPACITY, Long.BYTES)),
                new Inbox(
                        arena,
                        "RendezvousMailbox",
                        segment.rendezvousMailbox("RendezvousMailbox", codec, CAPACITY, Long.BYTES)),
                new Inbox(arena, "PostOffice", box(segment.postOffice("PostOffice", codec, 2, CAPACITY, Long.BYTES))));
    }

    /** A box of an office, made by whoever receives, before there are workers. */
    private static Mailbox<Long> box(PostOffice<Long> office) {
        Mailbox<Long> box = office.find("inbox");
        return box == null ? office.create("inbox") : box;
    }

    /** The worker's side. */
    Duty sending() {
        return new Duty(arena, name) {
            private int attempts;

            @Override
            void step() throws InterruptedException {
                boolean waits = attempts++ % 3 != 0;
                try {
                    if (waits) {
                        mailbox.send(numbers.message());
                    } else if (!mailbox.trySend(numbers.message(), 1, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    numbers.sent();
                } catch (MailboxFullException e) {
                    Thread.sleep(1); // one whose senders do not wait: the receiver may go on
                }
            }

            @Override
            void checkAtEnd() {
                numbers.checkAtEnd();
            }
        };
    }

    /** The other side: receives until it is interrupted, and then what is left. */
    void receive() {
        try {
            while (true) {
                numbers.received(mailbox.receive(), false);
            }
        } catch (InterruptedException e) {
            receiveTheRest();
        }
    }

    private void receiveTheRest() {
        try {
            Long message = mailbox.tryReceive(LAST_MILLIS, TimeUnit.MILLISECONDS);
            while (message != null) {
                numbers.received(message, false);
                message = mailbox.tryReceive(LAST_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            arena.violation("interrupted twice");
        }
    }
}
