package dev.interlock.spin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.interlock.contract.Crew;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;

/** Whether a lock lets waiters in by the order in which they came. */
final class FifoOrder {
    private static final int WAITERS = 6;

    private FifoOrder() {}

    static void check(Lock lock) {
        List<Integer> entered = new ArrayList<>();
        List<Integer> arrived = new ArrayList<>();
        lock.lock();
        try (Crew crew = new Crew()) {
            for (int i = 0; i < WAITERS; i++) {
                int index = i;
                arrived.add(i);
                awaitInLine(crew.start("waiter " + i, () -> {
                            lock.lock();
                            entered.add(index);
                            lock.unlock();
                            return null;
                        })
                        .thread());
            }
            lock.unlock();
        }
        assertEquals(arrived, entered);
    }

    /** A waiter that is seen to wait has taken its place. */
    private static void awaitInLine(Thread thread) {
        while (Arrays.stream(thread.getStackTrace())
                .noneMatch(frame -> frame.getMethodName().equals("busyWait"))) {
            Thread.yield();
        }
    }
}
