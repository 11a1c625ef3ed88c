package dev.interlock.shared;

import dev.interlock.memory.Memory;
import dev.interlock.memory.VirtualThreads;
import dev.interlock.memory.Word;
import dev.interlock.posix.Futex;
import dev.interlock.posix.PosixException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/** A 32-bit word of a segment. */
final class SharedWord extends Word {
    /* Implementation notes
     * A futex wait is cut into slices: a system call cannot be interrupted by Thread.interrupt(), and the caller must look
     * from time to time whether the party that it waits for lives. A slice that ends is a spurious wake-up. A wait that
     * the kernel ended by a wake-up always returns true, interrupted or not, so that no wake-up is swallowed.
     * A virtual thread in a futex wait would keep its carrier, and enough of them the owner that they wait for off it. So a
     * stand-in sleeps for it; where the kernel has no call for that, it naps, and looks again.
     */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final VarHandle VALUE = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private static final ColdUpdates COMPARE_AND_SET = new ColdUpdates();
    private static final ColdUpdates GET_AND_SET = new ColdUpdates();
    private static final ColdUpdates GET_AND_ADD = new ColdUpdates();

    private final ByteBuffer buffer;
    private final int offset;
    private final View view;
    private volatile Futex futex;

    SharedWord(View view, int offset) {
        this.view = view;
        this.buffer = view.buffer();
        this.offset = offset;
    }

    @Override
    public int getPlain() {
        try {
            return (int) VALUE.get(buffer, offset);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public int getOpaque() {
        try {
            return (int) VALUE.getOpaque(buffer, offset);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public int getAcquire() {
        try {
            return (int) VALUE.getAcquire(buffer, offset);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public int getVolatile() {
        try {
            return (int) VALUE.getVolatile(buffer, offset);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public void setPlain(int value) {
        try {
            VALUE.set(buffer, offset, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public void setOpaque(int value) {
        try {
            VALUE.setOpaque(buffer, offset, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public void setRelease(int value) {
        try {
            VALUE.setRelease(buffer, offset, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public void setVolatile(int value) {
        try {
            VALUE.setVolatile(buffer, offset, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public boolean compareAndSet(int expected, int value) {
        try {
            probe(COMPARE_AND_SET);
            return VALUE.compareAndSet(buffer, offset, expected, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public int getAndSet(int value) {
        try {
            probe(GET_AND_SET);
            return (int) VALUE.getAndSet(buffer, offset, value);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public int getAndAdd(int delta) {
        try {
            probe(GET_AND_ADD);
            return (int) VALUE.getAndAdd(buffer, offset, delta);
        } catch (IndexOutOfBoundsException | InternalError e) {
            throw view.failure(e);
        }
    }

    @Override
    public Outcome sleep(int expected, long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (getVolatile() != expected) {
            return Outcome.CHANGED;
        }
        long remaining = deadlineNanos == Memory.NO_DEADLINE ? SLICE_NANOS : deadlineNanos - System.nanoTime();
        if (remaining <= 0) {
            return Outcome.TIMED_OUT;
        }
        if (VirtualThreads.isCurrent()) {
            if (StandIn.isSupported()) {
                return StandIn.sleep(this, futex(), expected, deadlineNanos);
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(remaining, NAP_NANOS));
            return endOfSlice(deadlineNanos, remaining > NAP_NANOS);
        }
        Futex.Outcome outcome = futexWait(expected, Math.min(remaining, SLICE_NANOS));
        if (outcome != Futex.Outcome.TIMED_OUT) {
            return outcome == Futex.Outcome.WOKEN ? Outcome.WOKEN : Outcome.CHANGED;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return endOfSlice(deadlineNanos, remaining > SLICE_NANOS);
    }

    @Override
    public int wake(int parties) {
        try {
            return futex().wake(parties);
        } catch (PosixException | InternalError e) {
            throw view.failure(e);
        }
    }

    Mapping mapping() {
        return view.mapping();
    }

    int offset() {
        return offset;
    }

    /** Before an atomic update: fails if the memory is not there any more. See {@link ColdUpdates}. */
    private int probe(ColdUpdates updates) {
        int value = (int) VALUE.get(buffer, offset);
        updates.next();
        return value;
    }

    private static Outcome endOfSlice(long deadlineNanos, boolean more) {
        return deadlineNanos == Memory.NO_DEADLINE || more ? Outcome.WOKEN : Outcome.TIMED_OUT;
    }

    private Futex.Outcome futexWait(int expected, long nanos) {
        try {
            return futex().await(expected, nanos);
        } catch (PosixException | InternalError e) {
            throw view.failure(e);
        }
    }

    private Futex futex() {
        Futex known = futex;
        if (known == null) {
            known = view.futex(offset);
            futex = known;
        }
        return known;
    }
}
