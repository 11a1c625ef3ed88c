package dev.interlock.shared;

import dev.interlock.memory.LongWord;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A 64-bit word of a segment. */
final class SharedLongWord extends LongWord {
    private static final VarHandle VALUE = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final ColdUpdates COMPARE_AND_SET = new ColdUpdates();
    private static final ColdUpdates GET_AND_SET = new ColdUpdates();
    private static final ColdUpdates GET_AND_ADD = new ColdUpdates();

    private final ByteBuffer buffer;
    private final int offset;
    private final View view;

    SharedLongWord(View view, int offset) {
        this.view = view;
        this.buffer = view.buffer();
        this.offset = offset;
    }

    @Override
    public long getPlain() {
        try {
            return (long) VALUE.get(buffer, offset);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public long getOpaque() {
        try {
            return (long) VALUE.getOpaque(buffer, offset);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public long getAcquire() {
        try {
            return (long) VALUE.getAcquire(buffer, offset);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public long getVolatile() {
        try {
            return (long) VALUE.getVolatile(buffer, offset);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public void setPlain(long value) {
        try {
            VALUE.set(buffer, offset, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public void setOpaque(long value) {
        try {
            VALUE.setOpaque(buffer, offset, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public void setRelease(long value) {
        try {
            VALUE.setRelease(buffer, offset, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public void setVolatile(long value) {
        try {
            VALUE.setVolatile(buffer, offset, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public boolean compareAndSet(long expected, long value) {
        try {
            probe(COMPARE_AND_SET);
            return VALUE.compareAndSet(buffer, offset, expected, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public long getAndSet(long value) {
        try {
            probe(GET_AND_SET);
            return (long) VALUE.getAndSet(buffer, offset, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public long getAndAdd(long delta) {
        try {
            probe(GET_AND_ADD);
            return (long) VALUE.getAndAdd(buffer, offset, delta);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    /** Before an atomic update: fails if the memory is not there any more. See {@link ColdUpdates}. */
    private long probe(ColdUpdates updates) {
        long value = (long) VALUE.get(buffer, offset);
        updates.next();
        return value;
    }
}
