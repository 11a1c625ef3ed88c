package dev.interlock.examples.soak;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;

/**
 * Accounts with a journal: whoever dies in the middle of a transfer leaves behind what it takes to undo it. The words are
 * volatile, so that a death leaves what the program says, in its order.
 */
final class Ledger {
    private static final int ACCOUNTS = 4;
    private static final long OPENING_BALANCE = 1_000;

    private final Word open;
    private final Word from;
    private final Word to;
    private final LongWord oldFrom;
    private final LongWord oldTo;
    private final LongWord[] balances = new LongWord[ACCOUNTS];

    Ledger(Memory memory) {
        open = memory.word(0);
        from = memory.word(0);
        to = memory.word(0);
        oldFrom = memory.longWord(0);
        oldTo = memory.longWord(0);
        for (int i = 0; i < ACCOUNTS; i++) {
            balances[i] = memory.longWord(OPENING_BALANCE);
        }
    }

    /** Moves some money. The caller holds the lock. */
    void transfer(int payer, int receiver, long amount) {
        LongWord source = balances[payer % ACCOUNTS];
        LongWord target = balances[(payer % ACCOUNTS + 1 + receiver % (ACCOUNTS - 1)) % ACCOUNTS];
        from.setVolatile(payer % ACCOUNTS);
        to.setVolatile((payer % ACCOUNTS + 1 + receiver % (ACCOUNTS - 1)) % ACCOUNTS);
        oldFrom.setVolatile(source.getVolatile());
        oldTo.setVolatile(target.getVolatile());
        open.setVolatile(1);
        source.setVolatile(source.getVolatile() - amount);
        target.setVolatile(target.getVolatile() + amount);
        open.setVolatile(0);
    }

    /** Undoes the transfer that a death interrupted. The caller holds the lock. */
    void repair() {
        if (open.getVolatile() != 0) {
            balances[from.getVolatile()].setVolatile(oldFrom.getVolatile());
            balances[to.getVolatile()].setVolatile(oldTo.getVolatile());
            open.setVolatile(0);
        }
    }

    /** Nothing is missing, and nobody else is in the middle of a transfer. The caller holds the lock. */
    boolean isBalanced() {
        long sum = 0;
        for (LongWord balance : balances) {
            sum += balance.getVolatile();
        }
        return sum == ACCOUNTS * OPENING_BALANCE && open.getVolatile() == 0;
    }
}
