package dev.interlock.examples.soak;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.semaphore.CountingSemaphore;

/**
 * Stands in line for permits that the process that never dies gives out. Nobody gives them back: a worker that dies loses
 * the one that it has taken and not counted, and no other is lost, nor is there one too many.
 */
final class TicketsDuty extends Duty {
    private static final int PERMITS = 4;
    private static final int PLACES = 4; // fewer than those who wait: some wait for a place

    private final CountingSemaphore semaphore;
    private final Counts counts;

    TicketsDuty(Arena arena) {
        super(arena, "CountingSemaphore, FIFO");
        semaphore = arena.segment()
                .attach(name(), memory -> new CountingSemaphore(memory, 0, PLACES, WaitStrategy.ADAPTIVE));
        counts = arena.segment().attach(name() + " counts", Counts::new);
        if (arena.worker() >= 0) {
            counts.lives.getAndAdd(1);
        }
    }

    @Override
    void step() throws InterruptedException {
        semaphore.acquire();
        counts.taken.getAndAdd(1);
    }

    /** The other side: gives out permits until it is interrupted. */
    void give() {
        try {
            while (true) {
                if (semaphore.availablePermits() == 0) {
                    counts.given.getAndAdd(PERMITS);
                    semaphore.release(PERMITS);
                }
                Thread.sleep(1);
            }
        } catch (InterruptedException e) {
            // that was all
        }
    }

    @Override
    void checkAtEnd() {
        long deaths = counts.lives.getVolatile() - Arena.WORKERS;
        long lost = counts.given.getVolatile() - counts.taken.getVolatile() - semaphore.availablePermits();
        if (lost < 0 || lost > deaths) {
            arena.violation(name() + ": " + lost + " permits were lost in " + deaths + " deaths");
        }
    }

    private static final class Counts {
        private final LongWord given;
        private final LongWord taken;
        private final LongWord lives;

        Counts(Memory memory) {
            given = memory.longWord(0);
            taken = memory.longWord(0);
            lives = memory.longWord(0);
        }
    }
}
