package dev.interlock.shared.crash;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

/** The mutexes, and conditions. */
final class MutexScenarios extends Family {
    MutexScenarios() {
        mutex("Mutex", memory -> new Mutex(memory, PARK), it -> it, Mutex::onOwnerDeath);
        mutex("ReentrantMutex", memory -> new ReentrantMutex(memory, PARK), it -> it, ReentrantMutex::onOwnerDeath);
        mutex(
                "ReadWriteMutex, writers",
                memory -> new ReadWriteMutex(memory, 4, PARK),
                ReadWriteMutex::writeLock,
                ReadWriteMutex::onOwnerDeath);
        readers();
        conditions();
    }

    private <T> void mutex(String name, Function<Memory, T> layout, Function<T, Lock> lock, OnDeath<T> onOwnerDeath) {
        Scenario.Finding<T> next = it -> {
            boolean[] repaired = {false};
            onOwnerDeath.register(it, () -> repaired[0] = true);
            for (int i = 0; i < 2; i++) {
                lock.apply(it).lock();
                lock.apply(it).unlock();
            }
            return repaired[0] ? "the next owner repairs" : "free";
        };
        Scenario.Finding<T> waiter = it -> {
            lock.apply(it).lock();
            lock.apply(it).unlock();
            return "";
        };
        Scenario.Act<T> hook = it -> onOwnerDeath.register(it, () -> {});
        of(name, "lock", layout)
                .victim(it -> lock.apply(it).lock())
                .outcome(next)
                .inC("lock");
        of(name, "unlock", layout)
                .victimFirst(it -> lock.apply(it).lock())
                .victim(it -> lock.apply(it).unlock())
                .outcome(next)
                .inC("unlock");
        of(name, "unlock, another waits", layout)
                .first(hook)
                .victimFirst(it -> lock.apply(it).lock())
                .meanwhile(waiter)
                .victim(it -> lock.apply(it).unlock())
                .outcome(it -> waiter.of(it) + "the waiter goes on")
                .inC("unlock");
        of(name, "lock, waiting", layout)
                .first(it -> {
                    hook.on(it);
                    lock.apply(it).lock();
                })
                .victim(it -> lock.apply(it).lock())
                .whenVictimSleeps(it -> {
                    lock.apply(it).unlock();
                    return "";
                })
                .outcome(next)
                .inC("lock");
        of(name, "tryLock, timed out", layout)
                .first(it -> {
                    hook.on(it);
                    lock.apply(it).lock();
                })
                .victim(it -> lock.apply(it).tryLock(1, TimeUnit.MILLISECONDS))
                .whenVictimSleeps(it -> "")
                .outcome(it -> {
                    lock.apply(it).unlock();
                    return next.of(it);
                })
                .inC("lock within");
        with(name, "lock, of a dead owner", Reopened.of(layout))
                .first(it -> it.die(object -> lock.apply(object).lock()))
                .victimFirst(it -> hook.on(it.object()))
                .victim(it -> lock.apply(it.object()).lock())
                .outcome(it -> next.of(it.object()))
                .inC("lock inherited");
        with(name, "lock, of a dead owner, without a repair", Reopened.of(layout))
                .first(it -> it.die(object -> lock.apply(object).lock()))
                .victim(it -> assertThrows(
                        OwnerDiedException.class, () -> lock.apply(it.object()).lock()))
                .outcome(it -> next.of(it.object()));
        with(name, "consistent, unlock", Reopened.of(layout))
                .first(it -> it.die(object -> lock.apply(object).lock()))
                .outcome(it -> next.of(it.object()))
                .onlyInC("consistent");
    }

    private void readers() {
        String name = "ReadWriteMutex, readers";
        Function<Memory, ReadWriteMutex> layout = memory -> new ReadWriteMutex(memory, 2, PARK);
        Scenario.Finding<ReadWriteMutex> writer = it -> {
            it.writeLock().lock();
            it.writeLock().unlock();
            it.readLock().lock();
            it.readLock().unlock();
            if (it.readers() != 0) {
                throw new AssertionError(it);
            }
            return "a writer enters";
        };
        of(name, "lock", layout).victim(it -> it.readLock().lock()).outcome(writer);
        of(name, "unlock", layout)
                .victimFirst(it -> it.readLock().lock())
                .victim(it -> it.readLock().unlock())
                .outcome(writer);
        of(name, "unlock, a writer waits", layout)
                .victimFirst(it -> it.readLock().lock())
                .meanwhile(writer)
                .victim(it -> it.readLock().unlock())
                .outcome(it -> "");
        of(name, "lock, waiting", layout)
                .first(it -> it.writeLock().lock())
                .victim(it -> it.readLock().lock())
                .whenVictimSleeps(it -> {
                    it.writeLock().unlock();
                    return "";
                })
                .outcome(writer);
    }

    /** A number that parties wait to be other than 0. */
    private static final class Monitor {
        private final Mutex mutex;
        private final MutexCondition changed;
        private final Word number;

        Monitor(Memory memory) {
            mutex = new Mutex(memory, PARK);
            changed = new MutexCondition(memory, mutex);
            number = memory.word(0);
            mutex.onOwnerDeath(changed::signalAll);
        }

        void take() throws InterruptedException {
            mutex.lock();
            try {
                while (number.getVolatile() == 0) {
                    changed.await();
                }
                number.setVolatile(number.getVolatile() - 1);
            } finally {
                mutex.unlock();
            }
        }

        void put(boolean all) {
            mutex.lock();
            try {
                number.setVolatile(number.getVolatile() + 1);
                if (all) {
                    changed.signalAll();
                } else {
                    changed.signal();
                }
            } finally {
                mutex.unlock();
            }
        }
    }

    private void conditions() {
        String name = "MutexCondition";
        Scenario.Finding<Monitor> taker = it -> {
            it.take();
            return "the other waiter goes on";
        };
        Scenario.Finding<Monitor> putter = it -> {
            it.put(false);
            return "";
        };
        of(name, "await", Monitor::new)
                .meanwhile(taker)
                .victim(Monitor::take)
                .whenVictimSleeps(putter)
                .outcome(putter);
        of(name, "signal", Monitor::new)
                .meanwhile(taker)
                .victim(it -> it.put(false))
                .outcome(putter);
        of(name, "signalAll", Monitor::new)
                .meanwhile(taker)
                .victim(it -> it.put(true))
                .outcome(putter);
    }
}
