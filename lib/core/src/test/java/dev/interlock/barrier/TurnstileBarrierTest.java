package dev.interlock.barrier;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.BarrierContractTest;
import dev.interlock.contract.MortalMemory;
import dev.interlock.contract.PresetMemory;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnstileBarrierTest extends BarrierContractTest {
    @Override
    protected IntFunction<Barrier> barrier(int parties, Runnable action, WaitStrategy waiting) {
        Barrier barrier = new TurnstileBarrier(Memory.heap(), parties, action, waiting);
        return party -> barrier;
    }

    @Test
    void refusesNumbersOfPartiesThatMakeNoSense() {
        for (int parties : new int[] {0, -1, Integer.MIN_VALUE, 65_537}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new TurnstileBarrier(parties));
            assertTrue(e.getMessage().contains(Integer.toString(parties)), e.getMessage());
        }
        assertThrows(NullPointerException.class, () -> new TurnstileBarrier(Memory.heap(), 2, null, null));
    }

    /** Words that no party leaves behind: tripped, with a closed entry; and with one open place and too high a count. */
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 2"})
    void whoWouldWaitForEverOnDamagedWordsIsTold(int open, int count) {
        Map<Integer, Integer> damaged = Map.of(1, open, 7, count, 8, 1); // by the order in which the words are drawn
        Barrier barrier = new TurnstileBarrier(
                new PresetMemory(new MortalMemory(), (draw, initial) -> damaged.getOrDefault(draw, (int) initial)), 2);
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> barrier.await(1, TimeUnit.MILLISECONDS));
        assertTrue(e.getMessage().startsWith("corrupted"), e.getMessage());
    }
}
