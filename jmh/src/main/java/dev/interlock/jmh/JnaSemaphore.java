package dev.interlock.jmh;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** What a user would write in an afternoon: a POSIX semaphore as a lock, each operation a call through JNA. */
final class JnaSemaphore implements Lock, AutoCloseable {
    private static final int O_CREAT = 0100;

    static {
        Native.register(JnaSemaphore.class, NativeLibrary.getProcess());
    }

    private final String name;
    private final Pointer semaphore;

    JnaSemaphore(String name) {
        this.name = name;
        this.semaphore = sem_open(name, O_CREAT, 0600, 1);
        if (semaphore == null) {
            throw new IllegalStateException("sem_open(" + name + ")");
        }
    }

    private static native Pointer sem_open(String name, int flags, int mode, int value);

    private static native int sem_wait(Pointer semaphore);

    private static native int sem_post(Pointer semaphore);

    private static native int sem_close(Pointer semaphore);

    private static native int sem_unlink(String name);

    @Override
    public void lock() {
        if (sem_wait(semaphore) != 0) {
            throw new IllegalStateException("sem_wait");
        }
    }

    @Override
    public void unlock() {
        if (sem_post(semaphore) != 0) {
            throw new IllegalStateException("sem_post");
        }
    }

    @Override
    public void close() {
        sem_close(semaphore);
        sem_unlink(name);
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
