package dev.interlock.memory;

import java.util.concurrent.locks.LockSupport;

/**
 * What a party does while it waits for a {@link Word} to change: chosen for each primitive when it is constructed.
 *
 * <table>
 *   <caption>Which one to choose</caption>
 *   <tr><th>strategy<th>a waiter<th>use when
 *   <tr><td>{@link #SPIN}<td>never gives up its CPU<td>each party has a CPU of its own, and every nanosecond counts
 *   <tr><td>{@link #YIELD}<td>spins briefly, then offers its CPU to others at each step<td>waits are short and no waiter
 *       may sleep
 *   <tr><td>{@link #PARK}<td>sleeps at once<td>waits are long
 *   <tr><td>{@link #ADAPTIVE}<td>spins while that is likely to pay and there is a second CPU, then sleeps<td>otherwise:
 *       the default
 * </table>
 */
public enum WaitStrategy {
    /** Busy waiting. */
    SPIN,
    /**
     * Busy waiting that lets other threads run. A virtual thread that has yielded for long sleeps for a moment now and
     * then: its scheduler would otherwise serve those who yield for ever, and never the owner that has become runnable.
     */
    YIELD,
    /** Sleeping. */
    PARK,
    /** Busy waiting for a short while, then sleeping. */
    ADAPTIVE;

    private static final boolean ONE_CPU = Runtime.getRuntime().availableProcessors() == 1;
    private static final int LOG_STEPS_BEFORE_YIELD = 6;
    private static final int STEPS_BEFORE_VIRTUAL_SLEEP = 256;
    private static final int FIRST_STEPS_AWAY = 64;

    /**
     * Takes one step of busy waiting if this strategy wants one now.
     *
     * @param memory the memory whose word is waited for
     * @param step how many steps this wait has taken
     * @param budget after how many steps {@link #ADAPTIVE} stops
     * @return false, at once, if the caller should sleep instead
     */
    public boolean busyWait(Memory memory, int step, int budget) {
        return busyWait(memory, step, budget, 1);
    }

    /**
     * Takes one step of busy waiting, as long as told, if this strategy wants one now.
     *
     * @param memory the memory whose word is waited for
     * @param step how many steps this wait has taken
     * @param budget after how many steps {@link #ADAPTIVE} stops
     * @param pauses how many times to pause
     * @return false, at once, if the caller should sleep instead
     */
    public boolean busyWait(Memory memory, int step, int budget, int pauses) {
        if (this == PARK || this == ADAPTIVE && (ONE_CPU || memory.isEnough(step, budget))) {
            return false;
        }
        memory.pause(pauses);
        if (yieldsAt(step)) {
            if (step % STEPS_BEFORE_VIRTUAL_SLEEP == 0 && VirtualThreads.isCurrent()) {
                LockSupport.parkNanos(1);
            } else {
                Thread.yield();
            }
        }
        return true;
    }

    /**
     * Whether the given step of busy waiting offers the CPU to others, and so may take long.
     *
     * @param step how many steps the wait has taken
     * @return true for {@link #YIELD}, but for its first steps
     */
    public boolean yieldsAt(int step) {
        return this == YIELD && step >>> LOG_STEPS_BEFORE_YIELD != 0; // unsigned: step may wrap around
    }

    /**
     * Keeps away from a word for a while, if this strategy spins before it sleeps: for a party that is about to sleep, or
     * had no time to fall asleep because the word changes all the time. Those who change it get on undisturbed meanwhile.
     *
     * @param memory the memory whose word is waited for
     * @param round how often in a row the caller has kept away: longer after the first, up to a few microseconds
     * @return whether it did
     */
    public boolean keepAway(Memory memory, int round) {
        if (this != ADAPTIVE || ONE_CPU) {
            return false;
        }
        memory.pause(round == 0 ? FIRST_STEPS_AWAY : 2 * FIRST_STEPS_AWAY);
        return true;
    }

    /**
     * Whether a waiter ever sleeps. One that does not must itself watch its deadline and its interruption, in {@link
     * #giveUp}.
     *
     * @return false for {@link #SPIN} and {@link #YIELD}
     */
    public boolean sleeps() {
        return this == PARK || this == ADAPTIVE;
    }

    /**
     * Whether a waiter that does not sleep must end its wait: to be called once in each step of busy waiting.
     *
     * @param memory the memory whose word is waited for
     * @param deadlineNanos the deadline of the wait
     * @return true if the deadline has passed; always false if this strategy {@link #sleeps()}
     * @throws InterruptedException if this strategy does not sleep and the thread is interrupted
     */
    public boolean giveUp(Memory memory, long deadlineNanos) throws InterruptedException {
        if (sleeps()) {
            return false;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return memory.isPast(deadlineNanos);
    }
}
