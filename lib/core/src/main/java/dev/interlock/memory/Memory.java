package dev.interlock.memory;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * Where words live, who the parties are, and how they wait.
 *
 * <p>A primitive draws its words from a memory in its constructor, in a fixed order; the memory may hand out new words
 * or, when the primitive attaches to one that exists, the words drawn before. The three kinds are {@link #heap() the
 * heap} (parties are threads), a shared segment (parties are the threads of several processes) and an explorer's.
 *
 * <p>Drawing is for constructors: unless a kind says otherwise it is not safe for use by several threads at once. The
 * methods that primitives call later ({@link #self()}, {@link #isAlive(int)}, {@link #pause()}, {@link #nanoTime()})
 * are.
 */
public abstract class Memory {
    /** The number of bits that name a {@linkplain #self() party}. */
    public static final int PARTY_BITS = 29;

    /** The deadline of a wait without a timeout. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** For the kinds of memory. */
    protected Memory() {}

    /**
     * The heap of this JVM: words are objects, parties are threads, and a waiting thread is parked.
     *
     * @return the heap
     */
    public static Memory heap() {
        return HeapMemory.COMPACT;
    }

    /**
     * Draws the next 32-bit word.
     *
     * @param initial its first value, ignored where the word exists already
     * @return the word
     */
    public abstract Word word(int initial);

    /**
     * Draws the next 64-bit word.
     *
     * @param initial its first value, ignored where the word exists already
     * @return the word
     */
    public abstract LongWord longWord(long initial);

    /**
     * Draws the next payload area: zeros when new, 8-byte aligned, in native byte order.
     *
     * <p>Accesses to it are plain: who may touch it when is for the primitive's words to settle.
     *
     * @param length its size in bytes, not negative
     * @return the area, from position 0 to its limit
     */
    public abstract ByteBuffer bytes(int length);

    /**
     * Ends the current cache line: the next word or payload area drawn from the memory returned starts on a line of its
     * own, so that those who write to it do not slow down those who use what was drawn before.
     *
     * @return the memory to draw from: this one, or one that stands for it
     */
    public abstract Memory newLine();

    /**
     * The calling party: the same number for one thread at each call, different for two that are alive at once.
     *
     * @return the party, not zero, in {@value #PARTY_BITS} bits
     * @throws IllegalStateException if more threads than this memory can tell apart are alive and have called it
     */
    public abstract int self();

    /**
     * Whether a party lives. On the heap, always; elsewhere a system call: for waiters, not for fast paths.
     *
     * @param party a value that {@link #self()} returned, here or in another process
     * @return false if the party has died and will never take another step
     */
    public abstract boolean isAlive(int party);

    /**
     * Whether a party may ever be found {@linkplain #isAlive dead}: if not, those who wait need not wake up to look.
     *
     * @return true; on the heap, false
     */
    public boolean hasMortalParties() {
        return true;
    }

    /**
     * Said by a primitive in its constructor, before it draws a word: a party that dies in it may keep the others waiting
     * for ever. A memory whose parties can die may refuse to host such a primitive; this one, as the heap does, agrees.
     *
     * @param primitive which one
     * @throws IllegalStateException if this memory does not host it
     */
    public void requireImmortalParties(Class<?> primitive) {}

    /** Takes one step of busy waiting: call it once in each round of a loop that waits for a word to change. */
    public abstract void pause();

    /**
     * Whether a party has taken enough steps of busy waiting, and is to do something else. Asked of the memory so that an
     * explorer can answer at any time what is only counted elsewhere.
     *
     * @param steps how many it has taken
     * @param limit how many are enough
     * @return whether {@code steps} has reached the limit
     */
    public boolean isEnough(int steps, int limit) {
        return steps >= limit;
    }

    /**
     * Several steps of busy waiting with no look between them.
     *
     * @param steps how many
     */
    public void pause(int steps) {
        for (int step = 0; step < steps; step++) {
            pause();
        }
    }

    /**
     * The monotonic clock that deadlines are measured by.
     *
     * @return nanoseconds since an arbitrary origin
     */
    public long nanoTime() {
        return System.nanoTime();
    }

    /**
     * The deadline of a wait that starts now.
     *
     * @param timeout how long it may last; zero or less is a deadline that has passed
     * @param unit the unit of {@code timeout}
     * @return the deadline, or {@link #NO_DEADLINE} if it is more than a hundred years away
     */
    public final long deadlineAfter(long timeout, TimeUnit unit) {
        long nanos = unit.toNanos(timeout);
        return nanos >= Long.MAX_VALUE / 2 ? NO_DEADLINE : nanoTime() + Math.max(nanos, 0);
    }

    /**
     * Whether a deadline has passed.
     *
     * @param deadlineNanos a deadline, or {@link #NO_DEADLINE}
     * @return true if it has
     */
    public final boolean isPast(long deadlineNanos) {
        return deadlineNanos != NO_DEADLINE && nanoTime() - deadlineNanos >= 0;
    }
}
