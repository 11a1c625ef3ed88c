package dev.interlock.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A little native memory for each thread, for the structures that a call takes by address. Nothing in it outlives a
 * call.
 */
final class Scratch {
    /** Enough for struct statx, the largest. */
    private static final int BYTES = LibC.STATX_BYTES;

    private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    final ByteBuffer memory =
            ByteBuffer.allocateDirect(BYTES + 8).alignedSlice(8).order(ByteOrder.nativeOrder());
    final long address = LibC.address(memory);

    private Scratch() {}

    static Scratch current() {
        return CURRENT.get();
    }

    /** Stores a duration as a struct timespec and returns its address; one that is negative counts as zero. */
    long timespec(long nanos) {
        putTimespec(memory, 0, nanos);
        return address;
    }

    static void putTimespec(ByteBuffer target, int index, long nanos) {
        long atLeastZero = Math.max(0, nanos);
        target.putLong(index, atLeastZero / NANOS_PER_SECOND);
        target.putLong(index + 8, atLeastZero % NANOS_PER_SECOND);
    }

    static long getTimespec(ByteBuffer source, int index) {
        return source.getLong(index) * NANOS_PER_SECOND + source.getLong(index + 8);
    }
}
