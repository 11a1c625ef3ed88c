package dev.interlock.memory;

/**
 * Tells a party that waits when to look whether those it waits for live: about ten times a second, for a look is a system
 * call. Never in memory whose parties do not die. One object serves one wait of one thread.
 */
public final class Lookout {
    /** Less than the time after which sleepers wake by themselves, so that each such waking is one to look. */
    private static final long PERIOD_NANOS = 80_000_000;

    private static final int STEPS_PER_GLANCE = 64;
    private static final int STEPS_PER_LOOK = 256;
    private static final int LOG_STEPS_PER_YIELD = 4;

    private final Memory memory;
    private final boolean looks;
    private long next;

    /**
     * Begins now: the first look is due after a while.
     *
     * @param memory whose clock counts
     */
    public Lookout(Memory memory) {
        this.memory = memory;
        this.looks = memory.hasMortalParties();
        this.next = looks ? memory.nanoTime() + PERIOD_NANOS : 0;
    }

    /**
     * Whether it is time to look: for one that has slept.
     *
     * @return true about ten times a second
     */
    public boolean isDue() {
        if (!looks) {
            return false;
        }
        long now = memory.nanoTime();
        boolean due = now - next >= 0;
        if (due) {
            next = now + PERIOD_NANOS;
        }
        return due;
    }

    /**
     * Whether it is time to look: for one that stays awake or calls again and again. Glances at the clock once in a while only.
     *
     * @param step how many steps of busy waiting the caller has taken; may wrap around
     * @return true about ten times a second
     */
    public boolean isDue(int step) {
        return looks && isEvery(STEPS_PER_GLANCE, memory, step) && isDue();
    }

    /**
     * Whether it is time to look: for a spinner without a lookout. Counted and not timed, so that it costs nothing; a
     * step that yields counts for many, for it may cost the time slices of all others that want the CPU: with twenty of them
     * a look still comes within a second.
     *
     * @param memory where the caller waits
     * @param waiting how it waits
     * @param step how many steps of busy waiting the caller has taken; may wrap around
     * @return true once in a while
     */
    public static boolean isDueAt(Memory memory, WaitStrategy waiting, int step) {
        int last = waiting.yieldsAt(step) ? (step + 1 << LOG_STEPS_PER_YIELD) - 1 : step;
        return memory.hasMortalParties() && isEvery(STEPS_PER_LOOK, memory, last);
    }

    private static boolean isEvery(int powerOfTwo, Memory memory, int step) {
        return memory.isEnough((step & powerOfTwo - 1) + 1, powerOfTwo);
    }
}
