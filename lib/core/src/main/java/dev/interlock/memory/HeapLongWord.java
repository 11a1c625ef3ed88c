package dev.interlock.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A 64-bit word that is an object. */
class HeapLongWord extends LongWord {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(HeapLongWord.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long value;

    HeapLongWord(long initial) {
        VALUE.set(this, initial); // plain: who is handed the object must be handed it safely, as with any constructor
    }

    @Override
    public final long getPlain() {
        return (long) VALUE.get(this);
    }

    @Override
    public final long getOpaque() {
        return (long) VALUE.getOpaque(this);
    }

    @Override
    public final long getAcquire() {
        return (long) VALUE.getAcquire(this);
    }

    @Override
    public final long getVolatile() {
        return value;
    }

    @Override
    public final void setPlain(long value) {
        VALUE.set(this, value);
    }

    @Override
    public final void setOpaque(long value) {
        VALUE.setOpaque(this, value);
    }

    @Override
    public final void setRelease(long value) {
        VALUE.setRelease(this, value);
    }

    @Override
    public final void setVolatile(long value) {
        this.value = value;
    }

    @Override
    public final boolean compareAndSet(long expected, long value) {
        return VALUE.compareAndSet(this, expected, value);
    }

    @Override
    public final long getAndSet(long value) {
        return (long) VALUE.getAndSet(this, value);
    }

    @Override
    public final long getAndAdd(long delta) {
        return (long) VALUE.getAndAdd(this, delta);
    }

    /** Alone on its cache lines towards what is allocated after it. */
    static final class Padded extends HeapLongWord {
        @SuppressWarnings("unused")
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;

        Padded(long initial) {
            super(initial);
        }
    }
}
