package dev.interlock.explore.core;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Section;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.LockVariable;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.StrictAlternation;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A lock of any kind, as the tests and the table of conditions see it.
 *
 * @param name the row of the table
 * @param constructor makes it
 * @param most for how many parties it is at most
 * @param remembers whether a party's object holds something from lock to unlock that is not in a word
 */
record LockCase(String name, Function<Memory, Guard> constructor, int most, boolean remembers) {
    /** Something that guards a section, for parties numbered from 0. */
    interface Guard {
        void lock(int party) throws Exception;

        void unlock(int party) throws Exception;
    }

    private static final int MANY = 8;

    static final List<LockCase> ALL = List.of(
            of("LockVariable", LockVariable::new),
            ofViews("StrictAlternation", memory -> new StrictAlternation(memory, WaitStrategy.SPIN)::party, 2),
            ofViews("PetersonLock", memory -> new PetersonLock(memory, WaitStrategy.SPIN)::party, 2),
            ofViews("FilterLock, for 2", memory -> new FilterLock(memory, 2, WaitStrategy.SPIN)::party, 2),
            ofViews("BakeryLock, for 3", memory -> new BakeryLock(memory, 3, WaitStrategy.SPIN)::party, 3),
            of("TasLock", memory -> new TasLock(memory, WaitStrategy.SPIN)),
            of("TtasLock", memory -> new TtasLock(memory, WaitStrategy.SPIN)),
            of("BackoffLock", memory -> new BackoffLock(memory, WaitStrategy.SPIN)),
            of("TicketLock", memory -> new TicketLock(memory, WaitStrategy.SPIN)),
            of("AndersonLock", memory -> new AndersonLock(memory, MANY, WaitStrategy.SPIN)),
            of("Mutex, parking", memory -> new Mutex(memory, WaitStrategy.PARK)),
            of("Mutex, adaptive", memory -> new Mutex(memory, WaitStrategy.ADAPTIVE)),
            of("Mutex, spinning", memory -> new Mutex(memory, WaitStrategy.SPIN)),
            of("ReentrantMutex, parking", memory -> new ReentrantMutex(memory, WaitStrategy.PARK)),
            of("ReadWriteMutex, its write lock, parking", memory -> new ReadWriteMutex(memory, MANY, WaitStrategy.PARK)
                    .writeLock()),
            new LockCase(
                    "CountingSemaphore of one permit, parking",
                    memory -> {
                        CountingSemaphore semaphore = new CountingSemaphore(memory, 1, WaitStrategy.PARK);
                        return guard(semaphore::acquire, semaphore::release);
                    },
                    MANY,
                    false));

    /** An exploration of parties that each pass the section, by the names p0, p1, … */
    Exploration<Guard> parties(int count, Section section) {
        Exploration<Guard> exploration = Exploration.of(constructor);
        for (int i = 0; i < count; i++) {
            int me = i;
            Exploration.Body<Guard> pass = lock -> {
                section.enter();
                section.leave();
                lock.unlock(me);
            };
            if (remembers) {
                exploration.party("p" + i, lock -> {
                    lock.lock(me);
                    pass.run(lock);
                });
            } else {
                exploration.party("p" + i, lock -> lock.lock(me), pass);
            }
        }
        return exploration;
    }

    @Override
    public String toString() {
        return name;
    }

    private static LockCase of(String name, Function<Memory, ? extends Lock> constructor) {
        return new LockCase(
                name,
                memory -> {
                    Lock lock = constructor.apply(memory);
                    return guard(lock::lock, lock::unlock);
                },
                MANY,
                false);
    }

    private static LockCase ofViews(String name, Function<Memory, IntFunction<Lock>> constructor, int most) {
        return new LockCase(
                name,
                memory -> {
                    IntFunction<Lock> views = constructor.apply(memory);
                    return new Guard() {
                        @Override
                        public void lock(int party) {
                            views.apply(party).lock();
                        }

                        @Override
                        public void unlock(int party) {
                            views.apply(party).unlock();
                        }
                    };
                },
                most,
                true);
    }

    private interface Action {
        void run() throws Exception;
    }

    private static Guard guard(Action lock, Action unlock) {
        return new Guard() {
            @Override
            public void lock(int party) throws Exception {
                lock.run();
            }

            @Override
            public void unlock(int party) throws Exception {
                unlock.run();
            }
        };
    }
}
