package dev.interlock.examples.soak;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.semaphore.BinarySemaphore;
import java.util.concurrent.TimeUnit;

/** Takes the only permit: nobody else that lives has it, and that of a dead one comes back. */
final class PermitDuty extends Duty {
    private final BinarySemaphore semaphore;
    private final Seat seat;

    PermitDuty(Arena arena) {
        super(arena, "BinarySemaphore");
        semaphore = arena.segment().attach(name(), memory -> new BinarySemaphore(memory, true));
        seat = arena.segment().attach("seat", Seat::new);
    }

    @Override
    void step() throws InterruptedException {
        semaphore.acquire();
        try {
            int before = seat.sitter.getVolatile();
            if (before != 0 && seat.memory.isAlive(before)) {
                arena.violation(name() + ": two have the permit");
            } else if (before != 0) {
                arena.recovered();
            }
            seat.sitter.setVolatile(seat.memory.self());
            seat.sitter.setVolatile(0);
        } finally {
            semaphore.release();
        }
    }

    @Override
    void checkAtEnd() {
        try {
            if (!semaphore.tryAcquire(1, TimeUnit.SECONDS)) {
                arena.violation(name() + ": the permit did not come back");
            }
        } catch (InterruptedException e) {
            arena.violation("interrupted twice");
        }
    }

    private static final class Seat {
        private final Memory memory;
        private final Word sitter;

        Seat(Memory memory) {
            this.memory = memory;
            this.sitter = memory.word(0);
        }
    }
}
