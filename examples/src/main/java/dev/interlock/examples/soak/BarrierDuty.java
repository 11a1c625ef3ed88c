package dev.interlock.examples.soak;

import dev.interlock.barrier.Barrier;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import java.util.concurrent.BrokenBarrierException;

/**
 * Meets other workers at a barrier. A death breaks it, for all; one of them resets it. Whoever passes finds that all have
 * arrived.
 */
final class BarrierDuty extends Duty {
    private final Barrier barrier;
    private final Mutex resetting;
    private final LongWord arrivals;
    private final LongWord passages;

    /** {@code group} tells apart the barriers of several groups of workers. */
    BarrierDuty(Arena arena, String name, String group, Barrier barrier) {
        super(arena, name);
        this.barrier = barrier;
        resetting = arena.segment().mutex(name + group + " reset");
        resetting.onOwnerDeath(() -> {});
        Counts counts = arena.segment().attach(name + group + " counts", Counts::new);
        arrivals = counts.arrivals;
        passages = counts.passages;
    }

    /** Until those it waits for are all there at once, who may have been killed in turn. */
    @Override
    int limitSeconds() {
        return 60;
    }

    @Override
    void step() throws InterruptedException {
        arrivals.getAndAdd(1);
        try {
            barrier.await();
        } catch (BrokenBarrierException e) {
            reset();
            return;
        }
        long passed = passages.getAndAdd(1) + 1;
        // Rounds that ended well: at least passed / parties, rounded up; each had all parties' arrivals.
        long rounds = (passed + barrier.parties() - 1) / barrier.parties();
        if (arrivals.getVolatile() < rounds * barrier.parties()) {
            arena.violation(name() + ": " + passed + " passed after " + arrivals.getVolatile() + " arrivals");
        }
    }

    private void reset() {
        resetting.lock();
        try {
            if (barrier.isBroken()) {
                barrier.reset();
                arena.recovered();
            }
        } finally {
            resetting.unlock();
        }
    }

    private static final class Counts {
        private final LongWord arrivals;
        private final LongWord passages;

        Counts(Memory memory) {
            arrivals = memory.longWord(0);
            passages = memory.longWord(0);
        }
    }
}
