package dev.interlock.examples.soak;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.mutex.ReentrantMutex;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Function;

/** Puts into a stock, or takes from it, by its number: waits on conditions, and no signal is lost with a dead waiter. */
final class StockDuty extends Duty {
    private static final int ROOM = 4;

    private final Lock mutex;
    private final Condition notFull;
    private final Condition notEmpty;
    private final Word stock;
    private final boolean puts;

    private StockDuty(
            Arena arena,
            String name,
            Lock mutex,
            Consumer<Runnable> onOwnerDeath,
            Function<Memory, Condition> condition) {
        super(arena, name);
        this.mutex = mutex;
        puts = arena.worker() % 2 == 0;
        notFull = arena.segment().attach(name + " not full", condition);
        notEmpty = arena.segment().attach(name + " not empty", condition);
        stock = arena.segment().attach(name + " stock", Stock::new).count;
        onOwnerDeath.accept(() -> {
            notFull.signalAll();
            notEmpty.signalAll();
            arena.recovered();
        });
    }

    static StockDuty underMutex(Arena arena) {
        Mutex mutex = arena.segment().mutex("stock mutex");
        return new StockDuty(
                arena, "MutexCondition", mutex, mutex::onOwnerDeath, memory -> new MutexCondition(memory, mutex));
    }

    static StockDuty underReentrantMutex(Arena arena) {
        ReentrantMutex mutex = arena.segment().reentrantMutex("reentrant stock mutex");
        return new StockDuty(
                arena,
                "MutexCondition, reentrant",
                mutex,
                mutex::onOwnerDeath,
                memory -> new MutexCondition(memory, mutex));
    }

    /** Until those it waits for are all there at once, who may have been killed in turn. */
    @Override
    int limitSeconds() {
        return 60;
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
                arena.violation(name() + ": " + left + " in stock");
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
