package dev.interlock.examples.soak;

import dev.interlock.mutex.ReadWriteMutex;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;

/** Reads, and sometimes changes, accounts under a read-write mutex: readers never see a change half done. */
final class ReadersDuty extends Duty {
    private final ReadWriteMutex mutex;
    private final Ledger ledger;

    ReadersDuty(Arena arena) {
        super(arena, "ReadWriteMutex");
        mutex = arena.segment().attach(name(), memory -> new ReadWriteMutex(memory, 2 * Arena.WORKERS));
        ledger = arena.segment().attach(name() + " ledger", Ledger::new);
        mutex.onOwnerDeath(() -> {
            ledger.repair();
            arena.recovered();
        });
    }

    @Override
    void step() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        boolean writes = random.nextInt(5) == 0;
        Lock lock = writes ? mutex.writeLock() : mutex.readLock();
        lock.lock();
        try {
            check();
            if (writes) {
                ledger.transfer(random.nextInt(100), random.nextInt(100), random.nextInt(100));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    void checkAtEnd() {
        mutex.writeLock().lock(); // no dead reader holds it up
        try {
            check();
        } finally {
            mutex.writeLock().unlock();
        }
    }

    private void check() {
        if (!ledger.isBalanced()) {
            arena.violation("ReadWriteMutex: the ledger is not balanced");
        }
    }
}
