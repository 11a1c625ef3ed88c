package dev.interlock.examples.soak;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.TimeUnit;

/**
 * Takes a permit without an owner and gives it back. Each worker notes what it has, and its successor gives that back; a
 * permit is lost only with a worker that dies while it takes one or gives it back, and no other.
 */
final class CreditsDuty extends Duty {
    private static final int PERMITS = 4;
    private static final int NOTHING = 0;
    private static final int TAKING = 1;
    private static final int HAS = 2;
    private static final int GIVING = 3;

    private static final long LOOK_MILLIS = 50;
    /** Looks in a row that find no permit: then all may be lost. */
    private static final int LOOKS = 40;

    private final CountingSemaphore semaphore;
    private final Notes notes;

    CreditsDuty(Arena arena) {
        super(arena, "CountingSemaphore");
        semaphore = arena.segment().semaphore(name(), PERMITS);
        notes = arena.segment().attach("notes", Notes::new);
        if (arena.worker() >= 0) {
            settle(notes.of[arena.worker()]);
        }
    }

    @Override
    void step() throws InterruptedException {
        Word note = notes.of[arena.worker()];
        boolean has = false;
        note.setVolatile(TAKING);
        try {
            has = semaphore.tryAcquire(10, TimeUnit.MILLISECONDS);
        } finally {
            note.setVolatile(has ? HAS : NOTHING);
        }
        if (has) {
            giveBack(note);
        }
    }

    /** The process that never dies gives another permit when there seems to be none any more, until it is interrupted. */
    void replenish() {
        try {
            for (int looks = 0; ; looks++) {
                Thread.sleep(LOOK_MILLIS);
                if (semaphore.availablePermits() > 0) {
                    looks = 0;
                } else if (looks == LOOKS) {
                    looks = 0;
                    notes.given.getAndAdd(1);
                    semaphore.release();
                }
            }
        } catch (InterruptedException e) {
            // that was all
        }
    }

    @Override
    void checkAtEnd() {
        for (Word note : notes.of) {
            settle(note);
        }
        long lost = PERMITS + notes.given.getVolatile() - semaphore.availablePermits();
        long deaths = notes.deaths.getVolatile();
        if (lost < 0 || lost > deaths) {
            arena.violation(
                    name() + ": " + lost + " permits were lost in " + deaths + " deaths that may have cost one");
        }
    }

    private void giveBack(Word note) {
        note.setVolatile(GIVING);
        semaphore.release();
        note.setVolatile(NOTHING);
    }

    /** What a worker has left that is dead, if it is. */
    private void settle(Word note) {
        int left = note.getVolatile();
        if (left == HAS) {
            giveBack(note);
            arena.recovered();
        } else if (left != NOTHING) {
            notes.deaths.getAndAdd(1);
            note.setVolatile(NOTHING);
        }
    }

    private static final class Notes {
        private final LongWord given;
        private final LongWord deaths; // while taking or giving
        private final Word[] of = new Word[Arena.WORKERS];

        Notes(Memory memory) {
            given = memory.longWord(0);
            deaths = memory.longWord(0);
            for (int i = 0; i < Arena.WORKERS; i++) {
                of[i] = memory.word(NOTHING);
            }
        }
    }
}
