package dev.interlock.examples.soak;

import dev.interlock.buffer.MessageRing;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends numbers to all workers through one ring, and receives what they send: both sides die. Each number is received once,
 * by whom it may be; if its receiver died before it was released it comes again, and says so. Only one that its sender was
 * about to send when it died may be missing.
 */
final class RingDuty extends Duty {
    private static final int CAPACITY = 16;
    /** A sender's numbers that are noted at a time: more than there is room for in the ring. */
    private static final int NOTES = 64;

    private static final int AGAIN = 1 << 15;
    private static final int DOUBTFUL = 1 << 30;
    private static final int ABORTS = 16; // one of so many claims is given up
    private static final int LATE_SECONDS = 10;
    private static final long LAST_MILLIS = 500;

    private final MessageRing ring;
    private final Channel channel;
    private final Words words;
    private final long[] lastOf = new long[Arena.WORKERS];
    private int next = -1;
    private long late; // by when the number is due that was sent NOTES numbers before; 0: it has come

    RingDuty(Arena arena) {
        super(arena, "MessageRing of mortals");
        ring = arena.segment().ring(name(), CAPACITY, Long.BYTES);
        channel = Channel.of(ring);
        words = arena.segment().attach(name() + " words", Words::new);
        Arrays.fill(lastOf, -1);
    }

    /** Whoever has sent one waits for one: so there is one for each that waits. */
    @Override
    void step() throws InterruptedException {
        if (next < 0) {
            takeOver();
        }
        if (send()) {
            channel.receive(this::received);
        } else {
            channel.receive(this::received, 1);
        }
    }

    @Override
    void checkAtEnd() {
        try {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_MILLIS);
            while (System.nanoTime() - end < 0) {
                channel.receive(this::received, LAST_MILLIS);
            }
        } catch (InterruptedException e) {
            arena.violation("interrupted twice");
        }
        if (ring.tryRead() != null) {
            arena.violation(name() + ": there is no end to " + ring);
        }
        for (int sender = 0; sender < Arena.WORKERS; sender++) {
            int due = (int) words.next[sender].getVolatile();
            for (int number = Math.max(0, due - NOTES + 1); number < due; number++) {
                check(sender, number);
            }
        }
    }

    /** Nobody knows whether the number has been sent that the dead worker was about to send. */
    private void takeOver() {
        int due = (int) words.next[arena.worker()].getVolatile();
        LongWord note = note(arena.worker(), due);
        for (long seen = note.getVolatile(); seen >>> 32 == due + 1; seen = note.getVolatile()) {
            if (note.compareAndSet(seen, seen | DOUBTFUL)) {
                due++;
                break;
            }
        }
        words.next[arena.worker()].setVolatile(due);
        next = due;
    }

    private boolean send() throws InterruptedException {
        int before = next - NOTES;
        if (before >= 0 && !isSettled(before)) {
            return false;
        }
        if (before >= 0 && number(note(arena.worker(), next)) == before) {
            check(arena.worker(), before);
        }
        note(arena.worker(), next).setVolatile((long) (next + 1) << 32);
        try (MessageRing.Claim claim = ring.tryClaim(Long.BYTES, 1, TimeUnit.MILLISECONDS)) {
            if (claim == null || ThreadLocalRandom.current().nextInt(ABORTS) == 0) {
                return false;
            }
            claim.buffer().putLong(0, (long) arena.worker() << 32 | next);
            claim.publish();
        }
        words.next[arena.worker()].setVolatile(++next);
        return true;
    }

    /** Whether the number has been received, or need not be, or is late: it may take its time while its receiver is stopped. */
    private boolean isSettled(int number) {
        long note = note(arena.worker(), number).getVolatile();
        long now = arena.tally().looks();
        boolean settled = note >>> 32 != number + 1 || (int) note != 0 || late != 0 && now > late;
        if (settled) {
            late = 0;
        } else if (late == 0) {
            late = now + LATE_SECONDS * Soak.LOOKS_PER_SECOND;
        }
        return settled;
    }

    private void received(long message, boolean redelivered) {
        int sender = (int) (message >>> 32);
        int number = (int) message;
        if (sender < 0 || sender >= Arena.WORKERS) {
            arena.violation(name() + ": message " + Long.toHexString(message) + " from nobody");
            return;
        }
        if (!redelivered && number <= lastOf[sender]) {
            arena.violation(name() + ": " + number + " of worker " + sender + " after " + lastOf[sender]);
        }
        lastOf[sender] = redelivered ? lastOf[sender] : number;
        LongWord note = note(sender, number);
        long seen;
        do {
            seen = note.getVolatile();
            if (seen >>> 32 != number + 1) {
                arena.violation(name() + ": " + number + " of worker " + sender + " is received when " + number(note)
                        + " is due");
                return;
            }
        } while (!note.compareAndSet(seen, seen + (redelivered ? AGAIN : 1)));
        if (redelivered) {
            arena.recovered();
        }
    }

    private void check(int sender, int number) {
        long note = note(sender, number).getVolatile();
        boolean doubtful = (note & DOUBTFUL) != 0;
        int once = (int) note & AGAIN - 1;
        int again = ((int) note & ~DOUBTFUL) / AGAIN;
        if (note >>> 32 != number + 1 || once > 1 || once + again == 0 && !doubtful) {
            arena.violation(name() + ": " + number + " of worker " + sender + " was received " + once + " times, and "
                    + again + " times again");
        }
    }

    private static int number(LongWord note) {
        return (int) (note.getVolatile() >>> 32) - 1;
    }

    private LongWord note(int sender, int number) {
        return words.notes[sender * NOTES + number % NOTES];
    }

    /** A note: [number + 1:32][doubtful:2][again:15][once:15]. */
    private static final class Words {
        private final LongWord[] next = new LongWord[Arena.WORKERS];
        private final LongWord[] notes = new LongWord[Arena.WORKERS * NOTES];

        Words(Memory memory) {
            for (int i = 0; i < next.length; i++) {
                next[i] = memory.longWord(0);
            }
            for (int i = 0; i < notes.length; i++) {
                notes[i] = memory.longWord(0);
            }
        }
    }
}
