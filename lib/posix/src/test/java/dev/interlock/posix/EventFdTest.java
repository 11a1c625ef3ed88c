package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class EventFdTest {
    private final EventFd counter = EventFd.create(0);

    @AfterEach
    void close() {
        counter.close();
    }

    @Test
    void aTakeReceivesAllThatWasAdded() throws Exception {
        assertEquals(0, counter.tryTake());
        counter.add(3);
        counter.add(4);
        assertEquals(7, counter.take());
        assertEquals(0, counter.tryTake());
    }

    @Test
    void aSemaphoreGivesOneAtATime() throws Exception {
        try (EventFd semaphore = EventFd.createSemaphore(2)) {
            assertEquals(1, semaphore.take());
            assertEquals(1, semaphore.tryTake());
            assertEquals(0, semaphore.take(1, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void theCounterIsUnsignedAndRefusesToOverflow() throws Exception {
        assertTrue(counter.tryAdd(-2));
        assertFalse(counter.tryAdd(1));
        Concurrent<Void> adder = Concurrent.start(() -> {
            counter.add(5);
            return null;
        });
        adder.awaitBlocked();
        assertEquals(-2, counter.take());
        adder.join();
        assertEquals(5, counter.take());
        assertThrows(IllegalArgumentException.class, () -> counter.tryAdd(-1));
    }

    @Test
    void aBlockedTakeReceivesWhatComes() throws Exception {
        Concurrent<Long> taker = Concurrent.start(counter::take);
        taker.awaitBlocked();
        counter.add(9);
        assertEquals(9, taker.join());
    }

    @Test
    void aTimedTakeGivesUpNotBeforeItsTime() throws Exception {
        long start = System.nanoTime();
        assertEquals(0, counter.take(30, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= 30_000_000);
    }

    @Test
    void aBlockedTakeEndsOnInterruptAndOnClose() throws Exception {
        for (int round = 0; round < 100; round++) {
            EventFd next = EventFd.create(0);
            Concurrent<Long> interrupted = Concurrent.start(next::take);
            Concurrent<Long> closed = Concurrent.start(next::take);
            if (round % 10 == 0) {
                interrupted.awaitBlocked();
                closed.awaitBlocked();
            }
            interrupted.thread.interrupt();
            assertThrows(InterruptedException.class, interrupted::join);
            next.close();
            assertThrows(IllegalStateException.class, closed::join);
            assertThrows(IllegalStateException.class, next::tryTake);
            assertThrows(IllegalStateException.class, next::descriptor);
        }
    }

    @Test
    void nothingIsLostAmongManyThreads() throws Exception {
        int adds = 20_000;
        Concurrent<Long> one = Concurrent.start(() -> takeUntil(-1));
        Concurrent<Void> adder = Concurrent.start(() -> add(adds));
        Concurrent<Void> second = Concurrent.start(() -> add(adds));
        adder.join();
        second.join();
        counter.add(1L << 40);
        assertEquals(2 * adds, one.join());
    }

    private Void add(int adds) throws InterruptedException {
        for (int add = 0; add < adds; add++) {
            counter.add(1);
        }
        return null;
    }

    private long takeUntil(long ignored) throws InterruptedException {
        long sum = 0;
        while (sum < 1L << 40) {
            sum += counter.take();
        }
        return sum - (1L << 40);
    }

    @Test
    void anotherProcessHasItThroughItsDescriptor() throws Exception {
        Process child = Children.java(Owner.class);
        int descriptor = Integer.parseInt(Children.output(child).readLine());
        try (EventFd shared = EventFd.ofProcess(child.pid(), descriptor)) {
            assertEquals(42, shared.take());
        }
        child.destroyForcibly().waitFor();
        assertThrows(PosixException.class, () -> EventFd.ofProcess(child.pid(), descriptor));
        assertThrows(IllegalArgumentException.class, () -> EventFd.ofProcess(0, descriptor));
    }

    static final class Owner {
        public static void main(String[] args) throws Exception {
            try (EventFd counter = EventFd.create(0)) {
                System.out.println(counter.descriptor());
                counter.add(42);
                Thread.sleep(TimeUnit.SECONDS.toMillis(Children.WATCHDOG_SECONDS));
            }
        }
    }
}
