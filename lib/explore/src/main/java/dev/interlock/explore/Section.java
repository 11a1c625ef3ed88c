package dev.interlock.explore;

import java.util.concurrent.locks.Lock;

/**
 * A critical section: inside it the explorer allows one party, or as many as it is told, and reports one more as a
 * {@linkplain Violation.Kind#MUTUAL_EXCLUSION violation}. A party that is killed inside no longer counts.
 *
 * <p>Entering and leaving are steps of their own, so that a party can be held up inside. Sections are used only by the
 * parties of an {@link Exploration}, up to four in one.
 */
public final class Section {
    private static final ThreadLocal<Runner<?>> CALLER = new ThreadLocal<>();

    private final String name;
    private final int capacity;

    /** A section for one party at a time. */
    public Section() {
        this("section", 1);
    }

    /**
     * A section for several parties at a time.
     *
     * @param name what reports call it
     * @param capacity how many parties may be inside at once
     */
    public Section(String name, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " is not positive");
        }
        this.name = name;
        this.capacity = capacity;
    }

    /** Enters; it is for the caller's lock to see to it that there is room. */
    public void enter() {
        step(Op.Kind.ENTER);
    }

    /** Leaves. */
    public void leave() {
        step(Op.Kind.LEAVE);
    }

    /**
     * Locks, enters, leaves and unlocks.
     *
     * @param lock what guards the section
     */
    public void run(Lock lock) {
        lock.lock();
        try {
            enter();
            leave();
        } finally {
            lock.unlock();
        }
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }

    int capacity() {
        return capacity;
    }

    private void step(Op.Kind kind) {
        Runner<?> caller = CALLER.get();
        if (caller == null) {
            throw new IllegalStateException("only a party of an exploration enters or leaves a section: " + name);
        }
        caller.step(kind, caller.sections().numberOf(this), 0, 0);
    }

    /** Makes the given party's code, or none, the caller of sections on this thread. */
    static void setCaller(Runner<?> caller) {
        if (caller == null) {
            CALLER.remove();
        } else {
            CALLER.set(caller);
        }
    }
}
