package dev.interlock.shared.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The barriers. */
final class BarrierScenarios extends Family {
    private static final long REPLACEMENT_MILLIS = 300; // within which a death is found

    BarrierScenarios() {
        barrier("CentralBarrier", 2, memory -> new CentralBarrier(memory, 2, null, PARK), (it, party) -> it);
        action("CentralBarrier", 1, (memory, action) -> new CentralBarrier(memory, 2, action, PARK), (it, party) -> it);
        recovery(
                "CentralBarrier, 3 parties", 3, memory -> new CentralBarrier(memory, 3, null, PARK), (it, party) -> it);
        dissemination("DisseminationBarrier", 2);
        dissemination("DisseminationBarrier, 4 parties", 4);
        recovery(
                "DisseminationBarrier, 3 parties",
                3,
                memory -> new DisseminationBarrier(memory, 3, PARK),
                DisseminationBarrier::party);
        tournament("TournamentBarrier", 2);
        action(
                "TournamentBarrier",
                0, // the champion
                (memory, action) -> new TournamentBarrier(memory, 2, action, PARK),
                TournamentBarrier::party);
        tournament("TournamentBarrier, 4 parties", 4);
        recovery(
                "TournamentBarrier, 3 parties",
                3,
                memory -> new TournamentBarrier(memory, 3, null, PARK),
                TournamentBarrier::party);
        barrier("Rendezvous", 2, memory -> new Rendezvous(memory, PARK), Rendezvous::party);
        recovery("Rendezvous", 2, memory -> new Rendezvous(memory, PARK), Rendezvous::party);
        turnstile();
        turnstileRecovery();
    }

    private void dissemination(String name, int parties) {
        barrier(name, parties, memory -> new DisseminationBarrier(memory, parties, PARK), DisseminationBarrier::party);
    }

    private void tournament(String name, int parties) {
        barrier(name, parties, memory -> new TournamentBarrier(memory, parties, null, PARK), TournamentBarrier::party);
    }

    /** One party is the victim, which in a tournament of four both wins and loses; the others are threads of the survivor. */
    private <T> void barrier(
            String name, int parties, Function<Memory, T> layout, BiFunction<T, Integer, ? extends Barrier> party) {
        int victim = parties / 2;
        int[] others =
                IntStream.range(0, parties).filter(other -> other != victim).toArray();
        Scenario.Finding<T> arrival = it -> come(others, other -> party.apply(it, other));
        Scenario.Finding<T> reuse = it -> {
            party.apply(it, 0).reset();
            assertEquals("passes", come(IntStream.range(0, parties).toArray(), each -> party.apply(it, each)));
            return "";
        };
        // A barrier knows its parties by the last round: all have met before.
        Scenario.Act<T> meet = it -> start(() -> arrival.of(it));
        Scenario.Act<T> metBy = it -> party.apply(it, victim).await();
        of(name, "await, the last to come", layout)
                .first(meet)
                .victimFirst(metBy)
                .meanwhile(arrival)
                .victim(it -> party.apply(it, victim).await())
                .outcome(it -> "");
        of(name, "await, the first to come", layout)
                .first(meet)
                .victimFirst(metBy)
                .victim(it -> party.apply(it, victim).await())
                .whenVictimSleeps(arrival)
                .outcome(reuse);
        of(name, "await, timed out", layout)
                .first(meet)
                .victimFirst(metBy)
                .victim(it -> comeTooEarly(party.apply(it, victim)))
                .whenVictimSleeps(it -> "")
                .outcome(it -> arrival.of(it) + reuse.of(it));
        of(name, "reset", layout)
                .first(it -> comeTooEarly(party.apply(it, 0)))
                .victim(it -> party.apply(it, victim).reset())
                .outcome(it -> (party.apply(it, 0).isBroken() ? "broken" : "whole") + reuse.of(it));
        of(name, "reset, another waits", layout)
                .meanwhile(it -> come(party.apply(it, 0)))
                .victim(it -> party.apply(it, victim).reset())
                .outcome(it -> {
                    party.apply(it, 0).reset();
                    return "";
                });
    }

    /** Some parties come, each in a thread of its own; what they find. */
    private static String come(int[] who, IntFunction<Barrier> party) throws Exception {
        List<FutureTask<String>> arrivals = new ArrayList<>();
        for (int each : who) {
            arrivals.add(start(() -> come(party.apply(each))));
        }
        Set<String> found = new TreeSet<>();
        for (FutureTask<String> each : arrivals) {
            found.add(each.get());
        }
        return found.size() == 1 ? found.iterator().next() : "broken for some";
    }

    private static String come(Barrier barrier) throws InterruptedException {
        try {
            barrier.await();
            return "passes";
        } catch (BrokenBarrierException e) {
            return "broken";
        }
    }

    /** Comes, does not wait long for the others, and breaks the barrier. */
    private static void comeTooEarly(Barrier barrier) {
        assertThrows(TimeoutException.class, () -> barrier.await(1, TimeUnit.MILLISECONDS));
    }

    /** The barrier, and one who comes to it in a thread of its own. */
    private static final class Turnstile {
        final TurnstileBarrier barrier;
        private FutureTask<String> arrival;

        Turnstile(Memory memory) {
            barrier = new TurnstileBarrier(memory, 2, null, PARK);
        }

        void begin() {
            arrival = start(() -> come(barrier));
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
            meet();
            return met ? "with another" : "";
        }

        /** It is of use. */
        void meet() throws Exception {
            begin();
            barrier.await();
            arrival.get();
        }
    }

    private void turnstile() {
        String name = "TurnstileBarrier";
        of(name, "await, the last to come", Turnstile::new)
                .meanwhile(it -> come(it.barrier))
                .victim(it -> it.barrier.await())
                .outcome(Turnstile::replace);
        of(name, "await, the first to come", Turnstile::new)
                .victim(it -> it.barrier.await())
                .whenVictimSleeps(it -> {
                    it.begin();
                    return "";
                })
                .outcome(it -> {
                    FutureTask<String> arrival = it.arrival;
                    String replaced = it.replace();
                    return arrival.get() + (replaced.isEmpty() ? "" : ", ") + replaced;
                });
        of(name, "await, timed out", Turnstile::new)
                .victim(it -> comeTooEarly(it.barrier))
                .whenVictimSleeps(it -> "")
                .outcome(it -> it.replace() + "broken");
        of(name, "reset", Turnstile::new)
                .first(it -> comeTooEarly(it.barrier))
                .victim(it -> it.barrier.reset())
                .outcome(it -> {
                    String found = it.barrier.isBroken() ? "broken" : "whole";
                    it.barrier.reset();
                    it.meet();
                    return found;
                });
        of(name, "reset, another waits", Turnstile::new)
                .meanwhile(it -> come(it.barrier))
                .victim(it -> it.barrier.reset())
                .outcome(it -> {
                    it.barrier.reset();
                    return "";
                });
    }

    /** A barrier, the action of which takes two steps: nobody passes between them. */
    private static final class Acting<T> {
        final T barrier;
        private final Word begun;
        private final Word done;
        private final CountDownLatch over = new CountDownLatch(1);

        Acting(Memory memory, BiFunction<Memory, Runnable, T> layout) {
            begun = memory.word(0);
            done = memory.word(0);
            barrier = layout.apply(memory, () -> {
                begun.getAndAdd(1);
                done.getAndAdd(1);
            });
        }

        /** Comes to the second round, in which the action is run by another. */
        String come(Barrier party) throws InterruptedException {
            try {
                String found = BarrierScenarios.come(party);
                if (found.equals("passes") && done.getVolatile() != 2) {
                    throw new AssertionError("passes, and the action was begun " + begun.getVolatile()
                            + " times and done " + done.getVolatile() + " times in 2 rounds");
                }
                return found;
            } finally {
                over.countDown();
            }
        }

        /** Both come, after that. */
        void reuse(IntFunction<Barrier> party) throws Exception {
            over.await();
            int before = done.getVolatile();
            party.apply(0).reset();
            assertEquals("passes", BarrierScenarios.come(new int[] {0, 1}, party));
            assertEquals(before + 1, done.getVolatile());
        }
    }

    /** The victim comes last, and runs the action, while the other one waits. */
    private <T> void action(
            String name,
            int victim,
            BiFunction<Memory, Runnable, T> barrier,
            BiFunction<T, Integer, ? extends Barrier> party) {
        Function<Memory, Acting<T>> layout = memory -> new Acting<>(memory, barrier);
        of(name, "await, the last to come, with an action", layout)
                .first(it -> start(() -> come(party.apply(it.barrier, 1 - victim))))
                .victimFirst(it -> party.apply(it.barrier, victim).await())
                .meanwhile(it -> it.come(party.apply(it.barrier, 1 - victim)))
                .victim(it -> party.apply(it.barrier, victim).await())
                .outcome(it -> {
                    it.reuse(each -> party.apply(it.barrier, each));
                    return "";
                });
    }

    /** Party 0 has met the others before, and is dead when the victim, party 1, comes; the others come later, if any. */
    private <T> void recovery(
            String name, int parties, Function<Memory, T> layout, BiFunction<T, Integer, ? extends Barrier> party) {
        int[] others = parties == 2 ? new int[] {0} : new int[] {2};
        with(name, "await, of a dead party", Reopened.of(layout))
                .first(it -> {
                    start(() -> {
                        it.die(object -> party.apply(object, 0).await());
                        return "";
                    });
                    for (int other = 2; other < parties; other++) {
                        Barrier mine = party.apply(it.object(), other);
                        start(() -> come(mine));
                    }
                })
                .victimFirst(it -> party.apply(it.object(), 1).await())
                .victim(it -> assertThrows(BrokenBarrierException.class, () -> party.apply(it.object(), 1)
                        .await()))
                .outcome(it -> {
                    String found = come(others, other -> party.apply(it.object(), other));
                    party.apply(it.object(), 0).reset();
                    int[] all = IntStream.range(0, parties).toArray();
                    assertEquals("passes", come(all, each -> party.apply(it.object(), each)));
                    return found;
                });
    }

    /** Nobody expects one who has not come: so the dead one has come, and waits. */
    private void turnstileRecovery() {
        Function<Memory, TurnstileBarrier> layout = memory -> new TurnstileBarrier(memory, 3, null, PARK);
        with("TurnstileBarrier, 3 parties", "await, of a dead party", Reopened.of(layout))
                .first(it -> it.die(object -> {
                    start(() -> come(object));
                    while (!it.segment().describe().get(0).hasWaiters()) {
                        Thread.sleep(1);
                    }
                }))
                .victim(it -> assertThrows(
                        BrokenBarrierException.class, () -> it.object().await()))
                .outcome(it -> {
                    String found = come(it.object());
                    it.object().reset();
                    assertEquals("passes", come(new int[] {0, 1, 2}, each -> it.object()));
                    return found;
                });
    }
}
