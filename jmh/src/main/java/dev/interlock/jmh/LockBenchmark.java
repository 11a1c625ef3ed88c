package dev.interlock.jmh;

import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.ClhLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.LockVariable;
import dev.interlock.spin.McsLock;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.StrictAlternation;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.IntFunction;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One lock under contention.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar LockBenchmark -p threads=4 -p impl=Mutex,ReentrantLock}
 */
public class LockBenchmark extends ContendedBenchmark {
    /** The lock; the peers are synchronized and those of java.util.concurrent. */
    @Param({
        "synchronized",
        "ReentrantLock",
        "ReentrantLockFair",
        "StampedLock",
        "Mutex",
        "ReentrantMutex",
        "TasLock",
        "TtasLock",
        "BackoffLock",
        "TicketLock",
        "AndersonLock",
        "ClhLock",
        "McsLock",
        "PetersonLock",
        "FilterLock",
        "BakeryLock",
        "StrictAlternation",
        "LockVariable"
    })
    public String impl;

    /** The work inside, in tokens of {@link Blackhole#consumeCPU}: about a nanosecond each or two. */
    @Param("0")
    public long inside;

    /** The work between an unlock and the next lock, in the same unit. */
    @Param("0")
    public long outside;

    private long count;

    private static IntFunction<Lock> newLocks(String impl, int threads) {
        return switch (impl) {
            case "ReentrantLock" -> each(new ReentrantLock());
            case "ReentrantLockFair" -> each(new ReentrantLock(true));
            case "StampedLock" -> each(new StampedLock().asWriteLock());
            case "Mutex" -> each(new Mutex());
            case "ReentrantMutex" -> each(new ReentrantMutex());
            case "TasLock" -> each(new TasLock());
            case "TtasLock" -> each(new TtasLock());
            case "BackoffLock" -> each(new BackoffLock());
            case "TicketLock" -> each(new TicketLock());
            case "AndersonLock" -> each(new AndersonLock(threads));
            case "ClhLock" -> each(new ClhLock());
            case "McsLock" -> each(new McsLock());
            case "PetersonLock" -> new PetersonLock()::party; // two threads at most
            case "FilterLock" -> new FilterLock(threads)::party;
            case "BakeryLock" -> new BakeryLock(threads)::party;
            case "StrictAlternation" -> new StrictAlternation()::party; // exactly two threads
            case "LockVariable" -> each(new LockVariable()); // does not exclude: what the reads and writes alone cost
            default -> throw new IllegalArgumentException("impl: " + impl);
        };
    }

    private static IntFunction<Lock> each(Lock lock) {
        return party -> lock;
    }

    @Override
    IntFunction<Contenders.Step> steps() {
        if (impl.equals("synchronized")) {
            return index -> this::enterMonitor;
        }
        IntFunction<Lock> locks = newLocks(impl, threads);
        return index -> {
            Lock lock = locks.apply(index);
            return impl.equals("StrictAlternation") ? () -> enterInterruptibly(lock) : () -> enter(lock);
        };
    }

    private void enterMonitor() {
        synchronized (this) {
            work();
        }
        workOutside();
    }

    private void enter(Lock lock) {
        lock.lock();
        try {
            work();
        } finally {
            lock.unlock();
        }
        workOutside();
    }

    /** For the lock whose last user waits for ever for the other's turn. */
    private void enterInterruptibly(Lock lock) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            work();
        } finally {
            lock.unlock();
        }
        workOutside();
    }

    private void work() {
        count++;
        if (inside != 0) {
            Blackhole.consumeCPU(inside);
        }
    }

    private void workOutside() {
        if (outside != 0) {
            Blackhole.consumeCPU(outside);
        }
    }
}
