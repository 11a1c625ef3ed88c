package dev.interlock.barrier;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;

/**
 * The textbook's barrier of semaphores, for threads, or threads of processes that share memory: a count, a semaphore that
 * guards it, and two turnstiles, so that nobody can lap the others and the barrier can be used again at once.
 *
 * <p><b>Blocking.</b> A party that waits spins for a while, then sleeps. {@code reset} waits until those who got {@code
 * BrokenBarrierException} have left, which they do without waiting for anybody.
 *
 * <p><b>Limits.</b> 1 to 65536 parties. Timeouts of zero or less do not wait. Breaking and memory effects are those of
 * {@link Barrier}. Virtual threads park without pinning their carrier.
 *
 * <p><b>Parties.</b> Whoever calls is a party; of more threads than {@link #parties} some wait until others have left: no
 * timeout and no interruption ends that wait. True
 * from {@code await} goes to the last to arrive. The barrier breaks only while not all have arrived, but for a death.
 *
 * <p><b>Death.</b> Across processes, when a party dies, or closes its segment, that is inside {@code await} or has been
 * there since the last {@code reset}, the others find out within a second, and the barrier breaks for all that have not
 * passed the second turnstile. Of one that never came nothing is known.
 *
 * <p>For teaching; {@link CentralBarrier} does the same faster.
 *
 * <pre>{@code
 * Barrier allDone = new TurnstileBarrier(4);
 * while (!finished) {
 *     computeMyPart();
 *     allDone.await();
 * }
 * }</pre>
 *
 * <p>A. B. Downey, The Little Book of Semaphores, 2nd edition, 2016, section 3.7, with the preloaded turnstile. Timeouts,
 * breaking and {@code reset} are not in the book.
 */
public final class TurnstileBarrier implements Barrier {
    /* Implementation notes
     * State   places[i]: 0, a party inside await(), or one OUTSIDE that was inside and is expected again; there is a place
     *         for each, so with a dead one inside or expected a round is never complete. Who arrives takes the place that
     *         it had, or an empty one, or that of one outside that lives, whose part it plays from then on. count: how many
     *         have arrived and not yet passed the entry. tripped: all have arrived, and not all have passed the entry.
     *         entry: closed until all have arrived, then opened for as many. exit: closed until all have passed the entry.
     *         broken: WHOLE; BROKEN; RESETTING: nobody may arrive, a reset waits until all have left; RUINED: broken by a
     *         death, and both turnstiles stand open. renewals: how often it has been made new. All but the places is changed
     *         by whoever holds guard.
     * Broken  under guard, unless tripped: the entry is opened for those who wait there, who see broken. Once tripped only
     *         a death can break: those at the entry take the permit that is there for each of them, whatever their
     *         deadline, and the rest of the way waits only for parties that run.
     * reset   breaks or keeps new ones out, waits until nobody is inside, and sets all back; who was inside is forgotten.
     * Edge C  what precedes arrival -> guard -> the last to arrive -> entry -> all.
     * Death   inside or OUTSIDE: its name is in its place. Whoever waits looks, and ruins the barrier under guard. Of the
     *         holder of guard: the next one to lock it ruins the barrier, for the rest may be half-changed. Of the one that
     *         resets: others get BrokenBarrierException, until a reset ends. Dead names leave the places in reset only,
     *         after the turnstiles have been opened for those who still wait for the dead.
     */
    private static final int WHOLE = 0;
    private static final int BROKEN = 1;
    private static final int RESETTING = 2;
    private static final int RUINED = 3;
    private static final int OUTSIDE = 1 << Memory.PARTY_BITS;
    private static final int SPINS = 100;
    private static final long LOOK_NANOS = 100_000_000;

    private final Memory memory;
    private final Mutex guard;
    private final CountingSemaphore entry;
    private final CountingSemaphore exit;
    private final Word count;
    private final Word tripped;
    private final Word broken;
    private final Word renewals;
    private final Word[] places;
    private final EventCount left;
    private final int parties;
    private final Runnable action;
    private final WaitStrategy waiting;
    private final long patienceNanos; // for how long one waits before it looks whether somebody has died

    /**
     * A barrier for the threads of this JVM.
     *
     * @param parties how many must arrive, 1 to 65536
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public TurnstileBarrier(int parties) {
        this(Memory.heap(), parties);
    }

    /**
     * A barrier in the given memory. Draws twelve words and one for each party.
     *
     * @param memory where it lives
     * @param parties how many must arrive, 1 to 65536
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public TurnstileBarrier(Memory memory, int parties) {
        this(memory, parties, null, WaitStrategy.ADAPTIVE);
    }

    /**
     * A barrier in the given memory, with an action. Draws twelve words and one for each party.
     *
     * @param memory where it lives
     * @param parties how many must arrive, 1 to 65536
     * @param action run once in each round by the last to arrive, after all have arrived and before any passes, or null; each
     *     process gives its own
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public TurnstileBarrier(Memory memory, int parties, Runnable action, WaitStrategy waiting) {
        this.parties = Epoch.checkedParties(parties, 1);
        this.action = action;
        this.memory = memory;
        this.waiting = waiting;
        this.patienceNanos = memory.hasMortalParties() ? LOOK_NANOS : Long.MAX_VALUE;
        this.guard = new Mutex(memory, waiting);
        guard.onOwnerDeath(this::ruin);
        this.entry = new CountingSemaphore(memory, 0, waiting);
        this.exit = new CountingSemaphore(memory, 0, waiting);
        this.count = memory.word(0);
        this.tripped = memory.word(0);
        this.broken = memory.word(WHOLE);
        this.renewals = memory.word(0);
        this.left = new EventCount(memory);
        this.places = new Word[parties];
        for (int i = 0; i < parties; i++) {
            places[i] = memory.word(0);
        }
    }

    @Override
    public boolean await() throws InterruptedException, BrokenBarrierException {
        try {
            return await(Memory.NO_DEADLINE);
        } catch (TimeoutException e) {
            throw new AssertionError(e); // there is no deadline
        }
    }

    @Override
    public boolean await(long timeout, TimeUnit unit)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        return await(memory.deadlineAfter(timeout, unit));
    }

    @Override
    public int parties() {
        return parties;
    }

    @Override
    public boolean isBroken() {
        int state = broken.getVolatile();
        return state == BROKEN || state == RUINED;
    }

    @Override
    public void reset() {
        guard.lock();
        int renewal = renewals.getPlain(); // plain, here and below: under guard
        if (tripped.getPlain() == 0) {
            breakUnderGuard();
        } else if (broken.getPlain() == WHOLE) {
            broken.setVolatile(RESETTING);
        }
        guard.unlock();
        boolean renewed = false;
        while (!renewed) {
            left.awaitUninterruptibly(
                    () -> isEmpty() || renewals.getVolatile() != renewal, left::signalAll, this::bury, waiting, SPINS);
            guard.lock();
            renewed = renewals.getPlain() != renewal;
            if (!renewed && isEmpty()) {
                entry.drainPermits();
                exit.drainPermits();
                count.setPlain(0);
                tripped.setPlain(0);
                for (Word place : places) {
                    forget(place);
                }
                renewals.setVolatile(renewal + 1);
                broken.setVolatile(WHOLE);
                renewed = true;
            }
            guard.unlock();
        }
        left.signalAll();
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "TurnstileBarrier[" + parties + (isBroken() ? " parties, broken]" : " parties]");
    }

    private boolean await(long deadlineNanos) throws InterruptedException, BrokenBarrierException, TimeoutException {
        Word place = takePlace();
        int self = place.getPlain(); // plain: this party wrote it
        try {
            boolean last = arrive();
            passEntry(deadlineNanos);
            passExit();
            return last;
        } finally {
            place.setVolatile(self | OUTSIDE);
            left.signalAll();
        }
    }

    /** Waits only for parties that are about to leave, or are too many, unless somebody has died. */
    private Word takePlace() throws BrokenBarrierException {
        Word[] mine = new Word[1];
        left.awaitUninterruptibly(
                () -> {
                    mine[0] = tryPlace(memory.self());
                    return mine[0] != null || broken.getVolatile() != WHOLE;
                },
                left::signalAll,
                this::ruinIfSomeoneDied,
                waiting,
                SPINS);
        if (mine[0] == null) {
            throw new BrokenBarrierException();
        }
        return mine[0];
    }

    private Word tryPlace(int self) {
        Word place = tryPlace(self, found -> found == (self | OUTSIDE));
        place = place != null ? place : tryPlace(self, found -> found == 0);
        return place != null ? place : tryPlace(self, found -> (found & OUTSIDE) != 0 && !isOfDead(found));
    }

    private Word tryPlace(int self, IntPredicate fits) {
        for (Word place : places) {
            int found = place.getVolatile();
            if (fits.test(found) && place.compareAndSet(found, self)) {
                return place;
            }
        }
        return null;
    }

    private boolean arrive() throws InterruptedException, BrokenBarrierException {
        guard.lock();
        try {
            refuseUnlessWhole();
            if (Thread.interrupted()) {
                breakUnderGuard();
                throw new InterruptedException();
            }
            boolean last = count.getPlain() == parties - 1;
            if (last) {
                runAction();
                tripped.setPlain(1);
                entry.release(parties);
            }
            count.setPlain(count.getPlain() + 1);
            return last;
        } finally {
            guard.unlock();
        }
    }

    private void passEntry(long deadlineNanos) throws InterruptedException, BrokenBarrierException, TimeoutException {
        boolean passed = false;
        boolean late = false;
        InterruptedException interruption = null;
        try {
            while (!passed && !late) {
                boolean timed = deadlineNanos != Memory.NO_DEADLINE;
                long remaining = timed ? deadlineNanos - memory.nanoTime() : Long.MAX_VALUE;
                late = timed && remaining <= patienceNanos;
                passed = entry.tryAcquire(Math.min(remaining, patienceNanos), TimeUnit.NANOSECONDS);
                if (!passed) {
                    ruinIfSomeoneDied();
                }
            }
        } catch (InterruptedException e) {
            interruption = e;
        }
        if (!passed && breakOrPassEntry()) {
            if (interruption == null) {
                throw new TimeoutException();
            }
            throw interruption;
        }
        if (interruption != null) {
            Thread.currentThread().interrupt();
        }
        if (isBroken()) {
            throw new BrokenBarrierException();
        }
    }

    /** For one that gives up at the entry: breaks, and says so, unless the entry is or will be opened for it. */
    private boolean breakOrPassEntry() {
        guard.lock();
        boolean mine;
        try {
            mine = tripped.getPlain() == 0 && broken.getPlain() == WHOLE;
            if (mine) {
                breakUnderGuard();
            }
        } finally {
            guard.unlock();
        }
        if (!mine) {
            pass(entry);
        }
        return mine;
    }

    private void passExit() throws BrokenBarrierException {
        guard.lock();
        try {
            refuseIfRuined();
            int remaining = count.getPlain() - 1;
            count.setPlain(remaining);
            if (remaining == 0) {
                tripped.setPlain(0);
                exit.release(parties);
            }
        } finally {
            guard.unlock();
        }
        pass(exit);
        refuseIfRuined();
    }

    /** Passes a turnstile that is or will be opened, if need be because of a death. */
    private void pass(CountingSemaphore turnstile) {
        boolean interrupted = Thread.interrupted();
        boolean passed = false;
        try {
            while (!passed) {
                try {
                    passed = turnstile.tryAcquire(patienceNanos, TimeUnit.NANOSECONDS);
                    if (!passed) {
                        ruinIfSomeoneDied();
                        passed = tryPass(turnstile);
                    }
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

    /** Once more, after nobody was found dead: the entry has been opened by now, and the exit by whoever has left. */
    private boolean tryPass(CountingSemaphore turnstile) {
        boolean opened = turnstile == entry || isAlone();
        boolean passed = turnstile.tryAcquire();
        if (opened && !passed) {
            throw new IllegalStateException("corrupted: nobody will open the turnstiles of " + this);
        }
        return passed;
    }

    private void refuseUnlessWhole() throws BrokenBarrierException {
        if (broken.getVolatile() != WHOLE) {
            throw new BrokenBarrierException();
        }
    }

    private void refuseIfRuined() throws BrokenBarrierException {
        if (broken.getVolatile() == RUINED) {
            throw new BrokenBarrierException();
        }
    }

    private void breakUnderGuard() {
        if (tripped.getPlain() == 0 && broken.getPlain() == WHOLE) {
            broken.setVolatile(BROKEN);
            entry.release(count.getPlain());
        }
    }

    private void ruinIfSomeoneDied() {
        for (Word place : places) {
            int found = place.getVolatile();
            if (isOfDead(found)) {
                guard.lock();
                try {
                    if (place.getVolatile() == found) {
                        ruin();
                    }
                } finally {
                    guard.unlock();
                }
            }
        }
    }

    /** Under guard: breaks the barrier wherever its parties are, also if one that did so died before it was done. */
    private void ruin() {
        broken.setVolatile(RUINED);
        open(entry);
        open(exit);
        left.signalAll();
    }

    private void open(CountingSemaphore turnstile) {
        if (turnstile.availablePermits() < parties) {
            turnstile.release(parties);
        }
    }

    private boolean isAlone() {
        int taken = 0;
        for (Word place : places) {
            taken += isInside(place.getVolatile()) ? 1 : 0;
        }
        return taken == 1;
    }

    private boolean isEmpty() {
        for (Word place : places) {
            if (isInside(place.getVolatile())) {
                return false;
            }
        }
        return true;
    }

    private static void forget(Word place) {
        int found = place.getVolatile();
        if ((found & OUTSIDE) != 0) {
            place.compareAndSet(found, 0);
        }
    }

    private static boolean isInside(int found) {
        return found != 0 && (found & OUTSIDE) == 0;
    }

    private boolean isOfDead(int found) {
        int party = found & ~OUTSIDE;
        return party != 0 && !memory.isAlive(party);
    }

    /** In a reset: nobody waits for the dead any more. */
    private void bury() {
        ruinIfSomeoneDied();
        for (Word place : places) {
            int found = place.getVolatile();
            if (broken.getVolatile() == RUINED && isOfDead(found)) {
                place.compareAndSet(found, 0);
            }
        }
    }

    private void runAction() {
        if (action != null) {
            boolean done = false;
            try {
                action.run();
                done = true;
            } finally {
                if (!done) {
                    breakUnderGuard();
                }
            }
        }
    }
}
