package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.interlock.contract.Crew;
import dev.interlock.contract.PresetMemory;
import dev.interlock.memory.Memory;
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
