package dev.interlock.mutex;

import dev.interlock.memory.Lookout;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * An error-checking mutual exclusion lock for any number of parties: threads, or threads of processes that share memory.
 *
 * <p><b>Blocking.</b> {@code lock} spins for a few steps, then sleeps until the owner unlocks. {@code tryLock()} never
 * blocks.
 *
 * <p><b>Fairness.</b> Barging. A woken party competes with those that arrive; at most one woken party competes at a time.
 *
 * <p><b>Ownership.</b> The party that locks must unlock. Not reentrant: locking again by the owner, and unlocking by
 * anybody else, throws {@link IllegalMonitorStateException} at once.
 *
 * <p><b>Memory effects.</b> {@code unlock} happens-before the next successful {@code lock} or {@code tryLock}.
 *
 * <p><b>Owner death.</b> Across processes, when the owner dies inside, the next party to lock finds out within a second.
 * It runs the repair given to {@link #onOwnerDeath} under the lock and then holds it; if no repair was given, or the
 * repair throws, the lock fails with {@link OwnerDiedException} (or what the repair threw), now and at each later call,
 * until {@link #repair} succeeds. On the heap owners do not die: a thread that ends without unlocking leaves it locked.
 *
 * <p>Timed and interruptible forms as in {@link Lock}, and {@linkplain MutexCondition conditions}. Virtual threads park
 * without pinning their carrier. For very short critical sections with a CPU for each party, a spin lock may be faster.
 *
 * <pre>{@code
 * Mutex mutex = new Mutex();
 * mutex.lock();
 * try {
 *     balance += amount;
 * } finally {
 *     mutex.unlock();
 * }
 * }</pre>
 */
public final class Mutex implements Lock {
    /* Implementation notes
     * State   [waiters:1][owner died:1][woken:1][owner:29], one word, all of the state:
     *
     *         owner  waiters  woken
     *         0      0        0      free; nobody sleeps
     *         0      0        1      free; a woken party is on its way, and will set waiters
     *         0      1        1      the same, and parties have gone to sleep since it was woken
     *         0      1        0      free for a moment: the waker whose wake-up reached nobody has taken woken back
     *         p      0        0      held by p; nobody sleeps
     *         p      1        0      held by p, whose unlock wakes one
     *         p      0        1      held by p, who came before the woken party; its unlock wakes nobody
     *         p      1        1      the same, and parties have gone to sleep since
     *
     *         owner died: set by the party that takes the word over from a dead owner, cleared when the repair is done.
     *         With owner 0: left unrepaired. With owner p: p is repairing.
     * lock    free -> owner self. A party that was woken sets waiters too, for those who may still sleep, and clears
     *         woken, for it is no longer on its way. Otherwise: set waiters, sleep on that exact value. A party that had
     *         no time to fall asleep leaves woken alone, which is another's: else each unlock would wake one more. It
     *         keeps away for a while, for the owner is quick.
     * unlock  waiters and not woken: -> free, woken, not waiters; then wake one. Else: -> free, the rest as it is.
     *         If the wake-up reached nobody, whoever had set waiters is awake and will look; woken is taken back, or
     *         used again if somebody came to sleep meanwhile.
     * Safety  a party that sleeps is covered: waiters is set, or a party on its way will set it. So a free lock is never
     *         slept on without somebody on their way to it.
     * Death   of the owner: seen by a waiter after its first sleep, at most 100 ms, which takes the word over by CAS.
     *         Of a woken party, or of an unlocker before its wake: the others wake by themselves within 100 ms.
     * Edge H  unlock() releases word -> lock(), tryLock() acquire it: both are CAS.
     *
     * The throttle (woken) is that of Go's sync.Mutex and of WebKit's WTF::Lock; the robust protocol follows POSIX
     * (pthread_mutex_consistent).
     * [1] U. Drepper. Futexes are tricky. 2011: why the value slept on must say that somebody may sleep.
     */
    private static final int OWNER = (1 << Memory.PARTY_BITS) - 1;
    private static final int WOKEN = 1 << 29;
    private static final int DIED = 1 << 30;
    private static final int WAITERS = 1 << 31;

    /** Few: a waiter that spins slows down the owner's unlock; see MutexBenchmark. */
    private static final int SPINS = 4;

    /** A woken party spins longer each time that it comes too late: those that arrive are awake already. */
    private static final int MAX_SPINS = 127;

    private final Memory memory;
    private final Word word;
    private final WaitStrategy waiting;
    private volatile Runnable repair;

    /** A mutex for the threads of this JVM. */
    public Mutex() {
        this(Memory.heap());
    }

    /**
     * A mutex in the given memory. Draws one word.
     *
     * @param memory where it lives
     */
    public Mutex(Memory memory) {
        this(memory, WaitStrategy.ADAPTIVE);
    }

    /**
     * A mutex in the given memory, whose waiters wait as told. Draws one word.
     *
     * @param memory where it lives
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     */
    public Mutex(Memory memory, WaitStrategy waiting) {
        this.memory = memory;
        this.waiting = Objects.requireNonNull(waiting, "waiting");
        this.word = memory.word(0);
    }

    /**
     * Locks, waiting as long as it takes. Interruption does not end the wait; it stays with the thread.
     *
     * @throws IllegalMonitorStateException if the caller holds the lock
     * @throws OwnerDiedException if the owner died and nobody has repaired what it protects
     */
    @Override
    public void lock() {
        int self = memory.self();
        if (!lockFast(self)) {
            lockUninterruptibly(self, false);
        }
    }

    /**
     * Locks, waiting as long as it takes unless interrupted.
     *
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws IllegalMonitorStateException if the caller holds the lock
     * @throws OwnerDiedException if the owner died and nobody has repaired what it protects
     */
    @Override
    public void lockInterruptibly() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        int self = memory.self();
        if (!lockFast(self)) {
            lockSlow(self, Memory.NO_DEADLINE, false);
        }
    }

    /**
     * Locks if the lock is free. Never blocks; a dead owner is not looked for.
     *
     * @return whether the caller holds the lock now
     * @throws IllegalMonitorStateException if the caller held the lock before
     * @throws OwnerDiedException if the owner died and nobody has repaired what it protects
     */
    @Override
    public boolean tryLock() {
        return tryLock(true);
    }

    /** Locks if the lock is free, and, unless that is said, whole: then no repair is run. */
    boolean tryLock(boolean orUnrepaired) {
        int self = memory.self();
        for (; ; ) {
            int state = word.getVolatile();
            refuseRelock(state, self);
            if ((state & OWNER) != 0 || (state & DIED) != 0 && !orUnrepaired) {
                return false;
            }
            if (word.compareAndSet(state, state | self)) { // H (acquire)
                return inherit(state, false);
            }
        }
    }

    /**
     * Locks, waiting at most the given time.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return whether the caller holds the lock now
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws IllegalMonitorStateException if the caller held the lock before
     * @throws OwnerDiedException if the owner died and nobody has repaired what it protects
     */
    @Override
    public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
        Objects.requireNonNull(unit, "unit");
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        int self = memory.self();
        return lockFast(self) || lockSlow(self, memory.deadlineAfter(timeout, unit), false);
    }

    /**
     * Unlocks, and wakes a party that waits. Never blocks.
     *
     * @throws IllegalMonitorStateException if the caller does not hold the lock
     */
    @Override
    public void unlock() {
        int self = memory.self();
        int state = word.getOpaque(); // opaque: only the caller writes its name there
        boolean quiet = (state & OWNER) == self && (state & (WAITERS | WOKEN)) != WAITERS;
        if (!quiet || !word.compareAndSet(state, state & ~OWNER)) { // H (release)
            unlockSlow(self);
        }
    }

    /**
     * A condition of this mutex. Draws one word from its memory: where memory has a fixed layout, make it in a constructor,
     * as {@link MutexCondition#MutexCondition(Memory, Mutex)} does.
     *
     * @return the condition
     */
    @Override
    public Condition newCondition() {
        return new MutexCondition(memory, this);
    }

    /**
     * Says how to repair what this lock protects when an owner has died inside. Only for callers through this object:
     * each process gives its own.
     *
     * @param repair run under the lock by the next party that locks; null to withdraw it
     */
    public void onOwnerDeath(Runnable repair) {
        this.repair = repair;
    }

    /**
     * Locks whatever the state, repairs what the lock protects if its owner died, and unlocks. Waits as {@link #lock}
     * does.
     *
     * @param repair run under the lock, only if an owner died and nobody has repaired since; if it throws, the lock
     *     remains to be repaired
     * @return whether {@code repair} was run
     * @throws IllegalMonitorStateException if the caller holds the lock
     */
    public boolean repair(Runnable repair) {
        Objects.requireNonNull(repair, "repair");
        int self = memory.self();
        if (!lockFast(self)) {
            lockUninterruptibly(self, true);
        }
        boolean died = (word.getPlain() & DIED) != 0; // plain: only the owner changes this bit
        try {
            if (died) {
                repair.run();
                word.getAndAdd(-DIED);
            }
        } finally {
            unlock();
        }
        return died;
    }

    /**
     * Whether some party holds the lock: out of date when it returns, for monitoring.
     *
     * @return whether it is held
     */
    public boolean isLocked() {
        return (word.getOpaque() & OWNER) != 0;
    }

    /**
     * Whether the calling party holds the lock.
     *
     * @return whether it does
     */
    public boolean isHeldByCurrentParty() {
        return (word.getOpaque() & OWNER) == memory.self();
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "Mutex[" + describe(word.getOpaque()) + "]";
    }

    /** Whether nobody holds it, and no owner's death is left to be repaired. Volatile: acquires what unlock releases. */
    boolean isFreeAndWhole() {
        return (word.getVolatile() & (OWNER | DIED)) == 0; // H (acquire)
    }

    /** Whether nobody holds it, and an owner's death is left to be repaired. */
    boolean isLeftUnrepaired() {
        return (word.getVolatile() & (OWNER | DIED)) == DIED;
    }

    /**
     * Locks as {@link #lock} does, but holds the lock also when it throws.
     *
     * @throws OwnerDiedException if the owner died and nobody has repaired what it protects
     */
    void relock() {
        int self = memory.self();
        if (!lockFast(self)) {
            lockUninterruptibly(self, true);
        }
        if ((word.getPlain() & DIED) != 0) { // plain: only the owner changes this bit
            runRepair();
        }
    }

    /** If the owner is dead, leaves the lock free, for the next one to repair. */
    void bury() {
        int state = word.getVolatile();
        int owner = state & OWNER;
        if (owner != 0 && !memory.isAlive(owner)) {
            word.compareAndSet(state, (state & ~OWNER) | DIED); // H: what the dead owner wrote before
        }
    }

    /**
     * Locks if the lock is free and left unrepaired, and repairs.
     *
     * @return whether the caller holds the lock
     * @throws OwnerDiedException if there is no repair
     */
    boolean tryRecover() {
        int state = word.getVolatile();
        return (state & (OWNER | DIED)) == DIED
                && word.compareAndSet(state, state | memory.self()) // H (acquire)
                && inherit(DIED, false);
    }

    private static String describe(int state) {
        int owner = state & OWNER;
        return (owner == 0 ? "free" : "held by party " + owner) + ((state & DIED) == 0 ? "" : ", an owner died");
    }

    /** Takes a free word, also while a woken party is on its way to it: one look and one CAS. */
    private boolean lockFast(int self) {
        int state = word.getOpaque(); // opaque: what it reads decides only whether to try
        return (state & (OWNER | DIED)) == 0 && word.compareAndSet(state, state | self); // H (acquire)
    }

    private void lockUninterruptibly(int self, boolean repairing) {
        boolean interrupted = Thread.interrupted();
        try {
            for (; ; ) {
                try {
                    lockSlow(self, Memory.NO_DEADLINE, repairing);
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean lockSlow(int self, long deadlineNanos, boolean repairing) throws InterruptedException {
        boolean slept = false;
        boolean woken = false;
        int changes = 0;
        int step = 0;
        int spins = SPINS;
        for (; ; ) {
            int state = word.getVolatile();
            int owner = state & OWNER;
            int ours = woken ? (state & ~WOKEN) | WAITERS : state;
            if (owner == 0) {
                if (word.compareAndSet(state, ours | self)) { // H (acquire)
                    return inherit(state, repairing);
                }
                continue;
            }
            refuseRelock(state, self);
            if (waiting.busyWait(memory, step, spins)) {
                step++;
                if (waiting.giveUp(memory, deadlineNanos)) {
                    return false;
                }
                if (waiting.sleeps() || !Lookout.isDueAt(memory, waiting, step)) {
                    continue;
                }
            }
            boolean looksForDeath = slept || !waiting.sleeps();
            if (looksForDeath && !memory.isAlive(owner)) {
                if (word.compareAndSet(state, (ours & ~OWNER) | DIED | self)) { // H: what the dead owner wrote before
                    return inherit(DIED, repairing);
                }
            } else if (waiting.sleeps() && (state == (ours | WAITERS) || word.compareAndSet(state, ours | WAITERS))) {
                Word.Outcome outcome = word.sleep(ours | WAITERS, deadlineNanos);
                if (outcome == Word.Outcome.TIMED_OUT && memory.isAlive(owner)) {
                    return false;
                }
                woken = outcome != Word.Outcome.CHANGED;
                if (woken) {
                    slept = true;
                    step = 0;
                    spins = Math.min(2 * spins + 1, MAX_SPINS);
                } else if (waiting.keepAway(memory, changes)) {
                    changes++;
                }
            }
        }
    }

    private static void refuseRelock(int state, int self) {
        if ((state & OWNER) == self) {
            throw new IllegalMonitorStateException("locked again by its owner: Mutex[" + describe(state) + "]");
        }
    }

    /** The caller owns the word that it took in the given state: makes the owner's death, if any, its own business. */
    private boolean inherit(int state, boolean repairing) {
        if ((state & DIED) != 0 && !repairing) {
            boolean repaired = false;
            try {
                runRepair();
                repaired = true;
            } finally {
                if (!repaired) {
                    unlock();
                }
            }
        }
        return true;
    }

    private void runRepair() {
        Runnable hook = repair;
        if (hook == null) {
            throw new OwnerDiedException("the owner of this mutex died, and nobody has repaired what it protects");
        }
        hook.run();
        word.getAndAdd(-DIED);
    }

    private void unlockSlow(int self) {
        for (; ; ) {
            int state = word.getVolatile();
            if ((state & OWNER) != self) {
                throw new IllegalMonitorStateException(
                        "party " + self + " unlocks, but does not hold: Mutex[" + describe(state) + "]");
            }
            boolean wake = (state & (WAITERS | WOKEN)) == WAITERS;
            int free = wake ? (state & DIED) | WOKEN : state & ~OWNER;
            if (word.compareAndSet(state, free)) { // H (release)
                if (wake) {
                    wakeOne();
                }
                return;
            }
        }
    }

    /** Wakes a party, or takes woken back if nobody sleeps. */
    private void wakeOne() {
        while (word.wake(1) == 0) {
            int state = word.getVolatile();
            if ((state & WOKEN) == 0) {
                return;
            }
            boolean again = (state & (WAITERS | OWNER)) == WAITERS;
            if (word.compareAndSet(state, state & (again ? ~WAITERS : ~WOKEN)) && !again) {
                return;
            }
        }
    }
}
