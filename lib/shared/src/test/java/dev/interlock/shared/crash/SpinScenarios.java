package dev.interlock.shared.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.memory.Memory;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TtasLock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The spin locks that can name their owner. */
final class SpinScenarios extends Family {
    private static final int SURVIVOR = 0;
    private static final int VICTIM = 1;

    SpinScenarios() {
        lock("TasLock", TasLock::new, (it, view) -> it, TasLock::onOwnerDeath);
        lock("TtasLock", TtasLock::new, (it, view) -> it, TtasLock::onOwnerDeath);
        lock("BackoffLock", BackoffLock::new, (it, view) -> it, BackoffLock::onOwnerDeath);
        viewed("PetersonLock", PetersonLock::new, PetersonLock::party, PetersonLock::onOwnerDeath);
        viewed("FilterLock", memory -> new FilterLock(memory, 2), FilterLock::party, FilterLock::onOwnerDeath);
        viewed("BakeryLock", memory -> new BakeryLock(memory, 2), BakeryLock::party, BakeryLock::onOwnerDeath);
    }

    private <T> void lock(
            String name,
            Function<? super Memory, T> layout,
            BiFunction<T, Integer, Lock> party,
            OnDeath<T> onOwnerDeath) {
        Scenario.Finding<T> next = next(party, onOwnerDeath);
        Scenario.Act<T> hook = it -> onOwnerDeath.register(it, () -> {});
        Scenario.Act<T> held = it -> {
            hook.on(it);
            party.apply(it, SURVIVOR).lock();
        };
        Scenario.Finding<T> release = it -> {
            party.apply(it, SURVIVOR).unlock();
            return "";
        };
        of(name, "lock", layout).victim(it -> party.apply(it, VICTIM).lock()).outcome(next);
        of(name, "unlock", layout)
                .victimFirst(it -> party.apply(it, VICTIM).lock())
                .victim(it -> party.apply(it, VICTIM).unlock())
                .outcome(next);
        of(name, "unlock, another waits", layout)
                .first(hook)
                .victimFirst(it -> party.apply(it, VICTIM).lock())
                .meanwhile(it -> {
                    party.apply(it, SURVIVOR).lock();
                    party.apply(it, SURVIVOR).unlock();
                    return "the waiter goes on";
                })
                .victim(it -> party.apply(it, VICTIM).unlock())
                .outcome(it -> "");
        of(name, "lock, waiting", layout)
                .first(held)
                .victim(it -> party.apply(it, VICTIM).lock())
                .whenVictimSleeps(release)
                .outcome(next);
        of(name, "tryLock, timed out", layout)
                .first(held)
                .victim(it -> party.apply(it, VICTIM).tryLock(1, TimeUnit.MILLISECONDS))
                .whenVictimSleeps(it -> {
                    Thread.sleep(2);
                    return "";
                })
                .outcome(it -> release.of(it) + next.of(it));
        // A waiter looks for a dead owner after hundreds of steps, and when its time is over: here at once.
        inherit(name, "tryLock, of a dead owner", layout, party, onOwnerDeath, SURVIVOR)
                .victim(it -> assertTrue(party.apply(it.object(), VICTIM).tryLock(0, TimeUnit.NANOSECONDS)));
    }

    /** A lock of which each party has a view. */
    private <T> void viewed(
            String name, Function<Memory, T> layout, BiFunction<T, Integer, Lock> party, OnDeath<T> onOwnerDeath) {
        lock(name, layout, party, onOwnerDeath);
        inherit(name, "lock, in a dead owner's view", layout, party, onOwnerDeath, VICTIM)
                .victim(it -> party.apply(it.object(), VICTIM).lock());
    }

    /** The victim takes over from one that died inside. */
    private <T> Scenario<Reopened<T>> inherit(
            String name,
            String operation,
            Function<? super Memory, T> layout,
            BiFunction<T, Integer, Lock> party,
            OnDeath<T> onOwnerDeath,
            int viewOfDead) {
        Scenario.Finding<T> next = next(party, onOwnerDeath);
        return with(name, operation, Reopened.of(layout))
                .first(it -> it.die(object -> party.apply(object, viewOfDead).lock()))
                .victimFirst(it -> onOwnerDeath.register(it.object(), () -> {}))
                .outcome(it -> {
                    String found = next.of(it.object());
                    assertEquals("the next owner repairs", found); // whatever the victim has done, it has not unlocked
                    return found;
                });
    }

    private static <T> Scenario.Finding<T> next(BiFunction<T, Integer, Lock> party, OnDeath<T> onOwnerDeath) {
        return it -> {
            boolean[] repaired = {false};
            onOwnerDeath.register(it, () -> repaired[0] = true);
            for (int view = 0; view < 2; view++) { // the victim's view is of use again, too
                party.apply(it, view).lock();
                party.apply(it, view).unlock();
            }
            return repaired[0] ? "the next owner repairs" : "free";
        };
    }
}
