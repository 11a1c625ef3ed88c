package dev.interlock.barrier;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.BarrierContractTest;
import dev.interlock.contract.Crew;
import dev.interlock.contract.MortalMemory;
import dev.interlock.contract.PresetMemory;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    /** The bit says that the action runs, and nobody has arrived: no party leaves that behind. */
    @Test
    void whoWouldWaitForEverOnADamagedWordIsTold() {
        Memory damaged = new PresetMemory(new MortalMemory(), (draw, initial) -> draw == 0 ? 1L << 33 : initial);
        Barrier barrier = new CentralBarrier(damaged, 2);
        assertThrows(BrokenBarrierException.class, () -> barrier.await(1, TimeUnit.MILLISECONDS));
    }

    /** One that is held up when it has entered a round, until the places are those of a later round. */
    @Test
    void slowArrivalTakesNobodysPlace() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch freed = new CountDownLatch(1);
        Memory memory = new PresetMemory(Memory.heap(), (draw, initial) -> initial) {
            @Override
            public int self() { // asked for between the look at the round and the look at the places
                if (Thread.currentThread().getName().equals("slow")) {
                    held.countDown();
                    awaitUninterruptibly(freed);
                }
                return super.self();
            }
        };
        Barrier barrier = new CentralBarrier(memory, 2, null, WaitStrategy.PARK);
        try (Crew crew = new Crew()) {
            crew.start("slow", () -> assertThrows(BrokenBarrierException.class, barrier::await));
            awaitUninterruptibly(held);
            barrier.reset();
            Crew.Member<?> other = crew.start("other", barrier::await);
            other.awaitSleep();
            freed.countDown();
            Crew.giveTime(20);
            assertTrue(barrier.await(10, TimeUnit.SECONDS));
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
