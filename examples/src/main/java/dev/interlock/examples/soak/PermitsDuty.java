package dev.interlock.examples.soak;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.semaphore.PermitPool;
import java.util.concurrent.TimeUnit;

/** Takes one of three permits, and one of three desks with it: whoever has a permit finds a desk. */
final class PermitsDuty extends Duty {
    private static final int PERMITS = 3;
    private static final long SEARCH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final PermitPool pool;
    private final Desks desks;

    PermitsDuty(Arena arena) {
        super(arena, "PermitPool");
        pool = arena.segment().attach(name(), memory -> new PermitPool(memory, PERMITS));
        desks = arena.segment().attach("desks", Desks::new);
    }

    @Override
    void step() throws InterruptedException {
        pool.acquire();
        try {
            Word desk = desks.take();
            if (desk == null) {
                arena.violation("PermitPool: a permit, and no desk");
            } else {
                desk.setVolatile(0);
            }
        } finally {
            pool.release();
        }
    }

    @Override
    void checkAtEnd() {
        pool.reclaim();
        if (pool.availablePermits() != PERMITS) {
            arena.violation("PermitPool: " + pool.availablePermits() + " permits of " + PERMITS + " came back");
        }
    }

    private static final class Desks {
        private final Memory memory;
        private final Word[] sitters = new Word[PERMITS];

        Desks(Memory memory) {
            this.memory = memory;
            for (int i = 0; i < PERMITS; i++) {
                sitters[i] = memory.word(0);
            }
        }

        /** A desk may be left behind one's back while one looks at the others, so it takes more than one look. */
        Word take() {
            long start = System.nanoTime();
            do {
                for (Word desk : sitters) {
                    int sitter = desk.getVolatile();
                    if ((sitter == 0 || !memory.isAlive(sitter)) && desk.compareAndSet(sitter, memory.self())) {
                        return desk;
                    }
                }
            } while (System.nanoTime() - start < SEARCH_NANOS);
            return null;
        }
    }
}
