package dev.interlock.posix;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * A 32-bit word in shared memory on which threads of any process sleep until another wakes them: futex(2).
 *
 * <p>The value of the word is the callers' business; the kernel only compares it with what a sleeper expects, so that
 * no wake-up is lost between the look at the word and the sleep. The word is found by the memory that it is in, not by
 * its address: two processes may have it mapped anywhere. The first sleeper need not be the first woken.
 *
 * <p>A change of the word <em>happens-before</em> the return of a wait that it ended only if the caller reads the word
 * with acquire or volatile mode afterwards, as it must anyway: a wait may end for no reason.
 *
 * <pre>{@code
 * Futex door = Futex.at(memory.map(0, 4096), 0);
 * while ((int) INT.getVolatile(buffer, 0) == CLOSED) {
 *     door.await(CLOSED, Long.MAX_VALUE);
 * }
 * }</pre>
 */
public final class Futex {
    /** Why a wait ended. */
    public enum Outcome {
        /** Another thread woke this one, or it woke up for no reason (a signal): look at the word. */
        WOKEN,
        /** The time is over. */
        TIMED_OUT,
        /** The word did not hold the expected value; the thread did not sleep. */
        VALUE_CHANGED
    }

    /** Longer waits are without limit: 2^61 ns are 73 years. */
    private static final long FOREVER = 1L << 61;

    private final ByteBuffer buffer; // keeps the memory mapped
    private final long address;

    private Futex(ByteBuffer buffer, long address) {
        this.buffer = buffer;
        this.address = address;
    }

    /**
     * Binds the word at a place of a buffer. The buffer's memory stays mapped as long as the result is reachable.
     *
     * @param buffer a direct buffer, usually of {@link SharedMemory#map()}; its position is ignored
     * @param index where the word begins in the buffer, in bytes
     * @return the futex
     * @throws IllegalArgumentException if the buffer is not direct or the address is no multiple of 4
     * @throws IndexOutOfBoundsException if the word is not within the buffer's limit
     */
    public static Futex at(ByteBuffer buffer, int index) {
        LibC.require();
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("a futex needs a direct buffer, not " + buffer);
        }
        if (index < 0 || index > buffer.limit() - Integer.BYTES) {
            throw new IndexOutOfBoundsException("no 32-bit word at " + index + " of " + buffer);
        }
        long address = LibC.address(buffer) + index;
        if (address % Integer.BYTES != 0) {
            throw new IllegalArgumentException("index " + index + " is not aligned to 4 bytes");
        }
        return new Futex(buffer, address);
    }

    /**
     * Sleeps while the word holds the expected value: FUTEX_WAIT. Not interruptible; any number of spurious returns may
     * occur.
     *
     * @param expected the value of the word at which to sleep
     * @param timeoutNanos the longest wait in nanoseconds of the monotonic clock; {@link Long#MAX_VALUE} is without
     *     limit
     * @return why the wait ended
     * @throws PosixException EFAULT if the word's page is gone, because another process has shortened the object
     */
    public Outcome await(int expected, long timeoutNanos) {
        try {
            return await(address, expected, timeoutNanos, this);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    /**
     * Sleeps while the word holds the expected value, until interrupted. If a wake-up and an interrupt come together,
     * the wake-up is reported and the thread stays interrupted, so that no wake-up is lost. Uses futex_waitv(2); before
     * Linux 5.16, which has none, an interrupt is seen within 10 ms.
     *
     * @param expected the value of the word at which to sleep
     * @param timeoutNanos the longest wait in nanoseconds of the monotonic clock; {@link Long#MAX_VALUE} is without
     *     limit
     * @return why the wait ended
     * @throws InterruptedException if the thread was interrupted before or during the wait
     * @throws PosixException EFAULT if the word's page is gone, because another process has shortened the object
     */
    public Outcome awaitInterruptibly(int expected, long timeoutNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Blocker blocker = Blocker.borrow();
        try {
            return blocker.await(address, expected, timeoutNanos, this);
        } finally {
            blocker.giveBack();
            Reference.reachabilityFence(buffer);
        }
    }

    /**
     * Wakes threads that sleep on the word, in any process: FUTEX_WAKE. Does not block.
     *
     * @param count how many at most; {@link Integer#MAX_VALUE} wakes all
     * @return how many were woken
     * @throws IllegalArgumentException if the count is negative
     * @throws PosixException EFAULT if the word's page is gone, because another process has shortened the object
     */
    public int wake(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("count " + count + " is negative");
        }
        if (count == 0) {
            return 0; // the kernel would wake one
        }
        int woken = LibC.futexWake(address, count);
        if (woken == -1) {
            throw PosixException.last("futex_wake", toString());
        }
        Reference.reachabilityFence(buffer);
        return woken;
    }

    long address() {
        return address;
    }

    static Outcome await(long word, int expected, long timeoutNanos, Object object) {
        long timespec = timeoutNanos >= FOREVER ? 0 : Scratch.current().timespec(timeoutNanos);
        int result = LibC.futexWait(word, expected, timespec);
        return result == 0 ? Outcome.WOKEN : outcome("futex_wait", object, LibC.errno());
    }

    static Outcome outcome(String call, Object object, int errno) {
        return switch (errno) {
            case 0, Errno.EINTR -> Outcome.WOKEN;
            case Errno.EAGAIN -> Outcome.VALUE_CHANGED;
            case Errno.ETIMEDOUT -> Outcome.TIMED_OUT;
            default -> throw PosixException.of(call, object.toString(), errno);
        };
    }

    @Override
    public String toString() {
        return "futex at 0x" + Long.toHexString(address);
    }
}
