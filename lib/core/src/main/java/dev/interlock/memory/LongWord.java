package dev.interlock.memory;

/**
 * A 64-bit word of a {@link Memory}, with the access modes of {@link java.lang.invoke.VarHandle}. No party can wait on
 * it: futexes have 32 bits.
 *
 * <p>Memory effects: as the modes of {@code VarHandle} say; the methods without a suffix are volatile.
 */
public abstract class LongWord {
    /** For the kinds of memory. */
    protected LongWord() {}

    /**
     * Reads the value in plain mode.
     *
     * @return the value
     */
    public abstract long getPlain();

    /**
     * Reads the value in opaque mode.
     *
     * @return the value
     */
    public abstract long getOpaque();

    /**
     * Reads the value in acquire mode.
     *
     * @return the value
     */
    public abstract long getAcquire();

    /**
     * Reads the value in volatile mode.
     *
     * @return the value
     */
    public abstract long getVolatile();

    /**
     * Writes the value in plain mode.
     *
     * @param value the new value
     */
    public abstract void setPlain(long value);

    /**
     * Writes the value in opaque mode.
     *
     * @param value the new value
     */
    public abstract void setOpaque(long value);

    /**
     * Writes the value in release mode.
     *
     * @param value the new value
     */
    public abstract void setRelease(long value);

    /**
     * Writes the value in volatile mode.
     *
     * @param value the new value
     */
    public abstract void setVolatile(long value);

    /**
     * Replaces the value if it is the one expected.
     *
     * @param expected the value to replace
     * @param value the new value
     * @return whether it was replaced; if not, the read was volatile too
     */
    public abstract boolean compareAndSet(long expected, long value);

    /**
     * Replaces the value.
     *
     * @param value the new value
     * @return the old value
     */
    public abstract long getAndSet(long value);

    /**
     * Adds to the value, which wraps around.
     *
     * @param delta what to add
     * @return the old value
     */
    public abstract long getAndAdd(long delta);

    /** The value, read in opaque mode, for people. */
    @Override
    public String toString() {
        return Long.toString(getOpaque());
    }
}
