package dev.interlock.shared.crash;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.memory.Memory;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The barriers. */
final class BarrierScenarios extends Family {
    private static final long REPLACEMENT_MILLIS = 300; // within which a death is found

    BarrierScenarios() {
        barrier("CentralBarrier", memory -> new CentralBarrier(memory, 2, null, PARK), (it, party) -> it);
        barrier(
                "DisseminationBarrier",
                memory -> new DisseminationBarrier(memory, 2, PARK),
                DisseminationBarrier::party);
        barrier("TournamentBarrier", memory -> new TournamentBarrier(memory, 2, null, PARK), TournamentBarrier::party);
        barrier("Rendezvous", memory -> new Rendezvous(memory, PARK), Rendezvous::party);
        turnstile();
    }

    private <T> void barrier(String name, Function<Memory, T> layout, BiFunction<T, Integer, ? extends Barrier> party) {
        Scenario.Finding<T> arrival = it -> {
            try {
                party.apply(it, 0).await();
                return "passes";
            } catch (BrokenBarrierException e) {
                return "broken";
            }
        };
        Scenario.Finding<T> reuse = it -> {
            party.apply(it, 0).reset();
            CountDownLatch met = new CountDownLatch(1);
            Thread partner = new Thread(() -> {
                meet(() -> party.apply(it, 1).await());
                met.countDown();
            });
            partner.start();
            party.apply(it, 0).await();
            met.await();
            return "";
        };
        // A barrier knows its parties by the last round: both have met before.
        Scenario.Act<T> meet =
                it -> new Thread(() -> meet(() -> party.apply(it, 0).await())).start();
        Scenario.Act<T> metBy = it -> party.apply(it, 1).await();
        of(name, "await, the last to come", layout)
                .first(meet)
                .victimFirst(metBy)
                .meanwhile(arrival)
                .victim(it -> party.apply(it, 1).await())
                .outcome(it -> "");
        of(name, "await, the first to come", layout)
                .first(meet)
                .victimFirst(metBy)
                .victim(it -> party.apply(it, 1).await())
                .whenVictimSleeps(arrival)
                .outcome(reuse);
    }

    /** The barrier, and one who comes to it in a thread of its own. */
    private static final class Turnstile {
        final TurnstileBarrier barrier;
        final FutureTask<String> arrival = new FutureTask<>(this::arrive);

        Turnstile(Memory memory) {
            barrier = new TurnstileBarrier(memory, 2, null, PARK);
        }

        void begin() {
            new Thread(arrival).start();
        }

        String arrive() throws InterruptedException {
            try {
                barrier.await();
                return "passes";
            } catch (BrokenBarrierException e) {
                return "broken";
            }
        }

        /** Nobody expects one who has not come: so another may come in its stead. */
        String replace() throws Exception {
            boolean met = false;
            try {
                barrier.await(REPLACEMENT_MILLIS, TimeUnit.MILLISECONDS);
                met = true;
            } catch (BrokenBarrierException | TimeoutException e) {
                barrier.reset();
            }
            Thread partner = new Thread(() -> meet(barrier::await));
            partner.start();
            barrier.await();
            partner.join();
            return met ? "with another" : "";
        }
    }

    private void turnstile() {
        String name = "TurnstileBarrier";
        of(name, "await, the last to come", Turnstile::new)
                .meanwhile(Turnstile::arrive)
                .victim(it -> it.barrier.await())
                .outcome(Turnstile::replace);
        of(name, "await, the first to come", Turnstile::new)
                .victim(it -> it.barrier.await())
                .whenVictimSleeps(it -> {
                    it.begin();
                    return "";
                })
                .outcome(it -> {
                    String replaced = it.replace();
                    return it.arrival.get() + (replaced.isEmpty() ? "" : ", ") + replaced;
                });
        of(name, "reset", Turnstile::new)
                .first(it -> {
                    try {
                        it.barrier.await(0, TimeUnit.NANOSECONDS);
                    } catch (TimeoutException e) {
                        // that broke it
                    }
                })
                .victim(it -> it.barrier.reset())
                .outcome(it -> {
                    String found = it.barrier.isBroken() ? "broken" : "whole";
                    it.barrier.reset();
                    it.begin();
                    it.barrier.await();
                    it.arrival.get();
                    return found;
                });
    }

    private static void meet(Callable<Boolean> meeting) {
        try {
            meeting.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
