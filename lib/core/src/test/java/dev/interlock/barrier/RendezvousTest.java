package dev.interlock.barrier;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.BarrierContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class RendezvousTest extends BarrierContractTest {
    @Override
    protected IntFunction<Barrier> barrier(int parties, Runnable action, WaitStrategy waiting) {
        return parties != 2 || action != null ? null : new Rendezvous(Memory.heap(), waiting)::party;
    }

    @Test
    void refusesPartiesThatThereAreNot() {
        Rendezvous barrier = new Rendezvous();
        for (int party : new int[] {-1, 2, Integer.MAX_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> barrier.party(party));
        }
        assertTrue(barrier.party(1).toString().contains("1"));
    }
}
