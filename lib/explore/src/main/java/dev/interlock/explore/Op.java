package dev.interlock.explore;

/**
 * An operation that a party is about to take on the explored memory.
 *
 * @param kind what it does
 * @param cell the word; for {@link Kind#ENTER} and {@link Kind#LEAVE} the section; else 0
 * @param a the first operand: the value to write, to add or to expect, how many to wake, or the party asked about
 * @param b the second operand: the value to put, or the deadline
 */
record Op(Kind kind, int cell, long a, long b) {
    /** What {@link Kind#AWAIT} returns at once on another value; otherwise 1, or 0 if its deadline has passed. */
    static final long CHANGED = 2;

    enum Kind {
        GET,
        SET,
        SWAP,
        ADD,
        CAS,
        AWAIT,
        WAKE,
        PAUSE,
        CLOCK,
        ALIVE,
        ENTER,
        LEAVE
    }

    /** Whether it has the same result whatever the memory holds. */
    boolean isBlind() {
        return kind == Kind.SET || kind == Kind.ENTER || kind == Kind.LEAVE;
    }

    /** Whether a loop that waits goes through it once in each round. */
    boolean isBoundary() {
        return kind == Kind.PAUSE || kind == Kind.AWAIT;
    }
}
