package dev.interlock.memory;

import java.util.function.BooleanSupplier;

/**
 * Lets parties sleep until a condition that others bring about holds, without a lock: the one way in which the
 * primitives whose state is more than a word wait.
 *
 * <p>Whoever makes the condition true then calls {@link #signal()}, which costs one read while nobody sleeps. At most
 * one woken party is on its way at a time: it passes the wake-up on if there is more to be had, so that a burst of
 * signals does not wake a crowd.
 *
 * <p>Waiting never loses a signal, in whatever order the parties come; it may wake for nothing, and then looks at its
 * condition again. Barging: a party that arrives may take what a sleeper was woken for.
 *
 * <p>The idea of counting events so that "look, then sleep" needs no lock: D. P. Reed, R. K. Kanodia, Synchronization
 * with eventcounts and sequencers, CACM 22(2), 1979. There the count is read and awaited by number; here it only tells
 * whether something has happened since a waiter looked.
 */
public final class EventCount {
    /* Implementation notes
     * State   [count:30][woken:1][sleepers:1]
     *         sleepers: a party may be asleep, or about to be. woken: a wake-up is on its way to a party that has not yet
     *         gone back to sleep. count: moves at every wake-up, so the value on which a party means to sleep is never
     *         seen again.
     * signal  sleepers set, woken clear: -> count + 1, sleepers clear, woken set; then wake(1). Woken set: nothing; the
     *         party on its way will look after this moment, since it clears woken first.
     *         wake(1) = 0: nobody slept, whoever had set sleepers sees the count move. The signaller takes woken back,
     *         if the count says that it is still its own; if a sleeper came meanwhile, a signal may have relied on woken:
     *         it wakes again.
     * await   sets sleepers, looks at the condition, sleeps on that exact value. On return spins, longer each time that it
     *         comes too late, for those who arrive are awake already; if it was woken, woken meanwhile keeps others from
     *         being woken for nothing. Then sets sleepers (others may be asleep whose bit the signal cleared), clears
     *         woken if it was woken, and if it has not succeeded yet, looks again. If it was woken and succeeds, it passes
     *         on: signals if there is more, for signals that relied on woken. A party that had no time to fall asleep
     *         leaves woken alone: it belongs to another, or to a signaller that will take it back. It keeps away for a
     *         while instead of spinning.
     * Safety  if a party sleeps while its condition holds, then sleepers or woken is set and some party is on its way to
     *         look at the condition or to wake.
     * Death   of the party on its way: the others wake by themselves within 100 ms, set sleepers and clear woken. Of a
     *         signaller between its CAS and wake(1): the same.
     * Edge S  the condition was made true, then the word is read | the word was changed, then the condition is read.
     *         Volatile all four: the caller of signal() must have changed the condition in volatile mode or by a CAS.
     */
    private static final int SLEEPERS = 1;
    private static final int WOKEN = 2;
    private static final int ONE_EVENT = 4;
    private static final int FIRST_SPINS_WHEN_WOKEN = 8;
    private static final int MAX_SPINS_WHEN_WOKEN = 127;

    private final Memory memory;
    private final Word word;

    /**
     * Draws one word.
     *
     * @param memory where it lives
     */
    public EventCount(Memory memory) {
        this.memory = memory;
        this.word = memory.word(0);
    }

    /**
     * The memory that this lives in.
     *
     * @return the memory
     */
    public Memory memory() {
        return memory;
    }

    /**
     * Waits until an attempt succeeds.
     *
     * @param attempt tries to pass, and says whether it did; it must not block
     * @param passOn run after a success that followed a sleep: signals again if another party might succeed too
     * @param waiting what to do between attempts
     * @param spins how many steps {@link WaitStrategy#ADAPTIVE} spins before it sleeps
     * @param deadlineNanos when to give up, or {@link Memory#NO_DEADLINE}
     * @return false if the deadline passed first
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     */
    public boolean await(BooleanSupplier attempt, Runnable passOn, WaitStrategy waiting, int spins, long deadlineNanos)
            throws InterruptedException {
        return await(attempt, passOn, null, waiting, spins, deadlineNanos);
    }

    /**
     * Waits until an attempt succeeds, looking now and then whether those live on whom it depends.
     *
     * @param attempt tries to pass, and says whether it did; it must not block
     * @param passOn run after a success that followed a sleep: signals again if another party might succeed too
     * @param look run about ten times a second in memory whose parties may die, and when the deadline has passed; another
     *     attempt follows. Null if nobody's death matters
     * @param waiting what to do between attempts
     * @param spins how many steps {@link WaitStrategy#ADAPTIVE} spins before it sleeps
     * @param deadlineNanos when to give up, or {@link Memory#NO_DEADLINE}
     * @return false if the deadline passed first
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     */
    public boolean await(
            BooleanSupplier attempt,
            Runnable passOn,
            Runnable look,
            WaitStrategy waiting,
            int spins,
            long deadlineNanos)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        for (int step = 0; ; step++) {
            if (attempt.getAsBoolean()) {
                return true;
            }
            if (!waiting.busyWait(memory, step, spins)) {
                break;
            }
            if (waiting.giveUp(memory, deadlineNanos)) {
                return lastAttempt(attempt, look);
            }
            if (look != null && !waiting.sleeps() && Lookout.isDueAt(memory, waiting, step)) {
                look.run();
            }
        }
        if (waiting.keepAway(memory, 0) && attempt.getAsBoolean()) {
            return true;
        }
        Lookout lookout = look == null ? null : new Lookout(memory);
        int key = announce(0);
        if (attempt.getAsBoolean()) { // S: after sleepers was set
            return true;
        }
        boolean passed = false;
        boolean woken = false;
        int changes = 0;
        for (int late = FIRST_SPINS_WHEN_WOKEN; !passed; late = Math.min(2 * late + 1, MAX_SPINS_WHEN_WOKEN)) {
            Word.Outcome outcome = word.sleep(key, deadlineNanos);
            if (outcome == Word.Outcome.TIMED_OUT) {
                return lastAttempt(attempt, look);
            }
            woken = outcome == Word.Outcome.WOKEN;
            if (woken) {
                for (int step = 0; !passed && waiting.busyWait(memory, step, late); step++) {
                    passed = attempt.getAsBoolean();
                }
            } else {
                passed = waiting.keepAway(memory, changes++) && attempt.getAsBoolean();
            }
            if (!passed && lookout != null && lookout.isDue()) {
                look.run();
            }
            key = announce(woken ? WOKEN : 0);
            passed = passed || attempt.getAsBoolean(); // S: after sleepers was set
        }
        if (woken) {
            passOn.run();
        }
        return true;
    }

    private static boolean lastAttempt(BooleanSupplier attempt, Runnable look) {
        if (look != null) {
            look.run();
        }
        return attempt.getAsBoolean();
    }

    /**
     * Waits until an attempt succeeds, as long as it takes. Interruption does not end the wait; it stays with the thread.
     *
     * @param attempt tries to pass, and says whether it did; it must not block
     * @param passOn run after a success that followed a sleep: signals again if another party might succeed too
     * @param waiting what to do between attempts
     * @param spins how many steps {@link WaitStrategy#ADAPTIVE} spins before it sleeps
     */
    public void awaitUninterruptibly(BooleanSupplier attempt, Runnable passOn, WaitStrategy waiting, int spins) {
        awaitUninterruptibly(attempt, passOn, null, waiting, spins);
    }

    /**
     * Waits until an attempt succeeds, as long as it takes, looking now and then whether those live on whom it depends.
     * Interruption does not end the wait; it stays with the thread.
     *
     * @param attempt tries to pass, and says whether it did; it must not block
     * @param passOn run after a success that followed a sleep: signals again if another party might succeed too
     * @param look run about ten times a second in memory whose parties may die; another attempt follows. Null if
     *     nobody's death matters
     * @param waiting what to do between attempts
     * @param spins how many steps {@link WaitStrategy#ADAPTIVE} spins before it sleeps
     */
    public void awaitUninterruptibly(
            BooleanSupplier attempt, Runnable passOn, Runnable look, WaitStrategy waiting, int spins) {
        boolean interrupted = Thread.interrupted();
        try {
            for (; ; ) {
                try {
                    await(attempt, passOn, look, waiting, spins, Memory.NO_DEADLINE);
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

    /** Wakes one of the parties that sleep, if any. Never blocks. */
    public void signal() {
        int state = word.getVolatile(); // S: after the condition was made true
        while ((state & (SLEEPERS | WOKEN)) == SLEEPERS) {
            int next = ((state & ~SLEEPERS) | WOKEN) + ONE_EVENT;
            if (word.compareAndSet(state, next)) {
                wakeOne(next);
                return;
            }
            state = word.getVolatile();
        }
    }

    /** Wakes all parties that sleep: for conditions that many can pass, or that depend on who asks. Never blocks. */
    public void signalAll() {
        int state = word.getVolatile(); // S: after the condition was made true
        while ((state & (SLEEPERS | WOKEN)) != 0) {
            if (word.compareAndSet(state, (state & ~(SLEEPERS | WOKEN)) + ONE_EVENT)) {
                word.wake(Integer.MAX_VALUE);
                return;
            }
            state = word.getVolatile();
        }
    }

    /** Wakes a party for the event counted in {@code mine}, or takes woken back if nobody sleeps. */
    private void wakeOne(int mine) {
        while (word.wake(1) == 0) {
            int state = word.getVolatile();
            if ((state & WOKEN) == 0 || (state ^ mine) >>> 2 != 0) {
                return; // a party that announced itself has cleared it, and looks; or it is a later signaller's
            }
            boolean nobody = (state & SLEEPERS) == 0;
            int next = nobody ? state & ~WOKEN : (state & ~SLEEPERS) + ONE_EVENT;
            if (word.compareAndSet(state, next)) {
                if (nobody) {
                    return;
                }
                mine = next;
            }
        }
    }

    /** Sets sleepers, clears the given bits, and returns the value that results. */
    private int announce(int clear) {
        for (; ; ) {
            int state = word.getVolatile();
            int next = (state & ~clear) | SLEEPERS;
            if (state == next || word.compareAndSet(state, next)) {
                return next;
            }
        }
    }
}
