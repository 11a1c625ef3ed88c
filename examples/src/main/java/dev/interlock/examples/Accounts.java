package dev.interlock.examples;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;

/** Accounts in any memory: plain accesses, so it takes a lock to transfer without losing money. */
final class Accounts {
    static final int COUNT = 10;
    static final long OPENING_BALANCE = 1_000;

    private final LongWord[] balances = new LongWord[COUNT];

    Accounts(Memory memory) {
        for (int i = 0; i < COUNT; i++) {
            balances[i] = memory.longWord(OPENING_BALANCE);
        }
    }

    void transfer(int from, int to, long amount) {
        balances[from].setPlain(balances[from].getPlain() - amount);
        balances[to].setPlain(balances[to].getPlain() + amount);
    }

    void transferAtRandom(int transfers, Lock lock) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < transfers; i++) {
            lock.lock();
            try {
                transfer(random.nextInt(COUNT), random.nextInt(COUNT), random.nextInt(100));
            } finally {
                lock.unlock();
            }
        }
    }

    long sum() {
        long sum = 0;
        for (LongWord balance : balances) {
            sum += balance.getPlain();
        }
        return sum;
    }
}
