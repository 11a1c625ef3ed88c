package dev.interlock.posix;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The threads that sleep on an object of this process, to be woken when it is closed. */
final class Sleepers {
    private final BooleanSupplier closed;

    /** Guarded by itself. */
    private final List<Blocker> blockers = new ArrayList<>(0);

    Sleepers(BooleanSupplier closed) {
        this.closed = closed;
    }

    /** From here on, {@link #wake()} ends the wait of the blocker; so does a close that has been already. */
    void enter(Blocker blocker) {
        synchronized (blockers) {
            blockers.add(blocker);
        }
        if (closed.getAsBoolean()) {
            blocker.wakeup();
        }
    }

    void leave(Blocker blocker) {
        synchronized (blockers) {
            blockers.remove(blocker);
        }
    }

    /** To be called after the object was marked closed. */
    void wake() {
        synchronized (blockers) {
            blockers.forEach(Blocker::wakeup);
        }
    }
}
