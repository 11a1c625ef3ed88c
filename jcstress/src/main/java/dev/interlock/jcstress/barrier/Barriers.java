package dev.interlock.jcstress.barrier;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.jcstress.BarrierProperties.AllSeeAll;
import dev.interlock.jcstress.BarrierProperties.Interrupted;
import dev.interlock.jcstress.BarrierProperties.InterruptedLate;
import dev.interlock.jcstress.BarrierProperties.Reuse;
import dev.interlock.jcstress.BarrierProperties.TimedOut;
import dev.interlock.jcstress.BarrierProperties.TimedOutLate;
import dev.interlock.jcstress.Pair;
import dev.interlock.jcstress.generator.Keeps;

/** The barriers under stress. Run one with {@code -t CentralBarrierStress}. */
final class Barriers {
    private Barriers() {}

    @Keeps({AllSeeAll.class, Reuse.class, TimedOut.class, Interrupted.class})
    static Pair<Barrier> centralBarrier() {
        return Pair.both(new CentralBarrier(2));
    }

    @Keeps({AllSeeAll.class, Reuse.class, TimedOut.class, Interrupted.class})
    static Pair<Barrier> turnstileBarrier() {
        return Pair.both(new TurnstileBarrier(2));
    }

    @Keeps({AllSeeAll.class, Reuse.class, TimedOutLate.class, InterruptedLate.class})
    static Pair<Barrier> disseminationBarrier() {
        return Pair.views(new DisseminationBarrier(2)::party);
    }

    @Keeps({AllSeeAll.class, Reuse.class, TimedOut.class, Interrupted.class})
    static Pair<Barrier> tournamentBarrier() {
        return Pair.views(new TournamentBarrier(2)::party);
    }

    @Keeps({AllSeeAll.class, Reuse.class, TimedOutLate.class, InterruptedLate.class})
    static Pair<Barrier> rendezvous() {
        return Pair.views(new Rendezvous()::party);
    }
}
