package dev.interlock.examples.soak;

import dev.interlock.buffer.MessageRing;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import java.util.concurrent.TimeUnit;

/**
 * The process that never dies sends numbers; workers note which they have read, and release them. Each number is read once;
 * if its reader died before it was released it is read again, and says so.
 */
final class Outbox {
    private static final int CAPACITY = 16;
    /** Numbers that are noted at a time: more than can be in the ring. */
    private static final int NOTES = 1024;

    private static final int AGAIN = 1 << 16;

    private final Arena arena;
    private final MessageRing ring;
    private final LongWord[] notes;

    Outbox(Arena arena) {
        this.arena = arena;
        this.ring = arena.segment().ring("MessageRing", CAPACITY, Long.BYTES);
        this.notes = arena.segment().attach("notes of what was read", Notes::new).notes;
    }

    /** The workers' side. */
    Duty reading() {
        return new Duty(arena, "MessageRing") {
            @Override
            void step() throws InterruptedException {
                try (MessageRing.Message message = ring.read()) {
                    note(message.buffer().getLong(0), message.redelivered());
                }
            }
        };
    }

    /** The other side: sends until it is interrupted, then waits for the readers and looks at what is left. */
    void send() throws InterruptedException {
        long number = 0;
        try {
            for (; ; number++) {
                try (MessageRing.Claim claim = ring.claim(Long.BYTES)) {
                    if (number >= NOTES) {
                        check(number - NOTES); // released long ago: its slot has been used again since
                    }
                    notes[(int) (number % NOTES)].setVolatile(number << 32);
                    claim.buffer().putLong(0, number);
                    claim.publish();
                }
            }
        } catch (InterruptedException e) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (ring.size() != 0 && System.nanoTime() - deadline < 0) {
                try (MessageRing.Message message = ring.tryRead(100, TimeUnit.MILLISECONDS)) {
                    if (message != null) {
                        note(message.buffer().getLong(0), message.redelivered());
                    }
                }
            }
            for (long last = Math.max(0, number - NOTES); last < number; last++) {
                check(last);
            }
        }
    }

    private void note(long number, boolean redelivered) {
        LongWord note = notes[(int) (number % NOTES)];
        for (; ; ) {
            long seen = note.getVolatile();
            if ((int) (seen >>> 32) != (int) number) {
                arena.violation("MessageRing: " + number + " is read when " + (seen >>> 32) + " is due");
                return;
            }
            if (note.compareAndSet(seen, seen + (redelivered ? AGAIN : 1))) {
                break;
            }
        }
        if (redelivered) {
            arena.recovered();
        }
    }

    private void check(long number) {
        long note = notes[(int) (number % NOTES)].getVolatile();
        int once = (int) (note & AGAIN - 1);
        int again = (int) note / AGAIN;
        if ((int) (note >>> 32) != (int) number || once > 1 || once + again == 0) {
            arena.violation("MessageRing: " + number + " was read " + once + " times, and " + again + " times again");
        }
    }

    private static final class Notes {
        private final LongWord[] notes = new LongWord[NOTES];

        Notes(Memory memory) {
            for (int i = 0; i < NOTES; i++) {
                notes[i] = memory.longWord(0);
            }
        }
    }
}
