package dev.interlock.barrier;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.BarrierContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class TournamentBarrierTest extends BarrierContractTest {
    @Override
    protected IntFunction<Barrier> barrier(int parties, Runnable action, WaitStrategy waiting) {
        return new TournamentBarrier(Memory.heap(), parties, action, waiting)::party;
    }

    @Test
    void refusesNumbersOfPartiesThatMakeNoSense() {
        for (int parties : new int[] {0, -1, Integer.MIN_VALUE, 65_537}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new TournamentBarrier(parties));
            assertTrue(e.getMessage().contains(Integer.toString(parties)), e.getMessage());
        }
        assertThrows(NullPointerException.class, () -> new TournamentBarrier(Memory.heap(), 2, null, null));
    }

    @Test
    void refusesPartiesThatThereAreNot() {
        TournamentBarrier barrier = new TournamentBarrier(2);
        for (int party : new int[] {-1, 2, Integer.MAX_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> barrier.party(party));
        }
        assertTrue(barrier.party(1).toString().contains("1"));
    }
}
