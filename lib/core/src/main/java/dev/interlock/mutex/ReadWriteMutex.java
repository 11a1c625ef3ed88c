package dev.interlock.mutex;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.BooleanSupplier;

/**
 * Readers and writers: one writer alone, or a limited number of readers together; threads, or threads of processes that
 * share memory.
 *
 * <p><b>Blocking.</b> A waiter spins for a few steps, then sleeps until those inside have left. {@code tryLock()} never
 * blocks; a reader and a writer that try at the same moment may both fail.
 *
 * <p><b>Fairness.</b> Writers first: from the moment at which a writer is next no reader enters, until it has left; then
 * readers that waited and further writers compete. So writers that come without a pause keep readers out for ever. Among
 * themselves both are barging.
 *
 * <p><b>Ownership.</b> The party that locks must unlock; unlocking by anybody else throws {@link
 * IllegalMonitorStateException}. Not reentrant: a writer that locks again, a writer that wants to read and a reader that
 * wants to write get that exception at once. A reader that reads again gets it where it is noticed; otherwise it takes a
 * second place, and waits for itself if a writer has come between.
 *
 * <p><b>Memory effects.</b> {@code unlock} by a writer happens-before the next successful {@code lock} or {@code tryLock} by
 * anybody; {@code unlock} by a reader happens-before the next successful one by a writer.
 *
 * <p><b>Limits.</b> As many readers as there are places, by default {@value #DEFAULT_READERS}, 1 to {@value #MAX_READERS};
 * further ones wait until one has left. Each place takes a cache line, so that readers do not slow each other down.
 * Timeouts of zero or less try once.
 *
 * <p><b>Owner death.</b> Across processes, a reader that dies leaves; the next writer finds out within a second. When a
 * writer dies, the next party to lock in either way finds out, and things go on as with {@link Mutex}: it runs the repair
 * given to {@link #onOwnerDeath}, alone inside, or else throws {@link OwnerDiedException} until {@link #repair} succeeds. To
 * be alone it waits for the readers that are inside; but {@code tryLock()} fails while there are any.
 *
 * <p>Timed and interruptible forms as in {@link Lock}; conditions are not supported. Virtual threads park without pinning
 * their carrier. Where reads are short or seldom, {@link Mutex} is faster.
 *
 * <pre>{@code
 * ReadWriteMutex mutex = new ReadWriteMutex();
 * mutex.readLock().lock();
 * try {
 *     return map.get(key);
 * } finally {
 *     mutex.readLock().unlock();
 * }
 * }</pre>
 *
 * <p>P. J. Courtois, F. Heymans, D. L. Parnas, Concurrent control with "readers" and "writers", CACM 14(10), 1971, the second
 * problem. There readers are counted; here each is named, in a place of its own as in W. C. Hsieh, W. E. Weihl, Scalable
 * reader-writer locks for parallel systems, IPPS 1992, so that one that dies can be told.
 */
public final class ReadWriteMutex implements ReadWriteLock {
    /* Implementation notes
     * State   writers: held by the writer inside, or by the one that waits until the readers have left. places[i]: 0, or
     *         the reader inside, or one that is about to find that it may not enter. readers: where readers sleep.
     *         drained: where the writer sleeps.
     * read    takes a place, then looks for a writer; if there is one, gives the place back and sleeps.
     * write   locks writers, then waits until all places are empty.
     * Edge D  a reader writes its place, then reads writers | a writer writes writers, then reads the places: volatile or
     *         CAS all four, so at least one sees the other.
     * Edge H  a reader's unlock writes its place -> the writer reads it empty. A writer's unlock releases writers -> the
     *         next writer's lock, and a reader that finds it free.
     * Waking  a reader that leaves signals drained, and readers, for one may wait for a place. A writer that leaves signals
     *         all readers. Both event counts cost one read while nobody sleeps.
     * Death   of a reader: the writer that waits for it empties its place, or a reader takes it that has found no other.
     *         Of a writer: the next writer takes writers over, or a reader that has waited does, for the time of a repair.
     *         Of a party that was woken: see EventCount.
     */
    private static final int DEFAULT_READERS = 32;
    private static final int MAX_READERS = 1 << 16;
    private static final int SPINS = 4;

    private final Memory memory;
    private final WaitStrategy waiting;
    private final Mutex writers;
    private final EventCount readers;
    private final EventCount drained;
    private final Word[] places;
    private final Lock readLock = new ReadLock();
    private final Lock writeLock = new WriteLock();

    /** For the threads of this JVM. */
    public ReadWriteMutex() {
        this(Memory.heap(), DEFAULT_READERS);
    }

    /**
     * In the given memory. Draws three words and one for each place.
     *
     * @param memory where it lives
     * @param readers how many may be inside together
     * @throws IllegalArgumentException if {@code readers} is out of range
     */
    public ReadWriteMutex(Memory memory, int readers) {
        this(memory, readers, WaitStrategy.ADAPTIVE);
    }

    /**
     * In the given memory, with waiters that wait as told. Draws three words and one for each place.
     *
     * @param memory where it lives
     * @param readers how many may be inside together
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if {@code readers} is out of range
     */
    public ReadWriteMutex(Memory memory, int readers, WaitStrategy waiting) {
        if (readers < 1 || readers > MAX_READERS) {
            throw new IllegalArgumentException("readers: " + readers + " is not within 1 to " + MAX_READERS);
        }
        this.memory = memory;
        this.waiting = Objects.requireNonNull(waiting, "waiting");
        this.writers = new Mutex(memory, waiting);
        this.readers = new EventCount(memory);
        this.drained = new EventCount(memory);
        this.places = new Word[readers];
        for (int i = 0; i < readers; i++) {
            places[i] = memory.newLine().word(0);
        }
    }

    /**
     * The lock of readers.
     *
     * @return the same object at each call
     */
    @Override
    public Lock readLock() {
        return readLock;
    }

    /**
     * The lock of writers.
     *
     * @return the same object at each call
     */
    @Override
    public Lock writeLock() {
        return writeLock;
    }

    /**
     * How many readers may be inside together.
     *
     * @return the number of places
     */
    public int places() {
        return places.length;
    }

    /**
     * How many readers are inside: out of date when it returns, for monitoring.
     *
     * @return how many places are taken
     */
    public int readers() {
        int count = 0;
        for (Word place : places) {
            count += place.getOpaque() == 0 ? 0 : 1;
        }
        return count;
    }

    /**
     * Whether a writer is inside or waits for the readers to leave: out of date when it returns, for monitoring.
     *
     * @return whether there is one
     */
    public boolean isWriteLocked() {
        return writers.isLocked();
    }

    /**
     * Says how to repair what this lock protects when a writer has died inside. Only for callers through this object:
     * each process gives its own.
     *
     * @param repair run alone inside by the next party that locks; null to withdraw it
     */
    public void onOwnerDeath(Runnable repair) {
        writers.onOwnerDeath(repair == null ? null : alone(repair));
    }

    /**
     * Locks for writing whatever the state, repairs what the lock protects if a writer died, and unlocks. Waits as a
     * writer does.
     *
     * @param repair run alone inside, only if a writer died and nobody has repaired since; if it throws, the lock remains
     *     to be repaired
     * @return whether {@code repair} was run
     * @throws IllegalMonitorStateException if the caller holds the lock
     */
    public boolean repair(Runnable repair) {
        Objects.requireNonNull(repair, "repair");
        try {
            return writers.repair(alone(repair));
        } finally {
            readers.signalAll();
        }
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "ReadWriteMutex[" + readers() + " readers; writer: " + writers + "]";
    }

    private void awaitDrained() {
        Drained attempt = new Drained(memory.self());
        drained.awaitUninterruptibly(attempt, () -> {}, attempt::look, waiting, SPINS);
    }

    private Runnable alone(Runnable repair) {
        return () -> {
            awaitDrained();
            repair.run();
        };
    }

    private final class WriteLock implements Lock {
        @Override
        public void lock() {
            writers.lock();
            boolean entered = false;
            try {
                awaitDrained();
                entered = true;
            } finally {
                leaveUnless(entered);
            }
        }

        @Override
        public void lockInterruptibly() throws InterruptedException {
            writers.lockInterruptibly();
            drain(Memory.NO_DEADLINE);
        }

        @Override
        public boolean tryLock() {
            if (!writers.tryLock(false) && !(mayRepairAtOnce() && writers.tryLock())) {
                return false;
            }
            boolean entered = false;
            try {
                entered = new Drained(memory.self()).getAsBoolean();
            } finally {
                leaveUnless(entered);
            }
            return entered;
        }

        @Override
        public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
            long deadlineNanos = memory.deadlineAfter(timeout, unit);
            return writers.tryLock(timeout, unit) && drain(deadlineNanos);
        }

        @Override
        public void unlock() {
            writers.unlock();
            readers.signalAll();
        }

        @Override
        public Condition newCondition() {
            throw new UnsupportedOperationException("ReadWriteMutex has no conditions");
        }

        @Override
        public String toString() {
            return "write lock of " + ReadWriteMutex.this;
        }

        private boolean drain(long deadlineNanos) throws InterruptedException {
            boolean entered = false;
            try {
                Drained attempt = new Drained(memory.self());
                entered = drained.await(attempt, () -> {}, attempt::look, waiting, SPINS, deadlineNanos);
            } finally {
                leaveUnless(entered);
            }
            return entered;
        }

        private void leaveUnless(boolean entered) {
            if (!entered) {
                unlock();
            }
        }
    }

    /** Whether no reader is inside. Buries those that have died. */
    private final class Drained implements BooleanSupplier {
        private final int self;
        private boolean looks;

        Drained(int self) {
            this.self = self;
        }

        /** The next attempt looks who lives. */
        void look() {
            looks = true;
        }

        @Override
        public boolean getAsBoolean() {
            boolean buries = looks;
            looks = false;
            for (Word place : places) {
                int reader = place.getVolatile(); // D, H (acquire)
                if (reader == self) {
                    throw new IllegalMonitorStateException(
                            "locked for writing by a reader inside: " + ReadWriteMutex.this);
                }
                boolean gone = reader == 0 || buries && !memory.isAlive(reader) && place.compareAndSet(reader, 0);
                if (!gone) {
                    return false;
                }
            }
            return true;
        }
    }

    private final class ReadLock implements Lock {
        @Override
        public void lock() {
            Entry entry = new Entry(memory.self());
            if (!entry.getAsBoolean()) {
                readers.awaitUninterruptibly(entry, readers::signal, entry::look, waiting, SPINS);
            }
        }

        @Override
        public void lockInterruptibly() throws InterruptedException {
            lock(Memory.NO_DEADLINE);
        }

        @Override
        public boolean tryLock() {
            return (!writers.isLeftUnrepaired() || mayRepairAtOnce()) && new Entry(memory.self()).getAsBoolean();
        }

        @Override
        public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
            return lock(memory.deadlineAfter(timeout, unit));
        }

        @Override
        public void unlock() {
            int self = memory.self();
            int home = home(self);
            for (int i = 0; i < places.length; i++) {
                Word place = places[(home + i) % places.length];
                if (place.getPlain() == self) { // plain: if it is the caller's, the caller wrote it
                    leave(place);
                    return;
                }
            }
            throw new IllegalMonitorStateException("party " + self + " unlocks, but is not a reader inside: " + this);
        }

        @Override
        public Condition newCondition() {
            throw new UnsupportedOperationException("a read lock has no conditions");
        }

        @Override
        public String toString() {
            return "read lock of " + ReadWriteMutex.this;
        }

        private boolean lock(long deadlineNanos) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Entry entry = new Entry(memory.self());
            return entry.getAsBoolean()
                    || readers.await(entry, readers::signal, entry::look, waiting, SPINS, deadlineNanos);
        }
    }

    /** Whether a dead writer has left something to repair, and no reader is inside, nor will be before that is done. */
    private boolean mayRepairAtOnce() {
        return writers.isLeftUnrepaired() && readers() == 0;
    }

    private int home(int party) {
        return (party * 0x9E3779B9 >>> 1) % places.length;
    }

    private void leave(Word place) {
        place.setVolatile(0); // D, H (release): publishes what the reader has read
        drained.signal();
        readers.signal();
    }

    /** An attempt to enter as a reader. */
    private final class Entry implements BooleanSupplier {
        private final int self;
        private boolean looks;

        Entry(int self) {
            this.self = self;
        }

        /** The next attempt looks who lives. */
        void look() {
            looks = true;
        }

        @Override
        public boolean getAsBoolean() {
            boolean looksForDeath = looks;
            looks = false;
            if (!writers.isFreeAndWhole() && !makesWhole(looksForDeath)) {
                return false;
            }
            Word place = takePlace(looksForDeath);
            if (place == null) {
                return false;
            }
            if (writers.isFreeAndWhole()) { // D, H (acquire)
                return true;
            }
            leave(place);
            return false;
        }

        private Word takePlace(boolean looksForDeath) {
            int home = home(self);
            for (int i = 0; i < places.length; i++) {
                Word place = places[(home + i) % places.length];
                int reader = place.getOpaque();
                if (reader == self) {
                    throw new IllegalMonitorStateException("locked again by a reader inside: " + ReadWriteMutex.this);
                }
                boolean empty = reader == 0 || looksForDeath && !memory.isAlive(reader);
                if (empty && place.compareAndSet(reader, self)) { // D
                    return place;
                }
            }
            return null;
        }

        /** Repairs what a dead writer left, or throws; false if a writer lives. */
        private boolean makesWhole(boolean looksForDeath) {
            if (writers.isHeldByCurrentParty()) {
                throw new IllegalMonitorStateException(
                        "locked for reading by the writer inside: " + ReadWriteMutex.this);
            }
            boolean recovered = writers.tryRecover(looksForDeath);
            if (recovered) {
                writeLock.unlock();
            }
            return recovered;
        }
    }
}
