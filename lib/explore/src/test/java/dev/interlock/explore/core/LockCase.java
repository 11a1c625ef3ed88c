package dev.interlock.explore.core;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Section;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.spin.LockVariable;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

/**
 * A lock of any kind, as the tests and the table of conditions see it.
 *
 * @param name the row of the table
 * @param constructor makes it
 * @param most for how many parties it is at most
 */
record LockCase(String name, Function<Memory, Guard> constructor, int most) {
    /** Something that guards a section, for parties numbered from 0. */
    interface Guard {
        void lock(int party) throws Exception;

        void unlock(int party) throws Exception;
    }

    static final List<LockCase> ALL = List.of(
            of("LockVariable", LockVariable::new),
            new LockCase("StrictAlternation, as in the textbooks", Alternation::new, 2),
            new LockCase(
                    "PetersonLock",
                    memory -> {
                        PetersonLock lock = new PetersonLock(memory, WaitStrategy.SPIN);
                        return new Guard() {
                            @Override
                            public void lock(int party) {
                                lock.party(party).lock();
                            }

                            @Override
                            public void unlock(int party) {
                                lock.party(party).unlock();
                            }
                        };
                    },
                    2),
            of("TasLock", memory -> new TasLock(memory, WaitStrategy.SPIN)),
            of("Mutex, parking", memory -> new Mutex(memory, WaitStrategy.PARK)),
            of("Mutex, adaptive", memory -> new Mutex(memory, WaitStrategy.ADAPTIVE)),
            of("Mutex, spinning", memory -> new Mutex(memory, WaitStrategy.SPIN)),
            new LockCase(
                    "CountingSemaphore of one permit",
                    memory -> {
                        CountingSemaphore semaphore = new CountingSemaphore(memory, 1, WaitStrategy.PARK);
                        return guard(semaphore::acquire, semaphore::release);
                    },
                    8));

    /** An exploration of parties that each pass the section, by the names p0, p1, … */
    Exploration<Guard> parties(int count, Section section) {
        Exploration<Guard> exploration = Exploration.of(constructor);
        for (int i = 0; i < count; i++) {
            int me = i;
            exploration.party("p" + i, lock -> {
                lock.lock(me);
                section.enter();
                section.leave();
                lock.unlock(me);
            });
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
                8);
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

    /** Whoever leaves gives the turn to the other. */
    private static final class Alternation implements Guard {
        private final Memory memory;
        private final Word turn;

        Alternation(Memory memory) {
            this.memory = memory;
            turn = memory.word(0);
        }

        @Override
        public void lock(int party) {
            while (turn.getVolatile() != party) {
                memory.pause();
            }
        }

        @Override
        public void unlock(int party) {
            turn.setVolatile(1 - party);
        }
    }
}
