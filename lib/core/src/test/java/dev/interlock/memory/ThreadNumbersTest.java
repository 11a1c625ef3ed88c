package dev.interlock.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class ThreadNumbersTest {
    @Test
    void aThreadKeepsItsNumber() {
        ThreadNumbers numbers = new ThreadNumbers(Memory.PARTY_BITS);
        assertEquals(numbers.current(), numbers.current());
        assertEquals(Memory.heap().self(), Memory.heap().newLine().self());
    }

    @Test
    void threadsAliveAtOnceHaveDistinctNumbersThatAreNotZero() {
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        CyclicBarrier allAlive = new CyclicBarrier(200);
        try (Crew crew = new Crew()) {
            crew.startAll(200, i -> {
                int self = Memory.heap().self();
                assertTrue(self > 0 && self < 1 << Memory.PARTY_BITS, () -> "self: " + self);
                assertTrue(seen.add(self), () -> "twice: " + self);
                allAlive.await();
            });
        }
        assertEquals(200, seen.size());
    }

    /** With 3 bits there are four numbers to lease, and thread ids are larger than what needs no lease. */
    @Test
    void numbersOfThreadsThatHaveEndedAreLeasedAgain() throws InterruptedException {
        ThreadNumbers numbers = new ThreadNumbers(3);
        for (int round = 0; round < 12; round++) {
            for (int attempt = 0; ; attempt++) {
                try (Crew crew = new Crew()) {
                    int number = crew.start("lessee", numbers::current).result();
                    assertTrue(number > 0 && number < 8, () -> "number: " + number);
                    break;
                } catch (AssertionError e) {
                    if (attempt == 100 || !(e.getCause() instanceof IllegalStateException)) {
                        throw e;
                    }
                    System.gc(); // leases return when their threads have been collected
                    Thread.sleep(20);
                }
            }
        }
    }

    @Test
    void leasedNumbersOfThreadsAliveAtOnceAreDistinctAndOneTooManyIsRefused() throws InterruptedException {
        ThreadNumbers numbers = new ThreadNumbers(3);
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        CountDownLatch leased = new CountDownLatch(4);
        CountDownLatch done = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            crew.startAll(4, i -> {
                assertTrue(seen.add(numbers.current()));
                leased.countDown();
                done.await();
            });
            leased.await();
            try {
                crew.start("one too many", () -> assertThrows(IllegalStateException.class, numbers::current))
                        .result();
            } finally {
                done.countDown();
            }
        }
        assertEquals(Set.of(4, 5, 6, 7), seen);
    }

    @Test
    void refusesWidthsThatDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> new ThreadNumbers(1));
        assertThrows(IllegalArgumentException.class, () -> new ThreadNumbers(31));
    }
}
