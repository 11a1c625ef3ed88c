package dev.interlock.jmh;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** What a user would write in an afternoon: a POSIX semaphore as a lock, each operation a call through JNA, mapped either way. */
final class JnaSemaphore implements Lock, AutoCloseable {
    private static final int O_CREAT = 0100;

    /** JNA's ordinary mapping: a call goes through a proxy. */
    private interface Calls extends Library {
        Pointer sem_open(String name, int flags, int mode, int value);

        int sem_wait(Pointer semaphore);

        int sem_post(Pointer semaphore);

        int sem_close(Pointer semaphore);

        int sem_unlink(String name);
    }

    /** JNA's direct mapping: native methods. */
    private static final class Direct {
        static {
            Native.register(Direct.class, NativeLibrary.getProcess());
        }

        static native int sem_wait(Pointer semaphore);

        static native int sem_post(Pointer semaphore);
    }

    private static final Calls CALLS = Native.load(null, Calls.class);

    private final String name;
    private final boolean direct;
    private final Pointer semaphore;

    JnaSemaphore(String name, boolean direct) {
        this.name = name;
        this.direct = direct;
        this.semaphore = CALLS.sem_open(name, O_CREAT, 0600, 1);
        if (semaphore == null) {
            throw new IllegalStateException("sem_open(" + name + ")");
        }
    }

    @Override
    public void lock() {
        if ((direct ? Direct.sem_wait(semaphore) : CALLS.sem_wait(semaphore)) != 0) {
            throw new IllegalStateException("sem_wait");
        }
    }

    @Override
    public void unlock() {
        if ((direct ? Direct.sem_post(semaphore) : CALLS.sem_post(semaphore)) != 0) {
            throw new IllegalStateException("sem_post");
        }
    }

    @Override
    public void close() {
        CALLS.sem_close(semaphore);
        CALLS.sem_unlink(name);
    }

    @Override
    public void lockInterruptibly() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean tryLock() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean tryLock(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException();
    }
}
