package dev.interlock.jmh;

import dev.interlock.barrier.CentralBarrier;
import dev.interlock.buffer.BoundedBuffer;
import dev.interlock.buffer.SpscBuffer;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.ObjectMailbox;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.semaphore.CountingSemaphore;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * How much CPU a thread takes that waits for nothing, on each primitive with its default strategy: per cent of a core over ten
 * seconds.
 *
 * <p>{@code java -cp jmh/target/benchmarks.jar dev.interlock.jmh.IdleWaiters}
 */
public final class IdleWaiters {
    private static final long SECONDS = 10;

    private IdleWaiters() {}

    /**
     * Starts all waiters, waits, and prints a line for each.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        Map<String, Thread> waiters = new LinkedHashMap<>();
        for (Map.Entry<String, Callable<?>> each : waits().entrySet()) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            each.getValue().call();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    each.getKey());
            thread.setDaemon(true);
            thread.start();
            waiters.put(each.getKey(), thread);
        }
        TimeUnit.SECONDS.sleep(1);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<String, Long> before = new LinkedHashMap<>();
        waiters.forEach((name, thread) -> before.put(name, threads.getThreadCpuTime(thread.getId())));
        TimeUnit.SECONDS.sleep(SECONDS);
        waiters.forEach((name, thread) -> {
            long nanos = threads.getThreadCpuTime(thread.getId()) - before.get(name);
            System.out.printf(
                    "%-26s %.3f %%%s%n",
                    name, 100.0 * nanos / TimeUnit.SECONDS.toNanos(SECONDS), thread.isAlive() ? "" : " (did not wait)");
        });
    }

    private static Map<String, Callable<?>> waits() {
        Mutex mutex = new Mutex();
        mutex.lock();
        Mutex free = new Mutex();
        ReadWriteMutex readers = new ReadWriteMutex();
        readers.readLock().lock();
        BoundedBuffer<Integer> full = new BoundedBuffer<>(1);
        full.add(1);
        SpscBuffer<Integer> fullSpsc = new SpscBuffer<>(1);
        fullSpsc.add(1);
        Mailbox<Integer> rendezvous = new ObjectMailbox<>(0);
        Mailbox<Integer> nobody = new ObjectMailbox<>(0);
        Map<String, Callable<?>> waits = new LinkedHashMap<>();
        waits.put("Mutex.lock", () -> {
            mutex.lock();
            return null;
        });
        waits.put("Condition.await", () -> {
            free.lock();
            Condition never = free.newCondition();
            while (free.isLocked()) {
                never.await();
            }
            return null;
        });
        waits.put("writeLock.lock", () -> {
            readers.writeLock().lock();
            return null;
        });
        waits.put("CountingSemaphore.acquire", () -> {
            new CountingSemaphore(0).acquire();
            return null;
        });
        waits.put("BoundedBuffer.put", () -> {
            full.put(2);
            return null;
        });
        waits.put("BoundedBuffer.take", () -> new BoundedBuffer<>(1).take());
        waits.put("SpscBuffer.put", () -> {
            fullSpsc.put(2);
            return null;
        });
        waits.put("SpscBuffer.take", () -> new SpscBuffer<>(1).take());
        waits.put("CentralBarrier.await", () -> new CentralBarrier(2).await());
        waits.put("rendezvous send", () -> {
            rendezvous.send(1);
            return null;
        });
        waits.put("rendezvous receive", nobody::receive);
        return waits;
    }
}
