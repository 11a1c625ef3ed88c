package dev.interlock.posix;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Many futex words on which one thread sleeps at once: futex_waitv(2), Linux 5.16 and later.
 *
 * <p>One thread adds words and awaits them; any thread may call {@link #wakeup()}. A wake-up of several words at the same
 * moment ends one wait, and is reported for one of them, the last: whoever needs to know of the others compares their
 * values. A word may be added twice: a wake-up of one sleeper on it is then reported for the first of both, of more than one for
 * the second.
 */
public final class FutexGroup {
    /** How many words fit. */
    public static final int CAPACITY = 127;

    /** What {@link #await} returns when no word of the group was woken. */
    public static final int NONE = -1;

    /* The native memory: futex_waitv[128], of which the first is for the group's own word; timespec; the word. */
    private static final int TIMESPEC = (CAPACITY + 1) * Blocker.WAITER_BYTES;
    private static final int WORD = TIMESPEC + 16;
    private static final int BYTES = WORD + 8;

    private final ByteBuffer memory =
            ByteBuffer.allocateDirect(BYTES + 8).alignedSlice(8).order(ByteOrder.nativeOrder());
    private final long address = LibC.address(memory);
    private final Futex[] words = new Futex[CAPACITY]; // keeps their memory mapped
    private int size;

    /** A group without words. */
    public FutexGroup() {
        LibC.require();
        put(0, address + WORD, 0);
    }

    /**
     * Whether the kernel has the call.
     *
     * @return false before Linux 5.16, and where the call is forbidden
     */
    public static boolean isSupported() {
        return LibC.futexWaitv(0, 0, 0) == -1 && LibC.errno() == Errno.EINVAL;
    }

    /** Takes all words out. */
    public void clear() {
        for (int i = 0; i < size; i++) {
            words[i] = null;
        }
        size = 0;
    }

    /**
     * Adds a word.
     *
     * @param word the word
     * @param expected the value at which to sleep
     * @return its place in the group, from 0
     * @throws IllegalStateException if there is no room for it
     */
    public int add(Futex word, int expected) {
        if (size == CAPACITY) {
            throw new IllegalStateException("more than " + CAPACITY + " words");
        }
        words[size] = word;
        put(size + 1, word.address(), expected & 0xffff_ffffL);
        return size++;
    }

    /**
     * Sleeps while all words hold their values, until one of them is woken, {@link #wakeup()} or the time is over. Not
     * interruptible.
     *
     * @param timeoutNanos the longest wait in nanoseconds of the monotonic clock
     * @return the place of a word that was woken, or {@link #NONE}
     * @throws PosixException EFAULT if a word's page is gone, because another process has shortened the object
     */
    public int await(long timeoutNanos) {
        LibC.clock_gettime(LibC.CLOCK_MONOTONIC, address + TIMESPEC);
        Scratch.putTimespec(memory, TIMESPEC, Scratch.getTimespec(memory, TIMESPEC) + Math.max(0, timeoutNanos));
        int woken = LibC.futexWaitv(address, size + 1, address + TIMESPEC);
        int errno = woken == -1 ? LibC.errno() : 0;
        memory.putInt(WORD, 0);
        Reference.reachabilityFence(words);
        if (errno != 0 && errno != Errno.EAGAIN && errno != Errno.ETIMEDOUT && errno != Errno.EINTR) {
            throw PosixException.of("futex_waitv", size + " words", errno);
        }
        return woken - 1 < 0 ? NONE : woken - 1;
    }

    /** Ends the present wait, or else the next one. */
    public void wakeup() {
        memory.putInt(WORD, 1);
        LibC.futexWake(address + WORD, 1);
    }

    private void put(int index, long word, long expected) {
        int at = index * Blocker.WAITER_BYTES;
        memory.putLong(at, expected);
        memory.putLong(at + Blocker.WAITER_ADDRESS, word);
        memory.putInt(at + Blocker.WAITER_FLAGS, Blocker.FUTEX2_SIZE_U32);
    }
}
