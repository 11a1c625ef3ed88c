package dev.interlock.jcstress.spin;

import dev.interlock.jcstress.LockProperties.Interrupted;
import dev.interlock.jcstress.LockProperties.MutualExclusion;
import dev.interlock.jcstress.LockProperties.Publication;
import dev.interlock.jcstress.LockProperties.TimedOut;
import dev.interlock.jcstress.LockProperties.TimidTryLockPair;
import dev.interlock.jcstress.LockProperties.TryLockPair;
import dev.interlock.jcstress.Pair;
import dev.interlock.jcstress.generator.Keeps;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.ClhLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.McsLock;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.util.concurrent.locks.Lock;

/** The spin locks under stress. Run one with {@code -t TasLockStress}. */
final class SpinLocks {
    private SpinLocks() {}

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> tasLock() {
        return Pair.both(new TasLock());
    }

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> ttasLock() {
        return Pair.both(new TtasLock());
    }

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> backoffLock() {
        return Pair.both(new BackoffLock());
    }

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> clhLock() {
        return Pair.both(new ClhLock());
    }

    /** Its waiters cannot leave, as those of the next two. */
    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class})
    static Pair<Lock> mcsLock() {
        return Pair.both(new McsLock());
    }

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class})
    static Pair<Lock> ticketLock() {
        return Pair.both(new TicketLock());
    }

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class})
    static Pair<Lock> andersonLock() {
        return Pair.both(new AndersonLock(2));
    }

    @Keeps({MutualExclusion.class, Publication.class, TimidTryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> petersonLock() {
        return Pair.views(new PetersonLock()::party);
    }

    @Keeps({MutualExclusion.class, Publication.class, TimidTryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> filterLock() {
        return Pair.views(new FilterLock(2)::party);
    }

    /** Two of three, who have two levels to pass. */
    @Keeps({MutualExclusion.class, Publication.class, TimidTryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> filterLockOfThree() {
        FilterLock lock = new FilterLock(3);
        return new Pair<>(lock.party(0), lock.party(2));
    }

    @Keeps({MutualExclusion.class, Publication.class, TimidTryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> bakeryLock() {
        return Pair.views(new BakeryLock(2)::party);
    }
}
