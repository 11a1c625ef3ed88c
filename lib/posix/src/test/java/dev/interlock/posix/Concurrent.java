package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A thread of a test: started at once, awaited with a watchdog, its failure is the test's. */
final class Concurrent<T> {
    private final FutureTask<T> task;
    final Thread thread;

    private Concurrent(Callable<T> body) {
        task = new FutureTask<>(body);
        thread = new Thread(task, "test thread");
        thread.setDaemon(true);
    }

    static <T> Concurrent<T> start(Callable<T> body) {
        Concurrent<T> started = new Concurrent<>(body);
        started.thread.start();
        return started;
    }

    /** Waits in a place that may throw nothing checked. */
    static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(Children.WATCHDOG_SECONDS, TimeUnit.SECONDS), "stuck");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    T join() throws Exception {
        try {
            return task.get(Children.WATCHDOG_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw (Error) e.getCause();
        } finally {
            assertFalse(thread.isAlive() && !task.isDone(), () -> "stuck in " + stack());
        }
    }

    /** Waits until the thread sleeps in a native call of this package; it stays there until something wakes it. */
    void awaitBlocked() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Children.WATCHDOG_SECONDS);
        int seen = 0;
        while (seen < 3 && System.nanoTime() - deadline < 0 && !task.isDone()) {
            StackTraceElement[] stack = thread.getStackTrace();
            boolean blocked = stack.length > 0
                    && (stack[0].getClassName().startsWith(LibC.class.getName())
                            || thread.getState() == Thread.State.TIMED_WAITING);
            seen = blocked ? seen + 1 : 0;
            Thread.sleep(5);
        }
    }

    private String stack() {
        return String.join(
                "\n",
                java.util.Arrays.stream(thread.getStackTrace())
                        .map(Object::toString)
                        .toList());
    }
}
