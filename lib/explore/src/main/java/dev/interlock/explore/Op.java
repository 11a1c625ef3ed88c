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
        /** Whether it has spun for long enough: no or yes, as the explorer likes. */
        ENOUGH,
        ENTER,
        LEAVE,
        /** Not taken by the code: at this place in its history, the party is interrupted. */
        INTERRUPT
    }

    /** The result of an {@link Kind#AWAIT} whose deadline has passed. */
    static final long EXPIRED = 0;

    /** The result of an {@link Kind#AWAIT} that was asleep, and was woken or wakes for no reason. */
    static final long WOKEN = 1;

    /** The result of an {@link Kind#AWAIT} that has found another value. */
    static final long CHANGED = 2;

    /** The result of an {@link Kind#AWAIT} that is interrupted. */
    static final long INTERRUPTED = 3;

    static final Op INTERRUPTION = new Op(Kind.INTERRUPT, 0, 0, 0);

    /** Whether it has the same result whatever the memory holds. */
    boolean isBlind() {
        return kind == Kind.SET || kind == Kind.ENTER || kind == Kind.LEAVE;
    }

    /** Whether a loop that waits goes through it once in each round. */
    boolean isBoundary() {
        return kind == Kind.PAUSE || kind == Kind.AWAIT;
    }
}
