package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.interlock.contract.Crew;
import dev.interlock.contract.PresetMemory;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** Locks that count turns, in the last turns before the count wraps around. */
class TurnWrapTest {
    private static final int TURN = -3;

    @Test
    void ticketLockGoesOnBeyondTheLastTicket() {
        excludes(new TicketLock(new PresetMemory(Memory.heap(), (draw, initial) -> draw < 2 ? TURN : initial)));
    }

    /** Of four slots, each holds the last turn that it has let in. */
    @Test
    void andersonLockGoesOnBeyondTheLastTurn() {
        int[] words = {TURN, TURN, 0, -4, TURN, -6, -5};
        excludes(new AndersonLock(new PresetMemory(Memory.heap(), (draw, initial) -> words[draw]), 4));
    }

    /** One has drawn one of the last numbers before the sign changes, or 0 comes; two more draw after it. */
    @Test
    void bakeryLockGoesOnBeyondTheLastNumber() {
        List<LongWord> numbers = new ArrayList<>();
        Memory memory = new PresetMemory(Memory.heap(), (draw, initial) -> initial) {
            @Override
            public Memory newLine() {
                return this;
            }

            @Override
            public LongWord longWord(long initial) {
                LongWord word = super.longWord(initial);
                numbers.add(word);
                return word;
            }
        };
        for (long last : new long[] {Long.MAX_VALUE - 1, Long.MIN_VALUE, -2}) {
            numbers.clear();
            BakeryLock lock = new BakeryLock(memory, 3);
            numbers.get(0).setVolatile(last);
            List<Integer> order = Collections.synchronizedList(new ArrayList<>());
            try (Crew crew = new Crew()) {
                for (int party = 1; party < 3; party++) {
                    int self = party;
                    crew.start("party " + party, () -> {
                        lock.party(self).lock();
                        order.add(self);
                        Crew.giveTime(5); // the other would come in now
                        order.add(self);
                        lock.party(self).unlock();
                        return null;
                    });
                    while (numbers.get(party).getVolatile() == 0) {
                        Thread.onSpinWait();
                    }
                }
                Crew.giveTime(5);
                assertEquals(List.of(), order, "passed one who has a smaller number");
                numbers.get(0).setVolatile(0);
            }
            assertEquals(List.of(1, 1, 2, 2), order);
        }
    }

    private static void excludes(Lock lock) {
        int[] plain = new int[1];
        try (Crew crew = new Crew()) {
            crew.startAll(2, party -> {
                for (int i = 0; i < 1_000; i++) {
                    lock.lock();
                    plain[0]++;
                    lock.unlock();
                }
            });
        }
        assertEquals(2_000, plain[0]);
    }
}
