package dev.interlock.examples.soak;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;

/**
 * The numbers that workers send, each from 0 and anew in each life: what was sent, what came, and that it is the same. One
 * party at a time receives what a worker sends.
 */
final class Numbers {
    /** Lives of a worker whose last number is kept: more than may have ended before a message of theirs is received. */
    private static final int LIVES = 64;

    private final Arena arena;
    private final String name;
    private final Words words;
    private int next;

    Numbers(Arena arena, String name) {
        this.arena = arena;
        this.name = name;
        this.words = arena.segment().attach(name + " numbers", Words::new);
    }

    /** What this worker sends next. */
    long message() {
        return (long) arena.worker() << 56 | (long) arena.incarnation() << 32 | next;
    }

    /** Notes that sending it has succeeded: from now on it may not be lost, even if this process dies at once. */
    void sent() {
        next++;
        note(arena.worker(), arena.incarnation()).setVolatile((long) arena.incarnation() << 32 | next);
    }

    /** Checks what was received, before it is released: it must be the next one of its sender. */
    void received(long message, boolean redelivered) {
        int sender = (int) (message >>> 56);
        int life = (int) (message >>> 32) & 0xff_ffff;
        int number = (int) message;
        if (sender >= Arena.WORKERS) {
            arena.violation(name + ": message " + Long.toHexString(message) + " from nobody");
            return;
        }
        long seen = words.received[sender].getVolatile();
        int lastLife = (int) (seen >>> 32);
        int count = (int) seen;
        if (redelivered && life == lastLife && number == count - 1) {
            return; // its receiver died after it had noted that it came
        }
        if (life < lastLife) {
            arena.violation(name + ": worker " + sender + "." + life + " sends from the past");
            return;
        }
        if (life > lastLife) {
            checkAllOf(sender, lastLife, life, count);
            count = 0;
        }
        if (number != count) {
            arena.violation(name + ": worker " + sender + "." + life + " sent " + count + ", and " + number + " came");
        }
        words.received[sender].setVolatile((long) life << 32 | number + 1);
    }

    /** Checks that all has been received; when nobody sends any more. */
    void checkAtEnd() {
        for (int sender = 0; sender < Arena.WORKERS; sender++) {
            long seen = words.received[sender].getVolatile();
            int life = (int) (seen >>> 32);
            checkAllOf(sender, life, life + LIVES, (int) seen);
        }
    }

    /** All that the first of these lives sent came, {@code count} messages, or one more, and the others sent nothing. */
    private void checkAllOf(int sender, int first, int end, int count) {
        for (int life = first; life < end; life++) {
            long note = note(sender, life).getVolatile();
            int sent = note >>> 32 == life ? (int) note : 0;
            int came = life == first ? count : 0;
            if (came != sent && came != sent + 1) { // it may have died before it noted the last one
                arena.violation(
                        name + ": worker " + sender + "." + life + " has sent " + sent + ", and " + came + " came");
            }
        }
    }

    private LongWord note(int sender, int life) {
        return words.sent[sender * LIVES + life % LIVES];
    }

    /** Words of the form [life:32][how many:32]. */
    private static final class Words {
        private final LongWord[] received = new LongWord[Arena.WORKERS];
        private final LongWord[] sent = new LongWord[Arena.WORKERS * LIVES];

        Words(Memory memory) {
            for (int i = 0; i < received.length; i++) {
                received[i] = memory.longWord(0);
            }
            for (int i = 0; i < sent.length; i++) {
                sent[i] = memory.longWord(0);
            }
        }
    }
}
