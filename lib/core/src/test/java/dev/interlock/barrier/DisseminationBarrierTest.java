package dev.interlock.barrier;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.BarrierContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class DisseminationBarrierTest extends BarrierContractTest {
    @Override
    protected IntFunction<Barrier> barrier(int parties, Runnable action, WaitStrategy waiting) {
        return action != null ? null : new DisseminationBarrier(Memory.heap(), parties, waiting)::party;
    }

    @Test
    void refusesNumbersOfPartiesThatMakeNoSense() {
        for (int parties : new int[] {0, -1, Integer.MIN_VALUE, 65_537}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new DisseminationBarrier(parties));
            assertTrue(e.getMessage().contains(Integer.toString(parties)), e.getMessage());
        }
        assertThrows(NullPointerException.class, () -> new DisseminationBarrier(Memory.heap(), 2, null));
    }

    @Test
    void refusesPartiesThatThereAreNot() {
        DisseminationBarrier barrier = new DisseminationBarrier(2);
        for (int party : new int[] {-1, 2, Integer.MAX_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> barrier.party(party));
        }
        assertTrue(barrier.party(1).toString().contains("1"));
    }
}
