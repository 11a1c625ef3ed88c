package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.posix.Futex.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class FutexTest {
    static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final long FOREVER = Long.MAX_VALUE;

    private final String name = Children.name("futex");
    private SharedMemory memory;
    private ByteBuffer buffer;
    private Futex futex;

    @BeforeEach
    void open() {
        memory = SharedMemory.open(name, Creation.CREATE_NEW);
        memory.reserve(4096);
        buffer = memory.map();
        futex = Futex.at(buffer, 64);
    }

    @AfterEach
    void close() {
        memory.close();
        SharedMemory.unlink(name);
    }

    private Outcome await(boolean interruptibly, int expected, long timeoutNanos) throws InterruptedException {
        return interruptibly ? futex.awaitInterruptibly(expected, timeoutNanos) : futex.await(expected, timeoutNanos);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherValueDoesNotSleep(boolean interruptibly) throws Exception {
        assertSame(Outcome.VALUE_CHANGED, await(interruptibly, 1, FOREVER));
        buffer.putInt(64, -5);
        assertSame(Outcome.VALUE_CHANGED, await(interruptibly, 0, FOREVER));
        assertSame(Outcome.TIMED_OUT, await(interruptibly, -5, 1000));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWaitEndsNotBeforeItsTime(boolean interruptibly) throws Exception {
        long start = System.nanoTime();
        assertSame(Outcome.TIMED_OUT, await(interruptibly, 0, 30_000_000));
        assertTrue(System.nanoTime() - start >= 30_000_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noTimeMeansNoWait(boolean interruptibly) throws Exception {
        assertSame(Outcome.TIMED_OUT, await(interruptibly, 0, 0));
        assertSame(Outcome.TIMED_OUT, await(interruptibly, 0, Long.MIN_VALUE));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSleeperIsWokenThroughAnyMapping(boolean interruptibly) throws Exception {
        Futex elsewhere = Futex.at(memory.map(32, 64), 32);
        Concurrent<Outcome> sleeper = Concurrent.start(() -> await(interruptibly, 0, FOREVER));
        while (elsewhere.wake(1) == 0) {
            Thread.onSpinWait();
        }
        assertSame(Outcome.WOKEN, sleeper.join());
    }

    @Test
    void wakeWakesNoMoreThanItsCount() throws Exception {
        List<Concurrent<Outcome>> sleepers = new ArrayList<>();
        for (int sleeper = 0; sleeper < 3; sleeper++) {
            sleepers.add(Concurrent.start(() -> futex.awaitInterruptibly(0, FOREVER)));
        }
        for (Concurrent<Outcome> sleeper : sleepers) {
            sleeper.awaitBlocked();
        }
        assertEquals(0, futex.wake(0));
        int woken = 0;
        while (woken < 2) {
            woken += futex.wake(2 - woken);
        }
        while (woken < 3) {
            woken += futex.wake(Integer.MAX_VALUE);
        }
        for (Concurrent<Outcome> sleeper : sleepers) {
            assertSame(Outcome.WOKEN, sleeper.join());
        }
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        for (int round = 0; round < 200; round++) {
            Concurrent<Outcome> sleeper = Concurrent.start(() -> futex.awaitInterruptibly(0, FOREVER));
            if (round % 2 == 0) {
                sleeper.awaitBlocked();
            }
            sleeper.thread.interrupt();
            assertThrows(InterruptedException.class, () -> {
                while (sleeper.join() == Outcome.WOKEN) {
                    throw new AssertionError("woken by nobody");
                }
            });
        }
    }

    @Test
    void aWakeUpIsNeverLostToAnInterrupt() throws Exception {
        int interrupted = 0;
        for (int round = 0; round < 500; round++) {
            Concurrent<Outcome> sleeper = Concurrent.start(() -> futex.awaitInterruptibly(0, FOREVER));
            Concurrent<Void> interrupter = Concurrent.start(() -> {
                sleeper.thread.interrupt();
                return null;
            });
            int woken = futex.wake(1);
            interrupter.join();
            if (woken == 1) {
                assertSame(Outcome.WOKEN, sleeper.join());
            } else {
                try {
                    assertSame(Outcome.WOKEN, sleeper.join()); // for no reason, as it may
                } catch (InterruptedException e) {
                    interrupted++;
                }
            }
        }
        assertTrue(interrupted > 0);
    }

    @Test
    void placesThatHoldNoWordAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Futex.at(ByteBuffer.allocate(8), 0));
        assertThrows(IllegalArgumentException.class, () -> Futex.at(buffer, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> Futex.at(buffer, -4));
        assertThrows(IndexOutOfBoundsException.class, () -> Futex.at(buffer, 4096));
        assertThrows(IndexOutOfBoundsException.class, () -> Futex.at(buffer, Integer.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> futex.wake(-1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWordWhosePageIsGoneIsAnErrorNoCrash(boolean interruptibly) throws Exception {
        Futex second = Futex.at(memory.map(0, 4096), 0);
        memory.reserve(3 * 4096);
        Futex gone = Futex.at(memory.map(8192, 4096), 0);
        memory.resize(4096);
        PosixException e =
                assertThrows(PosixException.class, () -> gone.awaitInterruptibly(0, interruptibly ? 1000 : FOREVER));
        assertEquals("EFAULT", e.errnoName());
        assertEquals(
                "EFAULT",
                assertThrows(PosixException.class, () -> gone.await(0, 1000)).errnoName());
        assertSame(Outcome.TIMED_OUT, second.await(0, 0));
    }

    @Test
    void theMemoryStaysMappedForTheFutexAlone() throws Exception {
        Futex alone = Futex.at(memory.map(), 0);
        for (int round = 0; round < 5; round++) {
            System.gc();
            Thread.sleep(20);
        }
        assertSame(Outcome.TIMED_OUT, alone.await(0, 1000));
    }

    @Test
    void onAnOldKernelInterruptsAndClosesAreSeenToo() throws Exception {
        List<String> command = Children.javaCommand(OldKernel.class);
        command.add(1, "-Ddev.interlock.posix.slices=true");
        assertEquals("TIMED_OUT WOKEN interrupted closed", Children.run(command));
    }

    /** Waits without futex_waitv. */
    static final class OldKernel {
        public static void main(String[] args) throws Exception {
            try (SharedMemory memory = SharedMemory.anonymous("old")) {
                ByteBuffer buffer = memory.grow(4096);
                Futex futex = Futex.at(buffer, 64);
                System.out.print(futex.awaitInterruptibly(0, 35_000_000) + " ");
                Concurrent<Outcome> sleeper = Concurrent.start(() -> futex.awaitInterruptibly(0, FOREVER));
                while (futex.wake(1) == 0) {
                    Thread.onSpinWait();
                }
                System.out.print(sleeper.join() + " ");
                Concurrent<Outcome> interrupted = Concurrent.start(() -> futex.awaitInterruptibly(0, FOREVER));
                interrupted.awaitBlocked();
                interrupted.thread.interrupt();
                assertThrows(InterruptedException.class, interrupted::join);
                System.out.print("interrupted ");
                UnnamedSemaphore semaphore = UnnamedSemaphore.create(buffer, 0, 0);
                Concurrent<Void> closed = Concurrent.start(() -> {
                    semaphore.acquire();
                    return null;
                });
                closed.awaitBlocked();
                semaphore.close();
                assertThrows(IllegalStateException.class, closed::join);
                System.out.println("closed");
            }
        }
    }

    @Test
    void twoProcessesPingPong() throws Exception {
        Process child = Children.java(Pong.class, name);
        for (int round = 0; round < Pong.ROUNDS; round++) {
            INT.setVolatile(buffer, 64, 2 * round + 1);
            futex.wake(1);
            int seen;
            while ((seen = (int) INT.getVolatile(buffer, 64)) == 2 * round + 1) {
                futex.awaitInterruptibly(seen, FOREVER);
            }
            assertEquals(2 * round + 2, seen);
        }
        assertEquals("done", Children.finish(child));
    }

    /** Answers every odd number with the even one that follows. */
    static final class Pong {
        static final int ROUNDS = 5000;

        public static void main(String[] args) {
            try (SharedMemory memory = SharedMemory.open(args[0], Creation.OPEN)) {
                ByteBuffer buffer = memory.map();
                Futex futex = Futex.at(buffer, 64);
                for (int round = 0; round < ROUNDS; round++) {
                    int seen;
                    while ((seen = (int) INT.getVolatile(buffer, 64)) != 2 * round + 1) {
                        futex.await(seen, FOREVER);
                    }
                    INT.setVolatile(buffer, 64, seen + 1);
                    futex.wake(1);
                }
                System.out.println("done");
            }
        }
    }
}
