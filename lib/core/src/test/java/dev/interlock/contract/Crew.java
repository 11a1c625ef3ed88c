package dev.interlock.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The threads of a test. Closing it joins them all, fails with what any of them threw, and if one is stuck prints the
 * stacks of all and fails.
 */
public final class Crew implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final long SMALL_STACK = 256 * 1024; // enough for the first use of a method handle

    private final List<Member<?>> members = new ArrayList<>();

    /** No threads yet. */
    public Crew() {}

    /**
     * Starts a thread.
     *
     * @param name what it is called where it is reported as stuck
     * @param task what it runs
     * @param <T> what the task returns
     * @return the thread and its result
     */
    public <T> Member<T> start(String name, Callable<T> task) {
        Member<T> member = new Member<>(name, task);
        members.add(member);
        member.thread.start();
        return member;
    }

    /**
     * Starts a thread for each index from 0.
     *
     * @param count how many
     * @param task what each runs
     */
    public void startAll(int count, IndexedTask task) {
        for (int i = 0; i < count; i++) {
            int index = i;
            start("party " + index, () -> {
                task.run(index);
                return null;
            });
        }
    }

    /** Joins all threads. */
    @Override
    public void close() {
        members.forEach(Member::result);
    }

    /**
     * Leaves the processor for a while, so that others get to where they wait.
     *
     * @param millis for how long
     */
    public static void giveTime(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What one of several threads does. */
    @FunctionalInterface
    public interface IndexedTask {
        /**
         * Does it.
         *
         * @param index which thread this is
         * @throws Exception if the test fails
         */
        void run(int index) throws Exception;
    }

    /**
     * A thread and its result.
     *
     * @param <T> the result
     */
    public final class Member<T> {
        private final Thread thread;
        private final FutureTask<T> task;

        private Member(String name, Callable<T> body) {
            task = new FutureTask<>(body);
            thread = new Thread(null, task, name, SMALL_STACK);
            thread.setDaemon(true);
        }

        /**
         * The thread.
         *
         * @return it
         */
        public Thread thread() {
            return thread;
        }

        /**
         * Joins the thread.
         *
         * @return what its task returned
         */
        public T result() {
            try {
                T result = task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                thread.join();
                return result;
            } catch (ExecutionException e) {
                throw new AssertionError(thread.getName() + " failed: " + e.getCause(), e.getCause());
            } catch (TimeoutException e) {
                throw new AssertionError(thread.getName() + " is stuck\n" + stacks(), e);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while " + thread.getName() + " runs\n" + stacks(), e);
            }
        }

        /** Waits until the thread sleeps: for tests of what wakes it. */
        public void awaitSleep() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!sleeps()) {
                if (System.nanoTime() - end > 0 || !thread.isAlive()) {
                    throw new AssertionError(thread.getName() + " does not sleep\n" + stacks());
                }
                giveTime(1);
            }
        }

        /** Parked, or, in shared memory, in a system call, of which the JVM knows nothing. */
        private boolean sleeps() {
            Thread.State state = thread.getState();
            if (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING) {
                return true;
            }
            StackTraceElement[] frames = thread.getStackTrace();
            return frames.length > 0
                    && frames[0].isNativeMethod()
                    && !frames[0].getClassName().equals(Thread.class.getName());
        }
    }

    private String stacks() {
        StringBuilder text = new StringBuilder();
        for (Member<?> member : members) {
            if (member.thread.isAlive()) {
                text.append(member.thread.getName())
                        .append(' ')
                        .append(member.thread.getState())
                        .append('\n');
                for (StackTraceElement frame : member.thread.getStackTrace()) {
                    text.append("    at ").append(frame).append('\n');
                }
            }
        }
        return text.toString();
    }
}
