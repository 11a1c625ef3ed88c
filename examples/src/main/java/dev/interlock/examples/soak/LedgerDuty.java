package dev.interlock.examples.soak;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/** Transfers money under a lock: the sum is always right, and a death in the middle is repaired by the next owner. */
final class LedgerDuty extends Duty {
    private final Lock lock;
    private final Ledger ledger;

    /** {@code group} tells apart the locks of several groups of workers. */
    LedgerDuty(Arena arena, String name, String group, Lock lock, Consumer<Runnable> onOwnerDeath) {
        super(arena, name);
        this.lock = lock;
        this.ledger = arena.segment().attach(name + group + " ledger", Ledger::new);
        onOwnerDeath.accept(() -> {
            ledger.repair();
            arena.recovered();
        });
    }

    @Override
    void step() throws InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        boolean locked = true;
        switch (random.nextInt(4)) {
            case 0 -> lock.lockInterruptibly();
            case 1 -> locked = lock.tryLock(1, TimeUnit.MILLISECONDS);
            default -> lock.lock();
        }
        if (locked) {
            try {
                check();
                ledger.transfer(random.nextInt(100), random.nextInt(100), random.nextInt(100));
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    void checkAtEnd() {
        lock.lock();
        try {
            check();
        } finally {
            lock.unlock();
        }
    }

    private void check() {
        if (!ledger.isBalanced()) {
            arena.violation(name() + ": the ledger is not balanced");
        }
    }
}
