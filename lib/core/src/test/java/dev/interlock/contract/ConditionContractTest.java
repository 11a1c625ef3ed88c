package dev.interlock.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the conditions of every mutex promise. */
@Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ConditionContractTest {
    private Lock lock;
    private Condition condition;

    /** For subclasses. */
    protected ConditionContractTest() {}

    /**
     * Makes a lock with conditions.
     *
     * @return the lock
     */
    protected abstract Lock newLock();

    @BeforeEach
    void makeLock() {
        lock = newLock();
        condition = lock.newCondition();
    }

    /** A wait in one of its forms. */
    @FunctionalInterface
    private interface Wait {
        void await() throws InterruptedException;
    }

    private List<Wait> waits() {
        return List.of(
                condition::await,
                condition::awaitUninterruptibly,
                () -> assertTrue(condition.await(1, TimeUnit.HOURS)),
                () -> assertTrue(condition.await(Long.MAX_VALUE, TimeUnit.DAYS)),
                () -> assertTrue(condition.awaitNanos(Long.MAX_VALUE) > 0),
                () -> assertTrue(condition.awaitNanos(TimeUnit.HOURS.toNanos(1)) > 0),
                () -> assertTrue(condition.awaitUntil(new Date(System.currentTimeMillis() + 3_600_000))),
                () -> assertTrue(condition.awaitUntil(new Date(Long.MAX_VALUE))));
    }

    private <T> T locked(Callable<T> task) throws Exception {
        lock.lock();
        try {
            return task.call();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable task) {
        lock.lock();
        try {
            task.run();
        } finally {
            lock.unlock();
        }
    }

    @Test
    @DisplayName("a signal wakes a waiter of any form, which then holds the lock")
    void signalWakes() {
        for (Wait wait : waits()) {
            boolean[] done = new boolean[1];
            try (Crew crew = new Crew()) {
                Crew.Member<?> waiter = crew.start(
                        "waiter",
                        () -> locked(() -> {
                            while (!done[0]) {
                                wait.await();
                            }
                            return null;
                        }));
                waiter.awaitSleep();
                locked(() -> {
                    done[0] = true;
                    condition.signal();
                });
            }
        }
    }

    @Test
    @DisplayName("a signal without waiters is forgotten")
    void signalIsNotRemembered() throws Exception {
        locked(condition::signal);
        locked(condition::signalAll);
        assertFalse(locked(() -> condition.await(5, TimeUnit.MILLISECONDS)));
        locked(condition::signal);
        assertFalse(locked(() -> condition.await(5, TimeUnit.MILLISECONDS)));
    }

    @Test
    @DisplayName("signalAll wakes all, signal at least one and not all")
    void signalAllWakesAll() {
        AtomicInteger awake = new AtomicInteger();
        boolean[] done = new boolean[1];
        int waiters = 20;
        try (Crew crew = new Crew()) {
            for (int i = 0; i < waiters; i++) {
                crew.start(
                                "waiter " + i,
                                () -> locked(() -> {
                                    do {
                                        condition.await();
                                        awake.incrementAndGet();
                                    } while (!done[0]);
                                    return null;
                                }))
                        .awaitSleep();
            }
            locked(condition::signal);
            while (awake.get() == 0) {
                Crew.giveTime(1);
            }
            assertTrue(awakeIn(awake, 10) < waiters, "one signal does not wake all at once");
            locked(() -> {
                done[0] = true;
                condition.signalAll();
            });
        }
    }

    private static int awakeIn(AtomicInteger awake, long millis) {
        Crew.giveTime(millis);
        return awake.get();
    }

    @Test
    @DisplayName("waits that time out say so, not before the time, and hold the lock")
    void timeouts() throws Exception {
        long nanos = 10_000_000;
        lock.lock();
        long start = System.nanoTime();
        assertFalse(condition.await(nanos, TimeUnit.NANOSECONDS));
        assertTrue(System.nanoTime() - start >= nanos);
        start = System.nanoTime();
        assertTrue(condition.awaitNanos(nanos) <= 0);
        assertTrue(System.nanoTime() - start >= nanos);
        start = System.nanoTime();
        assertFalse(condition.awaitUntil(new Date(System.currentTimeMillis() + 10)));
        assertTrue(System.nanoTime() - start >= nanos - 1_000_000);
        for (long past : new long[] {0, -1, Long.MIN_VALUE}) {
            assertFalse(condition.await(past, TimeUnit.NANOSECONDS));
            assertTrue(condition.awaitNanos(past) <= 0);
        }
        assertFalse(condition.awaitUntil(new Date(0)));
        assertFalse(condition.awaitUntil(new Date(Long.MIN_VALUE)));
        lock.unlock();
        assertTrue(lock.tryLock());
        lock.unlock();
    }

    @Test
    @DisplayName("interruption ends a wait, before or during, with the lock held; awaitUninterruptibly keeps it")
    void interruption() {
        try (Crew crew = new Crew()) {
            Crew.Member<?> waiter = crew.start(
                    "waiter",
                    () -> locked(() -> {
                        Thread.currentThread().interrupt();
                        assertThrows(InterruptedException.class, condition::await);
                        Thread.currentThread().interrupt();
                        assertThrows(InterruptedException.class, () -> condition.await(1, TimeUnit.HOURS));
                        assertFalse(Thread.interrupted(), "the exception stands for the interruption");
                        assertThrows(InterruptedException.class, condition::await);
                        condition.signal(); // throws unless the lock is held
                        return null;
                    }));
            waiter.awaitSleep();
            waiter.thread().interrupt();
            waiter.result();

            boolean[] done = new boolean[1];
            Crew.Member<?> stubborn = crew.start(
                    "stubborn",
                    () -> locked(() -> {
                        Thread.currentThread().interrupt();
                        while (!done[0]) {
                            condition.awaitUninterruptibly();
                        }
                        assertTrue(Thread.interrupted(), "the interruption is kept");
                        return null;
                    }));
            Crew.giveTime(10);
            stubborn.thread().interrupt();
            Crew.giveTime(10);
            assertTrue(stubborn.thread().isAlive());
            locked(() -> {
                done[0] = true;
                condition.signal();
            });
        }
    }

    @Test
    @DisplayName("everything is refused to a party that does not hold the lock")
    void withoutTheLock() {
        for (Wait wait : waits()) {
            assertThrows(IllegalMonitorStateException.class, wait::await);
        }
        assertThrows(IllegalMonitorStateException.class, condition::signal);
        assertThrows(IllegalMonitorStateException.class, condition::signalAll);
        try (Crew crew = new Crew()) {
            locked(() -> {
                crew.start("another", () -> assertThrows(IllegalMonitorStateException.class, condition::signal))
                        .result();
                crew.start("another", () -> assertThrows(IllegalMonitorStateException.class, condition::await))
                        .result();
            });
        }
    }

    @Test
    @DisplayName("two conditions of one lock are signalled apart")
    void conditionsAreSeparate() throws Exception {
        Condition other = lock.newCondition();
        try (Crew crew = new Crew()) {
            Crew.Member<Boolean> waiter = crew.start("waiter", () -> locked(() -> condition.await(1, TimeUnit.HOURS)));
            waiter.awaitSleep();
            locked(other::signalAll);
            Crew.giveTime(10);
            assertTrue(waiter.thread().isAlive(), "the other condition was signalled");
            locked(condition::signalAll);
            assertTrue(waiter.result());
        }
    }

    @Test
    @DisplayName("a monitor with several producers and consumers loses nothing, whoever gives up meanwhile")
    void boundedBuffer() {
        Condition notFull = lock.newCondition();
        Condition notEmpty = condition;
        int capacity = 2;
        int each = 2_000;
        int[] size = new int[1];
        int[] moved = new int[2];
        try (Crew crew = new Crew()) {
            crew.startAll(6, index -> {
                boolean producer = index % 2 == 0;
                for (int i = 0; i < each; ) {
                    lock.lock();
                    try {
                        boolean blocked = producer ? size[0] == capacity : size[0] == 0;
                        if (blocked) {
                            Condition mine = producer ? notFull : notEmpty;
                            if (index < 2) {
                                mine.await(50, TimeUnit.MICROSECONDS);
                            } else {
                                mine.await();
                            }
                        } else {
                            size[0] += producer ? 1 : -1;
                            moved[index % 2]++;
                            i++;
                            (producer ? notEmpty : notFull).signal();
                        }
                    } finally {
                        lock.unlock();
                    }
                }
            });
        }
        assertEquals(0, size[0]);
        assertEquals(3 * each, moved[0]);
        assertEquals(3 * each, moved[1]);
    }

    @Test
    @DisplayName("many waiters are woken one by one")
    void handOver() {
        int waiters = 200;
        int[] turn = new int[1];
        List<Integer> order = new ArrayList<>();
        try (Crew crew = new Crew()) {
            crew.startAll(
                    waiters,
                    index -> locked(() -> {
                        while (turn[0] == 0) {
                            condition.await();
                        }
                        turn[0]--;
                        order.add(index);
                        return null;
                    }));
            for (int i = 0; i < waiters; i++) {
                locked(() -> {
                    turn[0]++;
                    condition.signal();
                });
            }
        }
        assertEquals(waiters, order.size());
        assertEquals(0, turn[0]);
    }
}
