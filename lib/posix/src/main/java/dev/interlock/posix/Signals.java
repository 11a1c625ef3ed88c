package dev.interlock.posix;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Signals: sends them to processes, and handles those that the JVM does not need for itself. kill(2), sigqueue(3),
 * sigaction(2).
 *
 * <p>A handler runs in a thread of its own, some time after the signal came, and may do anything. As always with
 * signals, several of one kind may arrive as one, and the value given to {@link #queue(long, Signal, int)} reaches
 * receivers in C, not handlers here.
 */
public final class Signals {
    private static final int MAX_SIGNAL = 64;

    /** With this variable the JVM suspends its threads by another signal than USR2. */
    private static final String SUSPEND_VARIABLE = "_JAVA_SR_SIGNUM";

    private static final Set<Signal> RESERVED = Collections.unmodifiableSet(computeReserved());

    private Signals() {}

    private static Set<Signal> computeReserved() {
        Set<Signal> reserved = EnumSet.of(
                Signal.QUIT, Signal.ILL, Signal.TRAP, Signal.ABRT, Signal.BUS, Signal.FPE, Signal.KILL, Signal.SEGV);
        reserved.addAll(EnumSet.of(Signal.PIPE, Signal.STOP, Signal.XFSZ));
        String suspend = System.getenv(SUSPEND_VARIABLE);
        for (Signal signal : Signal.values()) {
            boolean suspends = suspend == null ? signal == Signal.USR2 : suspend.equals("" + signal.number());
            if (suspends) {
                reserved.add(signal);
            }
        }
        return reserved;
    }

    /**
     * The signals that cannot be handled here: KILL and STOP, which no process can; those that the JVM lives by (SEGV,
     * BUS, FPE, ILL, TRAP, ABRT, PIPE, XFSZ); QUIT, by which it prints its threads; and USR2, by which it suspends them
     * (or the one that the environment variable {@code _JAVA_SR_SIGNUM} names instead).
     *
     * @return an unmodifiable set
     */
    public static Set<Signal> reserved() {
        return RESERVED;
    }

    /**
     * Sends a signal to a process: kill(2).
     *
     * @param pid the process, positive: groups of processes cannot be reached by mistake
     * @param signal the signal
     * @throws PosixException.AccessDenied if this user may not
     * @throws PosixException ESRCH if there is no such process
     * @throws IllegalArgumentException if the pid is none
     */
    public static void send(long pid, Signal signal) {
        LibC.require();
        if (LibC.kill(checked(pid), signal.number()) == -1) {
            throw PosixException.last("kill", "process " + pid);
        }
    }

    /**
     * Sends a signal with a value to a process: sigqueue(3).
     *
     * @param pid the process, positive
     * @param signal the signal
     * @param value what the receiver finds in si_value.sival_int
     * @throws PosixException.AccessDenied if this user may not
     * @throws PosixException.WouldBlock if the receiver's queue of signals is full
     * @throws PosixException ESRCH if there is no such process
     * @throws IllegalArgumentException if the pid is none
     */
    public static void queue(long pid, Signal signal, int value) {
        queue(pid, signal.number(), value);
    }

    /**
     * Sends a signal with a value to a process: sigqueue(3). Real-time signals, which have no names, arrive all and in
     * order.
     *
     * @param pid the process, positive
     * @param number the signal, 1 to 64; in C, SIGRTMIN is 34 with glibc and 35 with musl
     * @param value what the receiver finds in si_value.sival_int
     * @throws PosixException.AccessDenied if this user may not
     * @throws PosixException.WouldBlock if the receiver's queue of signals is full
     * @throws PosixException ESRCH if there is no such process
     * @throws IllegalArgumentException if the pid or the signal is none
     */
    public static void queue(long pid, int number, int value) {
        LibC.require();
        if (number < 1 || number > MAX_SIGNAL) {
            throw new IllegalArgumentException("signal " + number + " is not within 1 and " + MAX_SIGNAL);
        }
        if (LibC.sigqueue(checked(pid), number, value & 0xffffffffL) == -1) {
            throw PosixException.last("sigqueue", "process " + pid);
        }
    }

    private static int checked(long pid) {
        if (pid <= 0 || pid > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("pid " + pid + " is none");
        }
        return (int) pid;
    }

    /**
     * Runs an action whenever this process receives a signal, instead of what happened before. With HUP, INT or TERM,
     * the JVM does not end by them any more.
     *
     * @param signal the signal
     * @param action what to run, in a thread of its own
     * @return closing it restores what happened before
     * @throws IllegalArgumentException if the signal is one of {@link #reserved()}, or the JVM refuses it (option -Xrs)
     */
    public static Handler handle(Signal signal, Runnable action) {
        if (RESERVED.contains(signal)) {
            throw new IllegalArgumentException("the JVM or the kernel owns signal " + signal + "; so also " + RESERVED);
        }
        return new Handler(signal, Jdk.handle(signal, Jdk.handler(action)));
    }

    /** A handler in place. */
    public static final class Handler implements AutoCloseable {
        private final Signal signal;
        private Object before;

        private Handler(Signal signal, Object before) {
            this.signal = signal;
            this.before = before;
        }

        /** Restores what happened before on this signal. Further calls do nothing. */
        @Override
        public synchronized void close() {
            if (before != null) {
                Jdk.handle(signal, before);
                before = null;
            }
        }

        @Override
        public String toString() {
            return "handler of " + signal;
        }
    }

    /** The JDK's sun.misc.Signal, supported but unloved: javac warns of every mention without a way to silence it. */
    private static final class Jdk {
        private static final String SIGNAL = "sun.misc.Signal";
        private static final String HANDLER = "sun.misc.SignalHandler";

        private Jdk() {}

        static Object handler(Runnable action) {
            InvocationHandler invocation = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "handler " + action;
            };
            return Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {type(HANDLER)}, invocation);
        }

        /** Returns the handler before. */
        static Object handle(Signal signal, Object handler) {
            try {
                Class<?> type = type(SIGNAL);
                Object subject = type.getConstructor(String.class).newInstance(signal.name());
                return type.getMethod("handle", type, type(HANDLER)).invoke(null, subject, handler);
            } catch (InvocationTargetException e) {
                throw new IllegalArgumentException("the JVM refuses to give up signal " + signal, e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        private static Class<?> type(String name) {
            try {
                return Class.forName(name);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("module jdk.unsupported is missing", e);
            }
        }
    }
}
