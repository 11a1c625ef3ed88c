package dev.interlock.shared.crash;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The mutexes, and conditions. */
final class MutexScenarios extends Family {
    MutexScenarios() {
        mutex("Mutex", memory -> new Mutex(memory, PARK), it -> it, Mutex::onOwnerDeath, Mutex::repair);
        mutex(
                "ReentrantMutex",
                memory -> new ReentrantMutex(memory, PARK),
                it -> it,
                ReentrantMutex::onOwnerDeath,
                ReentrantMutex::repair);
        mutex(
                "ReadWriteMutex, writers",
                memory -> new ReadWriteMutex(memory, 4, PARK),
                ReadWriteMutex::writeLock,
                ReadWriteMutex::onOwnerDeath,
                ReadWriteMutex::repair);
        writersAndReaders();
        readers();
        condition("MutexCondition", Monitor::ofMutex);
        condition("MutexCondition, reentrant", Monitor::ofReentrantMutex);
    }

    private <T> void mutex(
            String name,
            Function<Memory, T> layout,
            Function<T, Lock> lock,
            OnDeath<T> onOwnerDeath,
            BiConsumer<T, Runnable> repair) {
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
        with(name, "repair", Reopened.of(layout))
                .first(it -> it.die(object -> lock.apply(object).lock()))
                .victim(it -> repair.accept(it.object(), () -> {}))
                .outcome(it -> next.of(it.object()));
        with(name, "consistent, unlock", Reopened.of(layout))
                .first(it -> it.die(object -> lock.apply(object).lock()))
                .outcome(it -> next.of(it.object()))
                .onlyInC("consistent");
    }

    private void writersAndReaders() {
        String name = "ReadWriteMutex, writers";
        Function<Memory, ReadWriteMutex> layout = memory -> new ReadWriteMutex(memory, 2, PARK);
        of(name, "lock, waiting for a reader", layout)
                .first(it -> it.readLock().lock())
                .victim(it -> it.writeLock().lock())
                .whenVictimSleeps(it -> {
                    it.readLock().unlock();
                    return "";
                })
                .outcome(MutexScenarios::nextWrites);
        of(name, "tryLock, timed out by a reader", layout)
                .first(it -> it.readLock().lock())
                .victim(it -> it.writeLock().tryLock(1, TimeUnit.MILLISECONDS))
                .whenVictimSleeps(it -> "")
                .outcome(it -> {
                    it.readLock().unlock();
                    return nextWrites(it);
                });
        with(name, "lock, waiting for a dead reader", Reopened.of(layout))
                .first(it -> it.die(object -> object.readLock().lock()))
                .victim(it -> it.object().writeLock().lock())
                .outcome(it -> nextWrites(it.object()));
    }

    /** A writer enters, and then a reader; it says whether the writer had to repair. */
    private static String nextWrites(ReadWriteMutex it) {
        boolean[] repaired = {false};
        it.onOwnerDeath(() -> repaired[0] = true);
        it.writeLock().lock();
        it.writeLock().unlock();
        it.readLock().lock();
        it.readLock().unlock();
        if (it.readers() != 0) {
            throw new AssertionError(it);
        }
        return repaired[0] ? "the next owner repairs" : "free";
    }

    private void readers() {
        String name = "ReadWriteMutex, readers";
        Function<Memory, ReadWriteMutex> layout = memory -> new ReadWriteMutex(memory, 2, PARK);
        Scenario.Finding<ReadWriteMutex> writer =
                it -> nextWrites(it).equals("free") ? "a writer enters" : "a writer enters and repairs";
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
        of(name, "tryLock, timed out", layout)
                .first(it -> it.writeLock().lock())
                .victim(it -> it.readLock().tryLock(1, TimeUnit.MILLISECONDS))
                .whenVictimSleeps(it -> "")
                .outcome(it -> {
                    it.writeLock().unlock();
                    return writer.of(it);
                });
        with(name, "lock, of a dead writer", Reopened.of(layout))
                .first(it -> it.die(object -> object.writeLock().lock()))
                .victimFirst(it -> it.object().onOwnerDeath(() -> {}))
                .victim(it -> it.object().readLock().lock())
                .outcome(it -> writer.of(it.object()));
        with(name, "lock, of a dead writer, without a repair", Reopened.of(layout))
                .first(it -> it.die(object -> object.writeLock().lock()))
                .victim(it -> assertThrows(
                        OwnerDiedException.class, () -> it.object().readLock().lock()))
                .outcome(it -> writer.of(it.object()));
    }

    /** A number that parties wait to be other than 0. */
    private static final class Monitor {
        private static final long ASLEEP_MILLIS = 20; // after which one sleeps that has given up the mutex in order to

        private final Lock mutex;
        private final MutexCondition changed;
        private final Word number;
        private FutureTask<String> lastTaker;

        private Monitor(Memory memory, Lock mutex, MutexCondition changed) {
            this.mutex = mutex;
            this.changed = changed;
            this.number = memory.word(0);
        }

        static Monitor ofMutex(Memory memory) {
            Mutex mutex = new Mutex(memory, PARK);
            MutexCondition changed = new MutexCondition(memory, mutex);
            mutex.onOwnerDeath(changed::signalAll);
            return new Monitor(memory, mutex, changed);
        }

        static Monitor ofReentrantMutex(Memory memory) {
            ReentrantMutex mutex = new ReentrantMutex(memory, PARK);
            MutexCondition changed = new MutexCondition(memory, mutex);
            mutex.onOwnerDeath(changed::signalAll);
            return new Monitor(memory, mutex, changed);
        }

        void take() throws InterruptedException {
            take(() -> {});
        }

        private void take(Runnable underMutex) throws InterruptedException {
            mutex.lock();
            try {
                underMutex.run();
                while (number.getVolatile() == 0) {
                    changed.await();
                }
                number.setVolatile(number.getVolatile() - 1);
            } finally {
                mutex.unlock();
            }
        }

        /** Another comes to take, and sleeps, after all who sleep already; then there is something for one of them. */
        void putForOneOfTwo() throws InterruptedException {
            CountDownLatch comes = new CountDownLatch(1);
            lastTaker = start(() -> {
                take(comes::countDown);
                return "";
            });
            comes.await();
            mutex.lock(); // it has announced itself
            mutex.unlock();
            Thread.sleep(ASLEEP_MILLIS);
            put(false);
        }

        /** The other one gets it, of its own accord, unless the one before it has had it. */
        void awaitLastTaker() throws Exception {
            if (number.getVolatile() == 0) {
                put(false); // in vain if the last one has just had it
            }
            lastTaker.get();
        }

        void waitInVain() throws InterruptedException {
            mutex.lock();
            try {
                changed.await(1, TimeUnit.MILLISECONDS);
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

    private void condition(String name, Function<Memory, Monitor> layout) {
        Scenario.Finding<Monitor> taker = it -> {
            it.take();
            return "the other waiter goes on";
        };
        Scenario.Finding<Monitor> putter = it -> {
            it.put(false);
            return "";
        };
        of(name, "await", layout)
                .victim(Monitor::take)
                .whenVictimSleeps(it -> {
                    it.putForOneOfTwo();
                    return "";
                })
                .outcome(it -> {
                    it.awaitLastTaker();
                    return "the other waiter goes on";
                });
        of(name, "await, timed out", layout)
                .meanwhile(taker)
                .victim(Monitor::waitInVain)
                .outcome(putter);
        of(name, "signal", layout).meanwhile(taker).victim(it -> it.put(false)).outcome(putter);
        of(name, "signalAll", layout)
                .meanwhile(taker)
                .victim(it -> it.put(true))
                .outcome(putter);
    }
}
