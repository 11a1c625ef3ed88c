package dev.interlock.jcstress.mutex;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.jcstress.Locking;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.ReadWriteMutex;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What a lock of readers and writers must keep under stress. Run with {@code -t ReadWriteMutexStress}. */
public final class ReadWriteMutexStress {
    private ReadWriteMutexStress() {}

    /** One writer at a time is inside. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "both were inside")
    @State
    public static class MutualExclusion {
        private final ReadWriteMutex mutex = new ReadWriteMutex(Memory.heap(), 2);
        private int count;

        @Actor
        public void one(II_Result r) {
            mutex.writeLock().lock();
            r.r1 = ++count;
            mutex.writeLock().unlock();
        }

        @Actor
        public void other(II_Result r) {
            mutex.writeLock().lock();
            r.r2 = ++count;
            mutex.writeLock().unlock();
        }
    }

    /** A reader sees all of what a writer wrote, or nothing. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the reader came first")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the writer came first")
    @Outcome(expect = FORBIDDEN, desc = "the reader saw part of what was written")
    @State
    public static class Publication {
        private final ReadWriteMutex mutex = new ReadWriteMutex(Memory.heap(), 2);
        private int first;
        private int second;

        @Actor
        public void writer() {
            mutex.writeLock().lock();
            first = 1;
            second = 2;
            mutex.writeLock().unlock();
        }

        @Actor
        public void reader(II_Result r) {
            mutex.readLock().lock();
            r.r2 = second;
            r.r1 = first;
            mutex.readLock().unlock();
        }
    }

    /** A reader and a writer that try and keep it are not both inside. */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one is inside")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "each saw the other try, as documented")
    @Outcome(expect = FORBIDDEN, desc = "both are inside")
    @State
    public static class TryLockPair {
        private final ReadWriteMutex mutex = new ReadWriteMutex(Memory.heap(), 2);

        @Actor
        public void reader(ZZ_Result r) {
            r.r1 = mutex.readLock().tryLock();
        }

        @Actor
        public void writer(ZZ_Result r) {
            r.r2 = mutex.writeLock().tryLock();
        }
    }

    /** Two readers are inside together. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both are inside")
    @Outcome(expect = FORBIDDEN, desc = "a reader kept another out")
    @State
    public static class ReadersTogether {
        private final ReadWriteMutex mutex = new ReadWriteMutex(Memory.heap(), 2);

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = mutex.readLock().tryLock();
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = mutex.readLock().tryLock();
        }
    }

    /** A writer that times out leaves no trace, and no reader asleep. */
    @JCStressTest
    @Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "timed out")
    @Outcome(
            id = {"1, 0, 1", "1, 1, 1"},
            expect = ACCEPTABLE,
            desc = "entered")
    @Outcome(expect = FORBIDDEN, desc = "entered and timed out, or the lock is not free in the end")
    @State
    public static class TimedOut {
        private final ReadWriteMutex mutex = new ReadWriteMutex(Memory.heap(), 2);
        private int count;

        @Actor
        public void writer(III_Result r) {
            if (Locking.tryLockBriefly(mutex.writeLock())) {
                r.r1 = ++count;
                mutex.writeLock().unlock();
            }
        }

        @Actor
        public void reader(III_Result r) {
            mutex.readLock().lock();
            r.r2 = count;
            mutex.readLock().unlock();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = Locking.isFree(mutex.writeLock()) && mutex.readers() == 0 ? 1 : 0;
        }
    }

    /** A reader that is interrupted leaves no trace. */
    @JCStressTest
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "interrupted")
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "entered")
    @Outcome(expect = FORBIDDEN, desc = "the lock is not free in the end, or the writer did not get through")
    @State
    public static class Interrupted {
        private final ReadWriteMutex mutex = new ReadWriteMutex(Memory.heap(), 2);
        private final Locking.Interruption interruption = new Locking.Interruption();
        private int count;

        @Actor
        public void reader(III_Result r) {
            interruption.expect();
            try {
                mutex.readLock().lockInterruptibly();
                r.r1 = 1;
                mutex.readLock().unlock();
            } catch (InterruptedException e) {
                r.r1 = 0;
            }
            interruption.absorb();
        }

        @Actor
        public void writer() {
            mutex.writeLock().lock();
            interruption.send();
            Locking.linger();
            count++;
            mutex.writeLock().unlock();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = count;
            r.r3 = Locking.isFree(mutex.writeLock()) && mutex.readers() == 0 ? 1 : 0;
        }
    }
}
