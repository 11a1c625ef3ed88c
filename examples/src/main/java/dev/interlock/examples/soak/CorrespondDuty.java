package dev.interlock.examples.soak;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.PostOffice;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Names whom it sends to and from whom it receives: the next worker and the one before, and the one opposite. What was sent
 * to one that dies or leaves is lost with it. But while it is there it receives from each of the others every number, in
 * order, once; and nobody waits for one that is gone.
 */
final class CorrespondDuty extends Duty {
    private static final int LETTERS = Arena.WORKERS * 8;
    /** Letters that may wait for the one opposite, so that there are always some for the next one. */
    private static final int FEW = 4;
    /** After how many steps one leaves. */
    private static final int STAY = 200;

    private final PostOffice<Long> office;
    private final int[] sentTo = new int[Arena.WORKERS];
    private final long[] lastFrom = new long[Arena.WORKERS];
    private PostOffice<Long>.Correspondent self;

    CorrespondDuty(Arena arena) {
        super(arena, "Correspondents");
        office = arena.segment().postOffice(name(), Codec.int64(), Arena.WORKERS + 1, LETTERS, Long.BYTES);
    }

    /** Whoever has sent to the next one waits for the one before: so one letter at least goes round. */
    @Override
    void step() throws InterruptedException {
        if (self == null) {
            self = office.join(name(arena.worker()));
            Arrays.fill(lastFrom, -1);
        }
        boolean waits = send(other(1));
        receive(other(Arena.WORKERS - 1), waits);
        int opposite = other(Arena.WORKERS / 2);
        PostOffice<Long>.Box box = office.find(name(opposite));
        if (box != null && box.size() < FEW) {
            send(opposite);
        }
        receive(opposite, false);
        if (ThreadLocalRandom.current().nextInt(STAY) == 0) {
            self.close();
            self = null;
        }
    }

    /** All names are free, and all letters. */
    @Override
    void checkAtEnd() {
        for (int worker = 0; worker < Arena.WORKERS; worker++) {
            office.join(name(worker)).close();
        }
        if (!office.names().isEmpty()) {
            arena.violation(name() + ": " + office.names() + " are left when all have gone");
        }
        try (PostOffice<Long>.Correspondent last = office.join("last")) {
            for (long number = 0; number < LETTERS; number++) {
                if (!last.trySend("last", number, 1, TimeUnit.SECONDS)) {
                    arena.violation(name() + ": letters are lost, of " + office);
                    return;
                }
            }
        } catch (InterruptedException e) {
            arena.violation("interrupted twice");
        }
    }

    private boolean send(int receiver) throws InterruptedException {
        long message = (long) arena.worker() << 56 | (long) arena.incarnation() << 32 | sentTo[receiver];
        try {
            if (self.trySend(name(receiver), message, 1, TimeUnit.MILLISECONDS)) {
                sentTo[receiver]++;
                return true;
            }
        } catch (MailboxClosedException e) {
            // it is dead or has left: nothing is sent
        }
        return false;
    }

    private void receive(int sender, boolean waits) throws InterruptedException {
        try {
            Long message = waits ? self.receive(name(sender)) : self.tryReceive(name(sender), 1, TimeUnit.MILLISECONDS);
            if (message != null) {
                check(sender, message);
            }
        } catch (MailboxClosedException e) {
            if (self.box().isClosed()) {
                arena.violation(name() + ": the mailbox of worker " + arena.worker() + ", who lives, is closed");
            }
        }
    }

    /** Whoever has died begins anew, with any number; what was sent before that has come before. */
    private void check(int sender, long message) {
        long last = lastFrom[sender];
        boolean sameLife = last >>> 32 == message >>> 32;
        if (message >>> 56 != sender || last >= 0 && (sameLife ? message != last + 1 : message < last)) {
            arena.violation(name() + ": " + Long.toHexString(message) + " comes from worker " + sender + " after "
                    + Long.toHexString(last));
        }
        lastFrom[sender] = message;
    }

    private int other(int distance) {
        return (arena.worker() + distance) % Arena.WORKERS;
    }

    private static String name(int worker) {
        return "worker " + worker;
    }
}
