package dev.interlock.barrier;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.BarrierContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class CentralBarrierTest extends BarrierContractTest {
    @Override
    protected IntFunction<Barrier> barrier(int parties, Runnable action, WaitStrategy waiting) {
        Barrier barrier = new CentralBarrier(Memory.heap(), parties, action, waiting);
        return party -> barrier;
    }

    @Test
    void refusesNumbersOfPartiesThatMakeNoSense() {
        for (int parties : new int[] {0, -1, Integer.MIN_VALUE, 65_537}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new CentralBarrier(parties));
            assertTrue(e.getMessage().contains(Integer.toString(parties)), e.getMessage());
        }
        assertThrows(NullPointerException.class, () -> new CentralBarrier(Memory.heap(), 2, null, null));
    }
}
