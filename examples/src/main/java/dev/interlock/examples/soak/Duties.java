package dev.interlock.examples.soak;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.shared.Segment;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TtasLock;
import java.util.List;
import java.util.function.Function;

/** All that a worker does. */
final class Duties {
    private Duties() {}

    static List<Duty> of(Arena arena) {
        Segment segment = arena.segment();
        int party = Math.max(arena.worker(), 0);
        Mutex mutex = segment.mutex("Mutex");
        ReentrantMutex reentrant = segment.attach("ReentrantMutex", ReentrantMutex::new);
        TasLock tas = segment.attach("TasLock", memory -> new TasLock(memory, WaitStrategy.YIELD));
        TtasLock ttas = segment.attach("TtasLock", memory -> new TtasLock(memory, WaitStrategy.YIELD));
        BackoffLock backoff = segment.attach("BackoffLock", memory -> new BackoffLock(memory, WaitStrategy.YIELD));
        return List.of(
                new LedgerDuty(arena, "Mutex", mutex, mutex::onOwnerDeath),
                new LedgerDuty(arena, "ReentrantMutex", reentrant, reentrant::onOwnerDeath),
                new LedgerDuty(arena, "TasLock", tas, tas::onOwnerDeath),
                new LedgerDuty(arena, "TtasLock", ttas, ttas::onOwnerDeath),
                new LedgerDuty(arena, "BackoffLock", backoff, backoff::onOwnerDeath),
                new ReadersDuty(arena),
                new StockDuty(arena),
                new PermitsDuty(arena),
                new CreditsDuty(arena),
                barrier(arena, "CentralBarrier", memory -> new CentralBarrier(memory, Arena.WORKERS)),
                barrier(arena, "TurnstileBarrier", memory -> new TurnstileBarrier(memory, Arena.WORKERS)),
                barrier(
                        arena,
                        "DisseminationBarrier",
                        segment.attach(
                                        "DisseminationBarrier",
                                        memory -> new DisseminationBarrier(memory, Arena.WORKERS))
                                .party(party)),
                barrier(
                        arena,
                        "TournamentBarrier",
                        segment.attach("TournamentBarrier", memory -> new TournamentBarrier(memory, Arena.WORKERS))
                                .party(party)),
                Inbox.bounded(arena).sending(),
                Inbox.rendezvous(arena).sending(),
                Inbox.office(arena).sending(),
                new Outbox(arena).reading());
    }

    private static Duty barrier(Arena arena, String name, Function<Memory, ? extends Barrier> layout) {
        return new BarrierDuty(arena, name, arena.segment().attach(name, layout));
    }

    private static Duty barrier(Arena arena, String name, Barrier barrier) {
        return new BarrierDuty(arena, name, barrier);
    }
}
