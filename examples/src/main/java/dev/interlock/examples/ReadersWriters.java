package dev.interlock.examples;

import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;

/**
 * Readers share, a writer is alone: the first reader in takes the room for all readers, the last one out gives it back.
 *
 * <pre>
 * 3 readers are inside together
 * 3 readers read 600 times while 2 writers wrote 200 times: never half of a change
 * both copies say 200
 * </pre>
 *
 * <p>Here writers may starve while readers come and go; {@code ReadWriteMutex} lets writers go first. The source: P. J.
 * Courtois, F. Heymans, D. L. Parnas, Concurrent control with "readers" and "writers", CACM 14(10), 1971, problem 1.
 */
public final class ReadersWriters {
    private static final int READERS = 3;
    private static final int WRITERS = 2;
    private static final int READS = 200;
    private static final int WRITES = 100;

    private final BinarySemaphore room = new BinarySemaphore(true);
    private final BinarySemaphore mutex = new BinarySemaphore(true);
    private int readers; // guarded by the mutex
    private int copy1; // guarded by the room
    private int copy2;

    private ReadersWriters() {}

    /**
     * Runs readers and writers.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        ReadersWriters data = new ReadersWriters();
        CountingSemaphore inside = new CountingSemaphore(0);
        CountingSemaphore leave = new CountingSemaphore(0);
        Parties together = new Parties();
        for (int i = 0; i < READERS; i++) {
            together.start("reader", () -> {
                data.startReading();
                inside.release();
                leave.acquire();
                data.stopReading();
            });
        }
        inside.acquire(READERS);
        System.out.println(READERS + " readers are inside together");
        leave.release(READERS);
        together.join();

        Parties parties = new Parties();
        for (int i = 0; i < READERS; i++) {
            parties.start("reader", data::read);
        }
        for (int i = 0; i < WRITERS; i++) {
            parties.start("writer", data::write);
        }
        parties.join();
        System.out.println(READERS + " readers read " + READERS * READS + " times while " + WRITERS + " writers wrote "
                + WRITERS * WRITES + " times: never half of a change");
        System.out.println("both copies say " + data.copy1);
    }

    private void startReading() throws InterruptedException {
        mutex.acquire();
        if (++readers == 1) {
            room.acquire();
        }
        mutex.release();
    }

    private void stopReading() throws InterruptedException {
        mutex.acquire();
        if (--readers == 0) {
            room.release();
        }
        mutex.release();
    }

    private void read() throws InterruptedException {
        for (int i = 0; i < READS; i++) {
            startReading();
            int first = copy1;
            Thread.yield();
            if (first != copy2) {
                throw new IllegalStateException("half of a change: " + first + ", " + copy2);
            }
            stopReading();
        }
    }

    private void write() throws InterruptedException {
        for (int i = 0; i < WRITES; i++) {
            room.acquire();
            copy1++;
            Thread.yield();
            copy2++;
            room.release();
        }
    }
}
