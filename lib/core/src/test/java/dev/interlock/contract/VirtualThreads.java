package dev.interlock.contract;

import java.lang.reflect.Method;

/** Virtual threads, by reflection: the baseline has none. */
public final class VirtualThreads {
    private static final Method START = find();

    private VirtualThreads() {}

    /**
     * Whether this JVM has them.
     *
     * @return true from Java 21 on
     */
    public static boolean exist() {
        return START != null;
    }

    /**
     * Starts one.
     *
     * @param task what it runs
     * @return the thread
     */
    public static Thread start(Runnable task) {
        try {
            return (Thread) START.invoke(null, task);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Method find() {
        try {
            return Runtime.version().feature() < 21
                    ? null
                    : Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }
}
