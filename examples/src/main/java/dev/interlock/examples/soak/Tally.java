package dev.interlock.examples.soak;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;

/** The figures, in the segment itself: they survive the workers. */
final class Tally {
    /** More than there are duties. */
    static final int DUTIES = 40;

    private final Word stop;
    private final LongWord looks;
    private final LongWord recoveries;
    private final LongWord violations;
    private final LongWord[] steps = new LongWord[Arena.WORKERS * DUTIES];

    Tally(Memory memory) {
        stop = memory.word(0);
        looks = memory.longWord(0);
        recoveries = memory.longWord(0);
        violations = memory.longWord(0);
        for (int i = 0; i < steps.length; i++) {
            steps[i] = memory.longWord(0);
        }
    }

    boolean isStopping() {
        return stop.getVolatile() != 0;
    }

    void stop() {
        stop.setVolatile(1);
    }

    /** Whoever kills and stops has looked at all, and let those go on whose time it was. */
    void looked() {
        looks.getAndAdd(1);
    }

    /**
     * The time by which waits are judged: if the one that looks gets no CPU, or starts a process, those that it has stopped
     * stay stopped, and nobody else is to blame.
     */
    long looks() {
        return looks.getVolatile();
    }

    void recovered() {
        recoveries.getAndAdd(1);
    }

    long recoveries() {
        return recoveries.getVolatile();
    }

    void violated() {
        violations.getAndAdd(1);
    }

    long violations() {
        return violations.getVolatile();
    }

    void stepped(int worker, int duty) {
        steps[worker * DUTIES + duty].getAndAdd(1);
    }

    long steps(int worker, int duty) {
        return steps[worker * DUTIES + duty].getVolatile();
    }

    long steps(int duty) {
        long sum = 0;
        for (int worker = 0; worker < Arena.WORKERS; worker++) {
            sum += steps(worker, duty);
        }
        return sum;
    }
}
