package dev.interlock.contract;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every lock of this library promises. A subclass supplies the lock, and says which parts of {@link Lock} it has.
 */
@Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class LockContractTest {
    /** How long a test leaves a waiter alone to see that it waits. */
    protected static final long A_WHILE_MILLIS = 15;

    /** For subclasses. */
    protected LockContractTest() {}

    /**
     * Makes a lock that is free.
     *
     * @param parties how many will use it, at most {@link #maxParties()}
     * @return what the party of a given index locks: the lock itself, or its view
     */
    protected abstract IntFunction<Lock> newLock(int parties);

    /**
     * How many parties the lock is for.
     *
     * @return the largest number that tests may use
     */
    protected int maxParties() {
        return Integer.MAX_VALUE;
    }

    /**
     * How many rounds each party takes in the tests of mutual exclusion.
     *
     * @return fewer, where a round is slow
     */
    protected int rounds() {
        return 5_000;
    }

    /**
     * Whether a waiter can leave its place.
     *
     * @return whether {@code lockInterruptibly} and {@code tryLock} with a timeout are supported
     */
    protected boolean waitersCanLeave() {
        return true;
    }

    /**
     * Whether the owner may lock again.
     *
     * @return true for a reentrant lock
     */
    protected boolean reentrant() {
        return false;
    }

    /**
     * Whether the lock has conditions.
     *
     * @return whether {@code newCondition} is supported
     */
    protected boolean conditions() {
        return false;
    }

    @Test
    @DisplayName("one party at a time is inside, and sees what those before it wrote")
    void mutualExclusionAndPublication() {
        int parties = Math.min(4, maxParties());
        IntFunction<Lock> lock = newLock(parties);
        int[] plain = new int[2];
        AtomicInteger inside = new AtomicInteger();
        try (Crew crew = new Crew()) {
            CyclicBarrier start = new CyclicBarrier(parties);
            crew.startAll(parties, index -> {
                Lock mine = lock.apply(index);
                start.await();
                for (int i = 0; i < rounds(); i++) {
                    mine.lock();
                    try {
                        assertEquals(1, inside.incrementAndGet(), "parties inside");
                        plain[0]++;
                        assertEquals(plain[0], ++plain[1], "plain writes seen in order");
                        inside.decrementAndGet();
                    } finally {
                        mine.unlock();
                    }
                }
            });
        }
        assertEquals(parties * rounds(), plain[0], "no round is lost");
        assertFree(lock, parties);
    }

    @Test
    @DisplayName("all ways to lock exclude each other")
    void allVerbsExclude() {
        assumeTrue(waitersCanLeave());
        int parties = Math.min(4, maxParties());
        IntFunction<Lock> lock = newLock(parties);
        int[] plain = new int[1];
        AtomicInteger entered = new AtomicInteger();
        try (Crew crew = new Crew()) {
            CyclicBarrier start = new CyclicBarrier(parties);
            crew.startAll(parties, index -> {
                Lock mine = lock.apply(index);
                start.await();
                for (int i = 0; i < rounds(); i++) {
                    boolean locked = true;
                    switch ((i + index) % 4) {
                        case 0 -> mine.lock();
                        case 1 -> mine.lockInterruptibly();
                        case 2 -> locked = mine.tryLock();
                        default -> locked = mine.tryLock(20, TimeUnit.MICROSECONDS);
                    }
                    if (locked) {
                        plain[0]++;
                        entered.incrementAndGet();
                        mine.unlock();
                    }
                }
            });
        }
        assertEquals(entered.get(), plain[0], "no entry is lost");
        assertFree(lock, parties);
    }

    @Test
    @DisplayName("a party that keeps going in and out does not stop the others from finishing, more parties than CPUs")
    void oversubscribed() {
        int parties = Math.min(4 * Runtime.getRuntime().availableProcessors(), maxParties());
        IntFunction<Lock> lock = newLock(parties);
        int[] plain = new int[1];
        try (Crew crew = new Crew()) {
            crew.startAll(parties, index -> {
                for (int i = 0; i < rounds() / 10; i++) {
                    lock.apply(index).lock();
                    plain[0]++;
                    lock.apply(index).unlock();
                }
            });
        }
        assertEquals(parties * (rounds() / 10), plain[0]);
    }

    @Test
    @DisplayName("locking again by the owner throws at once, in every form, and changes nothing")
    void relockThrows() {
        assumeFalse(reentrant());
        IntFunction<Lock> lock = newLock(2);
        Lock mine = lock.apply(0);
        mine.lock();
        assertThrows(IllegalMonitorStateException.class, mine::lock);
        assertThrows(IllegalMonitorStateException.class, mine::tryLock);
        if (waitersCanLeave()) {
            assertThrows(IllegalMonitorStateException.class, mine::lockInterruptibly);
            assertThrows(IllegalMonitorStateException.class, () -> mine.tryLock(1, TimeUnit.HOURS));
            assertThrows(IllegalMonitorStateException.class, () -> mine.tryLock(0, TimeUnit.HOURS));
        }
        assertHeld(lock, 1);
        mine.unlock();
        assertFree(lock, 2);
    }

    @Test
    @DisplayName("unlocking by a party that does not hold the lock throws and changes nothing")
    void unlockByAnotherThrows() {
        IntFunction<Lock> lock = newLock(2);
        lock.apply(0).lock();
        try (Crew crew = new Crew()) {
            crew.start("another", () -> {
                assertThrows(IllegalMonitorStateException.class, lock.apply(1)::unlock);
                return assertThrows(IllegalMonitorStateException.class, lock.apply(0)::unlock);
            });
        }
        assertHeld(lock, 1);
        lock.apply(0).unlock();
        assertFree(lock, 2);
    }

    @Test
    @DisplayName("unlocking a free lock throws, before its first use and after")
    void unlockWhenFreeThrows() {
        IntFunction<Lock> lock = newLock(2);
        Lock mine = lock.apply(0);
        assertThrows(IllegalMonitorStateException.class, mine::unlock);
        mine.lock();
        mine.unlock();
        String message =
                assertThrows(IllegalMonitorStateException.class, mine::unlock).getMessage();
        assertTrue(message != null && !message.isBlank(), "the exception says what happened");
        assertFree(lock, 2);
    }

    @Test
    @DisplayName("tryLock takes a free lock, and fails on a held one without waiting")
    void tryLock() {
        IntFunction<Lock> lock = newLock(2);
        for (int i = 0; i < 1000; i++) {
            assertTrue(lock.apply(0).tryLock());
            lock.apply(0).unlock();
        }
        assertTrue(lock.apply(0).tryLock());
        assertHeld(lock, 1);
        lock.apply(0).unlock();
        assertFree(lock, 2);
    }

    @Test
    @DisplayName("tryLock with a timeout fails when the time is over, not before, and a later attempt succeeds")
    void timeout() {
        assumeTrue(waitersCanLeave());
        IntFunction<Lock> lock = newLock(2);
        lock.apply(0).lock();
        try (Crew crew = new Crew()) {
            crew.start("waiter", () -> {
                long start = System.nanoTime();
                assertFalse(lock.apply(1).tryLock(20, TimeUnit.MILLISECONDS));
                long waited = System.nanoTime() - start;
                assertTrue(waited >= 20_000_000, "waited " + waited + " ns");
                return null;
            });
        }
        lock.apply(0).unlock();
        assertFree(lock, 2);
    }

    @Test
    @DisplayName("a timeout of zero or less tries once")
    void timeoutOfZeroOrLess() {
        assumeTrue(waitersCanLeave());
        IntFunction<Lock> lock = newLock(2);
        for (long timeout : new long[] {0, -1, Long.MIN_VALUE}) {
            for (TimeUnit unit : new TimeUnit[] {TimeUnit.NANOSECONDS, TimeUnit.DAYS}) {
                assertTrue(assertDoesNotThrow(() -> lock.apply(0).tryLock(timeout, unit)), "free, timeout " + timeout);
                try (Crew crew = new Crew()) {
                    crew.start("waiter", () -> {
                        assertFalse(lock.apply(1).tryLock(timeout, unit), "held, timeout " + timeout);
                        return null;
                    });
                }
                lock.apply(0).unlock();
            }
        }
        assertFree(lock, 2);
    }

    @Test
    @DisplayName("the longest timeouts wait until the lock is free")
    void longestTimeout() {
        assumeTrue(waitersCanLeave());
        IntFunction<Lock> lock = newLock(2);
        for (TimeUnit unit : new TimeUnit[] {TimeUnit.NANOSECONDS, TimeUnit.DAYS}) {
            lock.apply(0).lock();
            try (Crew crew = new Crew()) {
                Crew.Member<Boolean> waiter = crew.start("waiter", () -> {
                    boolean locked = lock.apply(1).tryLock(Long.MAX_VALUE, unit);
                    lock.apply(1).unlock();
                    return locked;
                });
                Crew.giveTime(A_WHILE_MILLIS);
                assertTrue(waiter.thread().isAlive(), "it waits");
                lock.apply(0).unlock();
                assertTrue(waiter.result());
            }
        }
        assertFree(lock, 2);
    }

    @Test
    @DisplayName("a thread interrupted before does not get the lock by an interruptible form, free or held")
    void interruptedBefore() {
        assumeTrue(waitersCanLeave());
        IntFunction<Lock> lock = newLock(2);
        for (boolean held : new boolean[] {false, true}) {
            if (held) {
                lock.apply(0).lock();
            }
            try (Crew crew = new Crew()) {
                crew.start("interrupted", () -> {
                    Lock mine = lock.apply(1);
                    Thread.currentThread().interrupt();
                    assertThrows(InterruptedException.class, mine::lockInterruptibly);
                    assertFalse(Thread.interrupted(), "the exception stands for the interruption");
                    Thread.currentThread().interrupt();
                    assertThrows(InterruptedException.class, () -> mine.tryLock(1, TimeUnit.HOURS));
                    assertFalse(Thread.interrupted(), "the exception stands for the interruption");
                    Thread.currentThread().interrupt();
                    assertThrows(InterruptedException.class, () -> mine.tryLock(0, TimeUnit.HOURS));
                    assertFalse(Thread.interrupted(), "the exception stands for the interruption");
                    return assertThrows(IllegalMonitorStateException.class, mine::unlock);
                });
            }
            if (held) {
                lock.apply(0).unlock();
            }
        }
        assertFree(lock, 2);
    }

    @Test
    @DisplayName("a waiter that is interrupted throws, and does not hold the lock")
    void interruptedDuring() {
        assumeTrue(waitersCanLeave());
        IntFunction<Lock> lock = newLock(2);
        for (boolean timed : new boolean[] {false, true}) {
            lock.apply(0).lock();
            try (Crew crew = new Crew()) {
                Crew.Member<?> waiter = crew.start("waiter", () -> {
                    Lock mine = lock.apply(1);
                    assertThrows(InterruptedException.class, () -> {
                        if (timed) {
                            mine.tryLock(1, TimeUnit.HOURS);
                        } else {
                            mine.lockInterruptibly();
                        }
                    });
                    assertFalse(Thread.interrupted(), "the exception stands for the interruption");
                    return assertThrows(IllegalMonitorStateException.class, mine::unlock);
                });
                Crew.giveTime(A_WHILE_MILLIS);
                assertTrue(waiter.thread().isAlive(), "it waits");
                waiter.thread().interrupt();
                waiter.result();
            }
            lock.apply(0).unlock();
            assertFree(lock, 2);
        }
    }

    @Test
    @DisplayName("lock() waits through an interruption and keeps it for its caller; tryLock() ignores it")
    void lockKeepsInterruption() {
        IntFunction<Lock> lock = newLock(2);
        lock.apply(0).lock();
        try (Crew crew = new Crew()) {
            Crew.Member<?> waiter = crew.start("waiter", () -> {
                Thread.currentThread().interrupt();
                assertFalse(lock.apply(1).tryLock());
                lock.apply(1).lock();
                assertTrue(Thread.interrupted(), "the interruption is kept");
                lock.apply(1).unlock();
                return null;
            });
            Crew.giveTime(A_WHILE_MILLIS);
            waiter.thread().interrupt();
            Crew.giveTime(A_WHILE_MILLIS);
            assertTrue(waiter.thread().isAlive(), "it waits");
            lock.apply(0).unlock();
        }
        assertFree(lock, 2);
    }

    @Test
    @DisplayName("those who time out or are interrupted at any moment leave no trace")
    void noTrace() {
        assumeTrue(waitersCanLeave());
        int parties = Math.min(4, maxParties());
        IntFunction<Lock> lock = newLock(parties);
        int[] plain = new int[1];
        AtomicInteger entered = new AtomicInteger();
        AtomicInteger left = new AtomicInteger();
        try (Crew crew = new Crew()) {
            List<Crew.Member<?>> impatient = new ArrayList<>();
            for (int i = 0; i < parties; i++) {
                Lock mine = lock.apply(i);
                boolean interruptible = i % 2 == 1;
                impatient.add(crew.start("impatient " + i, () -> {
                    for (int round = 0; round < rounds() / 5; round++) {
                        try {
                            boolean locked = interruptible
                                    ? mine.tryLock(1, TimeUnit.SECONDS)
                                    : mine.tryLock(round % 40, TimeUnit.MICROSECONDS);
                            if (locked) {
                                plain[0]++;
                                entered.incrementAndGet();
                                if (round % 8 == 0) {
                                    LockSupport.parkNanos(20_000); // held for long enough that others give up
                                }
                                mine.unlock();
                            } else {
                                left.incrementAndGet();
                            }
                        } catch (InterruptedException e) {
                            left.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            while (impatient.stream().anyMatch(member -> member.thread().isAlive())) {
                for (int i = 1; i < parties; i += 2) {
                    impatient.get(i).thread().interrupt();
                }
                LockSupport.parkNanos(30_000);
            }
        }
        assertEquals(entered.get(), plain[0], "no entry is lost");
        assertTrue(left.get() > 0, "some gave up");
        assertFree(lock, parties);
    }

    @Test
    @DisplayName("a waiter gets the lock when its owner leaves, whatever happened to others that waited")
    void noLostWakeUp() {
        assumeTrue(waitersCanLeave() && maxParties() >= 3);
        IntFunction<Lock> lock = newLock(3);
        for (int round = 0; round < 100; round++) {
            lock.apply(0).lock();
            try (Crew crew = new Crew()) {
                Crew.Member<?> fickle = crew.start("fickle", () -> {
                    try {
                        lock.apply(1).lockInterruptibly();
                        lock.apply(1).unlock();
                    } catch (InterruptedException e) {
                        // it may come before the lock or after
                    }
                    return null;
                });
                crew.start("patient", () -> {
                    lock.apply(2).lock();
                    lock.apply(2).unlock();
                    return null;
                });
                LockSupport.parkNanos(round * 5_000L);
                lock.apply(0).unlock();
                fickle.thread().interrupt();
            }
        }
        assertFree(lock, 3);
    }

    @Test
    @DisplayName("forms that a waiter could not leave are refused")
    void unsupportedForms() {
        assumeFalse(waitersCanLeave());
        IntFunction<Lock> lock = newLock(2);
        assertThrows(UnsupportedOperationException.class, lock.apply(0)::lockInterruptibly);
        assertThrows(UnsupportedOperationException.class, () -> lock.apply(0).tryLock(1, TimeUnit.SECONDS));
        assertFree(lock, 2);
    }

    @Test
    @DisplayName("a lock without conditions says so")
    void noConditions() {
        assumeFalse(conditions());
        assertThrows(UnsupportedOperationException.class, newLock(2).apply(0)::newCondition);
    }

    @Test
    @DisplayName("the text says who holds the lock")
    void text() {
        IntFunction<Lock> lock = newLock(2);
        String free = lock.apply(0).toString();
        lock.apply(0).lock();
        String held = lock.apply(0).toString();
        assertTrue(!free.equals(held), free + " when held");
        lock.apply(0).unlock();
        assertFalse(free.contains("@"), free);
    }

    @Test
    @DisplayName("virtual threads wait without holding on to their carriers")
    void virtualThreads() throws Exception {
        assumeTrue(VirtualThreads.exist());
        int waiters = Math.min(64, maxParties() - 1);
        IntFunction<Lock> lock = newLock(waiters + 1);
        int[] plain = new int[1];
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch mayUnlock = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        threads.add(VirtualThreads.start(() -> {
            lock.apply(waiters).lock();
            locked.countDown();
            awaitQuietly(mayUnlock); // leaves its carrier: it needs one again to unlock
            lock.apply(waiters).unlock();
        }));
        assertTrue(locked.await(60, TimeUnit.SECONDS));
        for (int i = 0; i < waiters; i++) {
            Lock mine = lock.apply(i);
            threads.add(VirtualThreads.start(() -> {
                mine.lock();
                plain[0]++;
                Thread.yield();
                mine.unlock();
            }));
        }
        Crew.giveTime(A_WHILE_MILLIS);
        mayUnlock.countDown();
        for (Thread thread : threads) {
            thread.join(60_000);
            assertFalse(thread.isAlive(), "a virtual thread is stuck");
        }
        assertEquals(waiters, plain[0]);
        assertFree(lock, waiters + 1);
    }

    /** Each party, on a thread of its own, can lock and unlock, at once and again. */
    private static void assertFree(IntFunction<Lock> lock, int parties) {
        for (int i = 0; i < parties; i++) {
            Lock mine = lock.apply(i);
            try (Crew crew = new Crew()) {
                crew.start("party " + i + " finds the lock free", () -> {
                    assertTrue(mine.tryLock(), "free: " + mine);
                    mine.unlock();
                    mine.lock();
                    mine.unlock();
                    return null;
                });
            }
        }
    }

    /** A party other than the owner does not get the lock. */
    private static void assertHeld(IntFunction<Lock> lock, int party) {
        try (Crew crew = new Crew()) {
            crew.start("party " + party + " finds the lock held", () -> {
                assertFalse(lock.apply(party).tryLock(), "held: " + lock.apply(party));
                return null;
            });
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
