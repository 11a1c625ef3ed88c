package dev.interlock.examples.soak;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Delivery;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.PostOffice;
import java.util.concurrent.TimeUnit;

/**
 * Has a box of an office, and sends to that of the next worker. A box closes when its owner dies, and what is in it is
 * received by the owner's successor, who then makes one anew. Each number comes once, in order, and none is missing.
 */
final class OwnBoxDuty extends Duty {
    private static final int CAPACITY = 8;
    /** How often one looks for what is left: ten times a second, for one has to find out that the owner is dead. */
    private static final int LOOKS = 100;

    private static final long LOOK_MILLIS = 100;

    private final PostOffice<Long> office;
    private final Numbers numbers;
    private PostOffice<Long>.Box mine;

    OwnBoxDuty(Arena arena) {
        super(arena, "PostOffice of mortals");
        office = arena.segment().postOffice(name(), Codec.int64(), Arena.WORKERS, Arena.WORKERS * CAPACITY, Long.BYTES);
        numbers = new Numbers(arena, name());
    }

    @Override
    void step() throws InterruptedException {
        if (mine == null) {
            takeOver();
        }
        sendToTheNext();
        receive(mine, 1);
    }

    @Override
    void checkAtEnd() {
        try {
            for (int worker = 0; worker < Arena.WORKERS; worker++) {
                empty(name(worker));
            }
        } catch (InterruptedException e) {
            arena.violation("interrupted twice");
        }
        numbers.checkAtEnd();
    }

    private void takeOver() throws InterruptedException {
        empty(name(arena.worker()));
        mine = office.create(name(arena.worker()), CAPACITY);
    }

    /** Receives what is in a dead worker's box; it is gone then. */
    private void empty(String box) throws InterruptedException {
        PostOffice<Long>.Box left = office.find(box);
        for (int look = 0; left != null && look < LOOKS; look++) {
            try {
                receive(left, LOOK_MILLIS);
            } catch (MailboxClosedException e) {
                arena.recovered();
            }
            left = office.find(box);
        }
        if (left != null) {
            arena.violation(name() + ": a dead worker's box is still there: " + left);
        }
    }

    private void sendToTheNext() {
        PostOffice<Long>.Box next = office.find(name((arena.worker() + 1) % Arena.WORKERS));
        try {
            if (next != null && next.trySend(numbers.message())) {
                numbers.sent();
            }
        } catch (MailboxClosedException e) {
            // its owner is dead: it is not sent, and goes to the successor
        }
    }

    private void receive(PostOffice<Long>.Box box, long millis) throws InterruptedException {
        try (Delivery<Long> delivery = box.tryAccept(millis, TimeUnit.MILLISECONDS)) {
            if (delivery != null) {
                numbers.received(delivery.message(), delivery.redelivered());
                if (delivery.redelivered()) {
                    arena.recovered();
                }
            }
        }
    }

    private static String name(int worker) {
        return "worker " + worker;
    }
}
