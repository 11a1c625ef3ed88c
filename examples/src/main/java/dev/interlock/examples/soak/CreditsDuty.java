package dev.interlock.examples.soak;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.TimeUnit;

/**
 * Takes a permit without an owner and gives it back. What a dead worker had is lost: each worker notes what it has, and its
 * successor gives that back.
 */
final class CreditsDuty extends Duty {
    private static final int PERMITS = 4;

    private final CountingSemaphore semaphore;
    private final Word noted;

    CreditsDuty(Arena arena) {
        super(arena, "CountingSemaphore");
        semaphore = arena.segment().semaphore(name(), PERMITS);
        noted = arena.segment().attach("notes", Notes::new).taken[Math.max(arena.worker(), 0)];
        if (arena.worker() >= 0 && noted.getVolatile() != 0) {
            noted.setVolatile(0);
            semaphore.release();
            arena.recovered();
        }
    }

    @Override
    void step() throws InterruptedException {
        if (semaphore.tryAcquire(10, TimeUnit.MILLISECONDS)) {
            noted.setVolatile(1);
            noted.setVolatile(0); // a death before this is made good; one after it, or just before the note, is not
            semaphore.release();
        }
    }

    @Override
    void checkAtEnd() {
        if (semaphore.availablePermits() > PERMITS) {
            arena.violation(
                    "CountingSemaphore: " + semaphore.availablePermits() + " permits, and " + PERMITS + " there were");
        }
    }

    private static final class Notes {
        private final Word[] taken = new Word[Arena.WORKERS];

        Notes(Memory memory) {
            for (int i = 0; i < Arena.WORKERS; i++) {
                taken[i] = memory.word(0);
            }
        }
    }
}
