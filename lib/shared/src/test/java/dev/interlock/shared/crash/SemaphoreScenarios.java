package dev.interlock.shared.crash;

import dev.interlock.memory.Memory;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The semaphores, and the pool of permits. */
final class SemaphoreScenarios extends Family {
    SemaphoreScenarios() {
        semaphore(
                "CountingSemaphore",
                memory -> new CountingSemaphore(memory, 0, PARK),
                CountingSemaphore::release,
                CountingSemaphore::acquire,
                CountingSemaphore::tryAcquire,
                semaphore -> semaphore.tryAcquire(1, TimeUnit.MILLISECONDS));
        semaphore(
                "CountingSemaphore, FIFO",
                memory -> new CountingSemaphore(memory, 0, 2, PARK),
                CountingSemaphore::release,
                CountingSemaphore::acquire,
                CountingSemaphore::tryAcquire,
                semaphore -> semaphore.tryAcquire(1, TimeUnit.MILLISECONDS));
        line();
        several("CountingSemaphore", memory -> new CountingSemaphore(memory, 0, PARK));
        several("CountingSemaphore, FIFO", memory -> new CountingSemaphore(memory, 0, 2, PARK));
        semaphore(
                "BinarySemaphore",
                memory -> new BinarySemaphore(memory, false, PARK),
                BinarySemaphore::release,
                BinarySemaphore::acquire,
                BinarySemaphore::tryAcquire,
                semaphore -> semaphore.tryAcquire(1, TimeUnit.MILLISECONDS));
        permits();
    }

    private <T> void semaphore(
            String name,
            Function<Memory, T> layout,
            Scenario.Act<T> release,
            Scenario.Act<T> acquire,
            Try<T> tryNow,
            Try<T> tryTimed) {
        Scenario.Finding<T> released = it -> {
            release.on(it);
            return "";
        };
        Scenario.Finding<T> usable = it -> {
            String found = tryTimed.on(it) ? "the permit is there" : "the permit is gone with its owner";
            release.on(it);
            acquire.on(it);
            return found;
        };
        of(name, "release", layout)
                .victim(release)
                .outcome(it -> {
                    boolean there = tryTimed.on(it);
                    release.on(it);
                    acquire.on(it);
                    return there ? "the permit is there" : "not released";
                })
                .inC("release");
        of(name, "release, another waits", layout)
                .meanwhile(it -> {
                    acquire.on(it);
                    return "the waiter goes on";
                })
                .victim(release)
                .outcome(released)
                .inC("release");
        of(name, "acquire", layout)
                .first(release)
                .victim(acquire)
                .outcome(usable)
                .inC("acquire");
        of(name, "acquire, waiting", layout)
                .victim(acquire)
                .whenVictimSleeps(released)
                .outcome(usable)
                .inC("acquire");
        of(name, "tryAcquire, timed out", layout)
                .victim(tryTimed::on)
                .whenVictimSleeps(it -> "")
                .outcome(it -> {
                    release.on(it);
                    acquire.on(it);
                    return "usable";
                })
                .inC("acquire within");
        of(name, "tryAcquire", layout)
                .first(release)
                .victim(tryNow::on)
                .outcome(usable)
                .inC("try acquire");
    }

    /** Two permits at a time: both or none. */
    private void several(String name, Function<Memory, CountingSemaphore> layout) {
        Scenario.Finding<CountingSemaphore> found = it -> {
            boolean both = it.tryAcquire(2, 1, TimeUnit.MILLISECONDS);
            if (it.drainPermits() != 0) {
                throw new AssertionError("one permit of two");
            }
            it.release(2);
            it.acquire(2);
            return both ? "both permits are there" : "no permit is there";
        };
        of(name, "release of 2", layout).victim(it -> it.release(2)).outcome(found);
        of(name, "release of 2, another waits", layout)
                .meanwhile(it -> {
                    it.acquire(2);
                    return "the waiter goes on";
                })
                .victim(it -> it.release(2))
                .outcome(it -> {
                    it.release(2);
                    return "";
                });
        of(name, "acquire of 2", layout)
                .first(it -> it.release(2))
                .victim(it -> it.acquire(2))
                .outcome(found);
        of(name, "acquire of 2, waiting", layout)
                .victim(it -> it.acquire(2))
                .whenVictimSleeps(it -> {
                    it.release();
                    it.release();
                    return "";
                })
                .outcome(found);
    }

    /** A place in line that a dead party holds is in nobody's way, though the line is no longer than that. */
    private void line() {
        of("CountingSemaphore, FIFO", "acquire, waiting before another", memory -> {
                    return new CountingSemaphore(memory, 0, 1, PARK);
                })
                .victim(CountingSemaphore::acquire)
                .whenVictimSleeps(it -> {
                    it.release(2);
                    return "";
                })
                .outcome(it -> {
                    it.acquire();
                    return "the other goes on";
                });
    }

    private void permits() {
        String name = "PermitPool";
        Function<Memory, PermitPool> layout = memory -> new PermitPool(memory, 1, PARK);
        Scenario.Finding<PermitPool> acquired = it -> {
            it.acquire();
            if (it.tryAcquire()) {
                throw new AssertionError("two permits of one");
            }
            it.release();
            return "the permit is there";
        };
        of(name, "acquire", layout).victim(PermitPool::acquire).outcome(acquired);
        of(name, "release", layout)
                .victimFirst(PermitPool::acquire)
                .victim(PermitPool::release)
                .outcome(acquired);
        of(name, "release, another waits", layout)
                .victimFirst(PermitPool::acquire)
                .meanwhile(acquired)
                .victim(PermitPool::release)
                .outcome(it -> "");
        of(name, "acquire, waiting", layout)
                .first(PermitPool::acquire)
                .victim(PermitPool::acquire)
                .whenVictimSleeps(it -> {
                    it.release();
                    return "";
                })
                .outcome(acquired);
        of(name, "tryAcquire, timed out", layout)
                .first(PermitPool::acquire)
                .victim(it -> it.tryAcquire(1, TimeUnit.MILLISECONDS))
                .whenVictimSleeps(it -> "")
                .outcome(it -> {
                    it.release();
                    return acquired.of(it);
                });
        with(name, "acquire, of a dead owner's permit", Reopened.of(layout))
                .first(it -> it.die(PermitPool::acquire))
                .victim(it -> it.object().acquire())
                .outcome(it -> acquired.of(it.object()));
        with(name, "reclaim", Reopened.of(layout))
                .first(it -> it.die(PermitPool::acquire))
                .victim(it -> it.object().reclaim())
                .outcome(it -> acquired.of(it.object()));
        with(name, "reclaim, another waits", Reopened.of(layout))
                .first(it -> it.die(PermitPool::acquire))
                .meanwhile(it -> acquired.of(it.object()))
                .victim(it -> it.object().reclaim())
                .outcome(it -> "");
    }
}
