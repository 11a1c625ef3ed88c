package dev.interlock.semaphore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.PresetMemory;
import dev.interlock.contract.SemaphoreContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import org.junit.jupiter.api.Test;

class FifoSemaphoreTest extends SemaphoreContractTest {
    @Override
    protected CountingSemaphore semaphore(int permits, WaitStrategy waiting) {
        return new CountingSemaphore(Memory.heap(), permits, 64, waiting);
    }

    @Override
    protected boolean isFifo() {
        return true;
    }

    @Test
    void refusesALengthThatMakesNoSense() {
        for (int line : new int[] {-1, 4097}) {
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class,
                    () -> new CountingSemaphore(Memory.heap(), 1, line, WaitStrategy.PARK));
            assertTrue(e.getMessage().contains(Integer.toString(line)), e.getMessage());
        }
        assertTrue(new CountingSemaphore(1, true).toString().contains("FIFO"));
    }

    @Test
    void moreThanTheLineIsLongGetThrough() {
        CountingSemaphore semaphore = new CountingSemaphore(Memory.heap(), 1, 2, WaitStrategy.ADAPTIVE);
        int[] plain = new int[1];
        try (Crew crew = new Crew()) {
            crew.startAll(8, party -> {
                for (int i = 0; i < 1_000; i++) {
                    semaphore.acquire();
                    plain[0]++;
                    semaphore.release();
                }
            });
        }
        assertEquals(8_000, plain[0]);
    }

    /** Tickets that are about to wrap around. */
    @Test
    void keepsTheOrderBeyondTheLastTicket() {
        Memory lastTickets = new PresetMemory(Memory.heap(), (draw, initial) -> draw == 1 ? -3 : initial);
        CountingSemaphore semaphore = new CountingSemaphore(lastTickets, 0, 8, WaitStrategy.PARK);
        int[] served = new int[1];
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 7; i++) {
                int me = i;
                crew.start("party " + i, () -> {
                            semaphore.acquire();
                            assertEquals(me, served[0]++);
                            semaphore.release();
                            return null;
                        })
                        .awaitSleep();
            }
            semaphore.release();
        }
    }
}
