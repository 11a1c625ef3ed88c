package dev.interlock.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.memory.WaitStrategy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every buffer of references promises. */
public abstract class BufferContractTest {
    /** For the kinds of buffer. */
    protected BufferContractTest() {}

    /**
     * Makes a buffer.
     *
     * @param capacity how many elements it holds at least
     * @param waiting how its callers wait
     * @return the buffer
     */
    protected abstract BlockingQueue<Integer> buffer(int capacity, WaitStrategy waiting);

    /**
     * How many threads may put, and how many may take.
     *
     * @return the number for each side
     */
    protected int parties() {
        return 4;
    }

    private BlockingQueue<Integer> buffer(int capacity) {
        return buffer(capacity, WaitStrategy.ADAPTIVE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void refusesCapacitiesThatMakeNoSense(int capacity) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> buffer(capacity));
        assertTrue(e.getMessage().contains(Integer.toString(capacity)), e.getMessage());
    }

    @Test
    void nullIsNoElement() {
        BlockingQueue<Integer> buffer = buffer(1);
        assertThrows(NullPointerException.class, () -> buffer.offer(null));
        assertThrows(NullPointerException.class, () -> buffer.put(null));
        assertThrows(NullPointerException.class, () -> buffer.offer(null, 1, TimeUnit.SECONDS));
        assertThrows(NullPointerException.class, () -> buffer.add(null));
        assertTrue(buffer.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64})
    void holdsAsManyAsItsCapacityInOrder(int asked) throws InterruptedException {
        BlockingQueue<Integer> buffer = buffer(asked);
        int capacity = buffer.remainingCapacity();
        assertTrue(capacity >= asked && capacity < 2 * asked);
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < capacity; i++) {
                assertEquals(i, buffer.size());
                assertTrue(buffer.offer(i));
            }
            assertEquals(0, buffer.remainingCapacity());
            assertFalse(buffer.offer(-1));
            assertFalse(buffer.offer(-1, 100, TimeUnit.MICROSECONDS));
            assertThrows(IllegalStateException.class, () -> buffer.add(-1));
            assertEquals(0, buffer.peek());
            for (int i = 0; i < capacity; i++) {
                assertEquals(i, i % 2 == 0 ? buffer.take() : buffer.poll());
            }
            assertNull(buffer.poll());
            assertNull(buffer.peek());
            assertNull(buffer.poll(100, TimeUnit.MICROSECONDS));
            assertThrows(NoSuchElementException.class, buffer::remove);
        }
    }

    @Test
    void drainsIteratesAndClears() {
        BlockingQueue<Integer> buffer = buffer(8);
        List<Integer> target = new ArrayList<>();
        assertEquals(0, buffer.drainTo(target));
        for (int i = 0; i < 6; i++) {
            buffer.add(i);
        }
        assertEquals(0, buffer.drainTo(target, 0));
        assertEquals(0, buffer.drainTo(target, -1));
        assertEquals(2, buffer.drainTo(target, 2));
        assertEquals(List.of(2, 3, 4, 5), new ArrayList<>(buffer));
        assertTrue(buffer.contains(3));
        assertFalse(buffer.contains(1));
        Iterator<Integer> iterator = buffer.iterator();
        iterator.next();
        assertThrows(UnsupportedOperationException.class, iterator::remove);
        assertThrows(UnsupportedOperationException.class, () -> buffer.remove(3));
        assertThrows(UnsupportedOperationException.class, () -> buffer.removeAll(List.of(3)));
        assertThrows(UnsupportedOperationException.class, () -> buffer.retainAll(List.of(3)));
        assertThrows(IllegalArgumentException.class, () -> buffer.drainTo(buffer));
        assertThrows(NullPointerException.class, () -> buffer.drainTo(null));
        assertEquals(4, buffer.drainTo(target));
        assertEquals(List.of(0, 1, 2, 3, 4, 5), target);
        buffer.add(1);
        buffer.clear();
        assertTrue(buffer.isEmpty());
        assertTrue(buffer.toString().contains("0"), buffer.toString());
    }

    @ParameterizedTest
    @EnumSource
    void timedFormsWaitAtLeastTheirTime(WaitStrategy waiting) throws InterruptedException {
        BlockingQueue<Integer> buffer = buffer(1, waiting);
        long start = System.nanoTime();
        assertNull(buffer.poll(5, TimeUnit.MILLISECONDS));
        buffer.put(1);
        assertFalse(buffer.offer(2, 5, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(10));
        assertFalse(buffer.offer(2, 0, TimeUnit.SECONDS));
        assertFalse(buffer.offer(2, Long.MIN_VALUE, TimeUnit.DAYS));
        assertEquals(1, buffer.poll(Long.MAX_VALUE, TimeUnit.DAYS));
        assertNull(buffer.poll(0, TimeUnit.SECONDS));
        assertTrue(buffer.offer(3, Long.MAX_VALUE, TimeUnit.DAYS));
    }

    @ParameterizedTest
    @EnumSource
    void interruptionEndsAWaitOnEitherSideAndLeavesNoTrace(WaitStrategy waiting) {
        BlockingQueue<Integer> buffer = buffer(1, waiting);
        for (int side = 0; side < 2; side++) {
            boolean putting = side == 1;
            try (Crew crew = new Crew()) {
                Crew.Member<?> waiter = crew.start(
                        "waiter",
                        () -> assertThrows(InterruptedException.class, () -> {
                            if (putting) {
                                buffer.put(9);
                            } else {
                                buffer.take();
                            }
                        }));
                Crew.giveTime(5);
                waiter.thread().interrupt();
            }
            if (!putting) {
                assertTrue(buffer.offer(7));
            }
        }
        assertEquals(7, buffer.poll());
        assertNull(buffer.poll());
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> buffer.put(1));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, buffer::take);
        assertTrue(buffer.isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "1,1,1,ADAPTIVE",
        "1,1,64,PARK",
        "2,2,1,PARK",
        "2,2,4,ADAPTIVE",
        "3,1,8,YIELD",
        "1,3,8,ADAPTIVE",
        "4,4,2,PARK",
        "4,4,16,ADAPTIVE",
        "2,2,8,SPIN"
    })
    void nothingIsLostOrDoubledAndProducersKeepTheirOrder(
            int producers, int consumers, int capacity, WaitStrategy waiting) {
        Assumptions.assumeTrue(producers <= parties() && consumers <= parties());
        int each = 4_000;
        BlockingQueue<Integer> buffer = buffer(capacity, waiting);
        AtomicIntegerArray seen = new AtomicIntegerArray(producers * each);
        AtomicInteger left = new AtomicInteger(producers * each);
        try (Crew crew = new Crew()) {
            crew.startAll(producers, producer -> {
                for (int i = 0; i < each; i++) {
                    int number = producer * each + i;
                    if (i % 3 == 0 || i % 3 == 1 && !buffer.offer(number)) {
                        buffer.put(number);
                    } else if (i % 3 == 2) {
                        while (!buffer.offer(number, 20, TimeUnit.MICROSECONDS)) {
                            Thread.onSpinWait();
                        }
                    }
                }
            });
            crew.startAll(consumers, consumer -> {
                int[] last = new int[producers];
                for (int i = 0; left.getAndDecrement() > 0; i++) {
                    Integer number = i % 2 == 0 ? buffer.poll(20, TimeUnit.MICROSECONDS) : buffer.poll();
                    if (number == null) {
                        number = buffer.take();
                    }
                    assertEquals(1, seen.incrementAndGet(number), "taken twice");
                    assertTrue(number % each + 1 > last[number / each], "out of order");
                    last[number / each] = number % each + 1;
                }
            });
        }
        for (int i = 0; i < seen.length(); i++) {
            assertEquals(1, seen.get(i), "lost");
        }
        assertTrue(buffer.isEmpty());
    }

    /** Two buffers of one as a baton: a lost wake-up would leave both asleep. */
    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE"})
    void takingTurnsLosesNoWakeUp(WaitStrategy waiting) {
        List<BlockingQueue<Integer>> turns = List.of(buffer(1, waiting), buffer(1, waiting));
        turns.get(0).add(0);
        try (Crew crew = new Crew()) {
            crew.startAll(2, party -> {
                for (int i = 0; i < 2_000; i++) {
                    turns.get(1 - party).put(turns.get(party).take() + 1);
                }
            });
        }
        assertEquals(4_000, turns.get(0).poll());
    }

    /** Waiters come and go on both sides, and those who stay lose nothing. */
    @Test
    void waitersThatGiveUpLoseNothing() {
        Assumptions.assumeTrue(parties() > 1);
        BlockingQueue<Integer> buffer = buffer(1, WaitStrategy.PARK);
        AtomicInteger over = new AtomicInteger(2);
        try (Crew crew = new Crew()) {
            Crew.Member<?> quitter = crew.start("quitter", () -> {
                while (over.get() != 0) {
                    Integer held = null;
                    try {
                        held = buffer.poll(20, TimeUnit.MICROSECONDS);
                    } catch (InterruptedException e) {
                        continue;
                    }
                    while (held != null) {
                        try {
                            if (buffer.offer(held, 20, TimeUnit.MICROSECONDS)) {
                                held = null;
                            }
                        } catch (InterruptedException e) {
                            continue;
                        }
                    }
                }
                return null;
            });
            crew.startAll(2, side -> {
                for (int i = 0; i < 3_000; i++) {
                    if (side == 0) {
                        buffer.put(i);
                    } else {
                        buffer.take();
                    }
                }
                over.decrementAndGet();
            });
            while (over.get() != 0) {
                quitter.thread().interrupt();
                Thread.yield();
            }
        }
        assertTrue(buffer.isEmpty());
    }
}
