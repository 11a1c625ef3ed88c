package dev.interlock.shared;

import dev.interlock.memory.Memory;
import java.util.LinkedHashSet;
import java.util.Set;

/** What an object is in, as it is found out. */
final class Status {
    static final int PARTY = (1 << Memory.PARTY_BITS) - 1;
    static final int MOST_HOLDERS = 16;

    private final Set<Integer> holders = new LinkedHashSet<>();
    private final StringBuilder state = new StringBuilder();
    private boolean waiting;
    private long used = -1;
    private long capacity = -1;

    /** Adds to what it says. */
    void say(String words) {
        state.append(words);
    }

    /** Says something else instead. */
    void sayOnly(String words) {
        state.setLength(0);
        say(words);
    }

    void holder(int party) {
        if ((party & PARTY) != 0 && holders.size() < MOST_HOLDERS) {
            holders.add(party & PARTY);
        }
    }

    void waiters(boolean some) {
        waiting |= some;
    }

    void fill(long newUsed, long newCapacity) {
        used = newUsed;
        capacity = newCapacity;
    }

    Set<Integer> holders() {
        return holders;
    }

    String state() {
        return state.toString();
    }

    boolean hasWaiters() {
        return waiting;
    }

    long used() {
        return used;
    }

    long capacity() {
        return capacity;
    }
}
