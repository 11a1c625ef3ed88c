package dev.interlock.memory;

/**
 * A 32-bit word of a {@link Memory}, with the access modes of {@link java.lang.invoke.VarHandle}, on which a party can
 * wait.
 *
 * <p>Memory effects: as the modes of {@code VarHandle} say; the methods without a suffix are volatile. {@link #await}
 * and {@link #wake} are a futex: whoever changes the value and then wakes will not be missed by a party that saw the
 * value before the change and then awaits.
 */
public abstract class Word {
    /** How a {@link #sleep} ended. */
    public enum Outcome {
        /** The value was another: the party has taken no wake-up. */
        CHANGED,
        /** The party was woken, or woke up for no reason. */
        WOKEN,
        /** The deadline has passed: the party has taken no wake-up. */
        TIMED_OUT
    }

    /** For the kinds of memory. */
    protected Word() {}

    /**
     * Reads the value in plain mode.
     *
     * @return the value
     */
    public abstract int getPlain();

    /**
     * Reads the value in opaque mode.
     *
     * @return the value
     */
    public abstract int getOpaque();

    /**
     * Reads the value in acquire mode.
     *
     * @return the value
     */
    public abstract int getAcquire();

    /**
     * Reads the value in volatile mode.
     *
     * @return the value
     */
    public abstract int getVolatile();

    /**
     * Writes the value in plain mode.
     *
     * @param value the new value
     */
    public abstract void setPlain(int value);

    /**
     * Writes the value in opaque mode.
     *
     * @param value the new value
     */
    public abstract void setOpaque(int value);

    /**
     * Writes the value in release mode.
     *
     * @param value the new value
     */
    public abstract void setRelease(int value);

    /**
     * Writes the value in volatile mode.
     *
     * @param value the new value
     */
    public abstract void setVolatile(int value);

    /**
     * Replaces the value if it is the one expected.
     *
     * @param expected the value to replace
     * @param value the new value
     * @return whether it was replaced; if not, the read was volatile too
     */
    public abstract boolean compareAndSet(int expected, int value);

    /**
     * Replaces the value.
     *
     * @param value the new value
     * @return the old value
     */
    public abstract int getAndSet(int value);

    /**
     * Adds to the value, which wraps around.
     *
     * @param delta what to add
     * @return the old value
     */
    public abstract int getAndAdd(int delta);

    /**
     * Sleeps while the value is the one expected, until a {@link #wake}, the deadline or an interruption.
     *
     * <p>It may also return true for no reason. Across processes it does so at least every 100 ms, so that its caller
     * looks again whether the party that it waits for lives. A call that returns false or throws has taken no wake-up
     * from another party.
     *
     * @param expected the value on which to sleep; with any other it returns true at once
     * @param deadlineNanos when to give up, on the clock of {@link Memory#nanoTime()}, or {@link Memory#NO_DEADLINE}
     * @return false if the deadline has passed
     * @throws InterruptedException if the thread is interrupted; across processes it may notice up to 100 ms later
     */
    public final boolean await(int expected, long deadlineNanos) throws InterruptedException {
        return sleep(expected, deadlineNanos) != Outcome.TIMED_OUT;
    }

    /**
     * Sleeps as {@link #await} does, and says whether a wake-up may have been taken: for a primitive that has only one on
     * its way at a time.
     *
     * @param expected the value on which to sleep
     * @param deadlineNanos when to give up, on the clock of {@link Memory#nanoTime()}, or {@link Memory#NO_DEADLINE}
     * @return how the sleep ended
     * @throws InterruptedException if the thread is interrupted; no wake-up has been taken then
     */
    public abstract Outcome sleep(int expected, long deadlineNanos) throws InterruptedException;

    /**
     * Wakes parties that sleep on this word, the longest asleep first.
     *
     * @param parties how many at most
     * @return how many were woken
     */
    public abstract int wake(int parties);

    /** The value, read in opaque mode, for people. */
    @Override
    public String toString() {
        return Integer.toString(getOpaque());
    }
}
