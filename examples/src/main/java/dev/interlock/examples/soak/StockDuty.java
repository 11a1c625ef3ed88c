package dev.interlock.examples.soak;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import java.util.concurrent.locks.Condition;

/** Puts into a stock, or takes from it, by its number: waits on conditions, and no signal is lost with a dead waiter. */
final class StockDuty extends Duty {
    private static final int ROOM = 4;

    private final Mutex mutex;
    private final Condition notFull;
    private final Condition notEmpty;
    private final Word stock;
    private final boolean puts;

    StockDuty(Arena arena) {
        super(arena, "MutexCondition");
        puts = arena.worker() % 2 == 0;
        mutex = arena.segment().mutex("stock mutex");
        notFull = arena.segment().attach("not full", memory -> new MutexCondition(memory, mutex));
        notEmpty = arena.segment().attach("not empty", memory -> new MutexCondition(memory, mutex));
        stock = arena.segment().attach("stock", Stock::new).count;
        mutex.onOwnerDeath(() -> {
            notFull.signalAll();
            notEmpty.signalAll();
            arena.recovered();
        });
    }

    @Override
    void step() throws InterruptedException {
        mutex.lock();
        try {
            while (stock.getVolatile() == (puts ? ROOM : 0)) {
                (puts ? notFull : notEmpty).await();
            }
            int left = stock.getVolatile() + (puts ? 1 : -1);
            if (left < 0 || left > ROOM) {
                arena.violation("MutexCondition: " + left + " in stock");
            }
            stock.setVolatile(left);
            (puts ? notEmpty : notFull).signal();
        } finally {
            mutex.unlock();
        }
    }

    private static final class Stock {
        private final Word count;

        Stock(Memory memory) {
            count = memory.word(0);
        }
    }
}
