package dev.interlock.examples.soak;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.shared.Segment;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TtasLock;
import java.util.ArrayList;
import java.util.List;

/** All that there is to do, with every primitive that recovers from deaths. */
final class Duties {
    private static final String ALL = "";
    private static final int GROUP = 3;

    private Duties() {}

    /** All that a worker does. */
    static List<Duty> of(Arena arena) {
        List<Duty> duties = new ArrayList<>();
        addLocks(arena, duties);
        duties.add(new ReadersDuty(arena));
        duties.add(StockDuty.underMutex(arena));
        duties.add(StockDuty.underReentrantMutex(arena));
        duties.add(new PermitsDuty(arena));
        duties.add(new PermitDuty(arena));
        duties.add(new CreditsDuty(arena));
        duties.add(new TicketsDuty(arena));
        addBarriers(arena, duties);
        Inbox.all(arena).forEach(inbox -> duties.add(inbox.sending()));
        Outbox.all(arena).forEach(outbox -> duties.add(outbox.receiving()));
        duties.add(new OwnBoxDuty(arena));
        duties.add(new CorrespondDuty(arena));
        duties.add(new RingDuty(arena));
        duties.add(new ChurnDuty(arena));
        return duties;
    }

    /** What the process that never dies does for the others, until it is interrupted. */
    static List<Runnable> ofTheImmortal(Arena arena) {
        List<Runnable> tasks = new ArrayList<>();
        Inbox.all(arena).forEach(inbox -> tasks.add(inbox::receive));
        Outbox.all(arena).forEach(outbox -> tasks.add(outbox::send));
        tasks.add(new TicketsDuty(arena)::give);
        tasks.add(new CreditsDuty(arena)::replenish);
        return tasks;
    }

    private static void addLocks(Arena arena, List<Duty> duties) {
        Segment segment = arena.segment();
        Mutex mutex = segment.mutex("Mutex");
        duties.add(new LedgerDuty(arena, "Mutex", ALL, mutex, mutex::onOwnerDeath));
        ReentrantMutex reentrant = segment.reentrantMutex("ReentrantMutex");
        duties.add(new LedgerDuty(arena, "ReentrantMutex", ALL, reentrant, reentrant::onOwnerDeath));
        TasLock tas = segment.attach("TasLock", memory -> new TasLock(memory, WaitStrategy.YIELD));
        duties.add(new LedgerDuty(arena, "TasLock", ALL, tas, tas::onOwnerDeath));
        TtasLock ttas = segment.attach("TtasLock", memory -> new TtasLock(memory, WaitStrategy.YIELD));
        duties.add(new LedgerDuty(arena, "TtasLock", ALL, ttas, ttas::onOwnerDeath));
        BackoffLock backoff = segment.attach("BackoffLock", memory -> new BackoffLock(memory, WaitStrategy.YIELD));
        duties.add(new LedgerDuty(arena, "BackoffLock", ALL, backoff, backoff::onOwnerDeath));
        PetersonLock peterson = segment.attach("PetersonLock" + pair(arena), PetersonLock::new);
        duties.add(new LedgerDuty(
                arena, "PetersonLock", pair(arena), peterson.party(partner(arena)), peterson::onOwnerDeath));
        FilterLock filter = segment.attach("FilterLock", memory -> new FilterLock(memory, Arena.WORKERS));
        duties.add(new LedgerDuty(arena, "FilterLock", ALL, filter.party(party(arena)), filter::onOwnerDeath));
        BakeryLock bakery = segment.attach("BakeryLock", memory -> new BakeryLock(memory, Arena.WORKERS));
        duties.add(new LedgerDuty(arena, "BakeryLock", ALL, bakery.party(party(arena)), bakery::onOwnerDeath));
    }

    private static void addBarriers(Arena arena, List<Duty> duties) {
        Segment segment = arena.segment();
        Barrier central = segment.attach("CentralBarrier" + group(arena), memory -> new CentralBarrier(memory, GROUP));
        duties.add(new BarrierDuty(arena, "CentralBarrier", group(arena), central));
        Barrier turnstile =
                segment.attach("TurnstileBarrier" + group(arena), memory -> new TurnstileBarrier(memory, GROUP));
        duties.add(new BarrierDuty(arena, "TurnstileBarrier", group(arena), turnstile));
        DisseminationBarrier dissemination = segment.attach(
                "DisseminationBarrier" + group(arena), memory -> new DisseminationBarrier(memory, GROUP));
        duties.add(new BarrierDuty(
                arena, "DisseminationBarrier", group(arena), dissemination.party(party(arena) % GROUP)));
        TournamentBarrier tournament =
                segment.attach("TournamentBarrier" + group(arena), memory -> new TournamentBarrier(memory, GROUP));
        duties.add(new BarrierDuty(arena, "TournamentBarrier", group(arena), tournament.party(party(arena) % GROUP)));
        Rendezvous rendezvous = segment.attach("Rendezvous" + pair(arena), Rendezvous::new);
        duties.add(new BarrierDuty(arena, "Rendezvous", pair(arena), rendezvous.party(partner(arena))));
    }

    private static int party(Arena arena) {
        return Math.max(arena.worker(), 0);
    }

    /** Which of two it is, where only two can take part. */
    private static int partner(Arena arena) {
        return party(arena) % 2;
    }

    /** Of those who meet at a barrier: of all six there is nearly always one that has just been killed. */
    private static String group(Arena arena) {
        return " " + party(arena) / GROUP;
    }

    private static String pair(Arena arena) {
        return " " + party(arena) / 2;
    }
}
