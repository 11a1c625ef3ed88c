package dev.interlock.buffer;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.function.BooleanSupplier;

/** How one side of a buffer waits before it sleeps. It learns how long to leave the other side alone between two looks. */
final class Patience {
    /* Implementation notes
     * A look takes the cache lines that the other side is writing. A consumer that looks all the time meets each element
     * alone, and both sides wait for the lines more than they work; one that looks seldom finds a batch. But whoever waits
     * for an answer wants each element at once.
     * gap     how many steps lie before the first look of a wait. It doubles if more than that many elements passed since the
     *         last wait, for then they stream; else it halves. At 1 the side looks without a rest, and an exchange of
     *         single elements keeps it there, for an answer takes several looks. Who finds an element at the first look
     *         meets a stream one by one, and would for ever, so slow do both sides become: it takes a gap that leaves room
     *         for a batch.
     * Within a wait of those that stream the gaps double too, so that an element is met at most twice as late as it came.
     * The fields are plain: guesses, which any thread of the side may write.
     */
    private static final int STEPS = 400;
    private static final int GLANCES = 32;
    private static final int FIRST_GAP = 8;
    private static final int MAX_GAP = 64;

    private final Memory memory;
    private final WaitStrategy waiting;
    private int gap = 1;
    private long lastWait;
    private boolean foundAtOnce;

    Patience(Memory memory, WaitStrategy waiting) {
        this.memory = memory;
        this.waiting = waiting;
    }

    /**
     * Spins until an attempt succeeds or it no longer pays: microseconds, for it watches neither deadline nor interruption.
     *
     * @param position of the side that waits
     * @param attempt what it waits for
     * @return whether an attempt succeeded
     */
    boolean spin(long position, BooleanSupplier attempt) {
        int pauses = learn(position);
        int step = 0;
        while (step < STEPS
                && !waiting.yieldsAt(step)
                && waiting.busyWait(memory, step, STEPS, pauses == 1 && step < GLANCES ? 0 : pauses)) {
            step += pauses;
            if (attempt.getAsBoolean()) {
                foundAtOnce = step == 1;
                return true;
            }
            pauses = pauses == 1 ? 1 : Math.min(2 * pauses, MAX_GAP);
        }
        foundAtOnce = false;
        return false;
    }

    private int learn(long position) {
        int known = gap;
        int next = foundAtOnce
                ? FIRST_GAP
                : position - lastWait > known ? Math.min(2 * known, MAX_GAP) : Math.max(known / 2, 1);
        lastWait = position;
        gap = next;
        return next;
    }
}
