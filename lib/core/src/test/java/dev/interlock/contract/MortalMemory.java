package dev.interlock.contract;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The heap, with parties that die when the test says so, and sleepers that wake by themselves from time to time to look,
 * as they do across processes.
 */
public final class MortalMemory extends Memory {
    private static final long LOOK_NANOS = 5_000_000;

    private final Set<Integer> dead = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean loseWake = new AtomicBoolean();
    private final AtomicInteger parties = new AtomicInteger();
    private final ThreadLocal<Integer> self = ThreadLocal.withInitial(parties::incrementAndGet);
    private final Memory heap;

    /** A memory in which everybody lives. */
    public MortalMemory() {
        this.heap = Memory.heap();
    }

    /**
     * Lets a party die: it must not take another step.
     *
     * @param party the party
     */
    public void kill(int party) {
        dead.add(party);
    }

    /** Lets the next {@link Word#wake} wake nobody and say that it did, as if its caller had died just before. */
    public void loseNextWake() {
        loseWake.set(true);
    }

    /**
     * Runs a task as a party that dies at its end, and waits for that.
     *
     * @param task what it does before
     * @return the party that died
     */
    public int runAndDie(Runnable task) {
        try (Crew crew = new Crew()) {
            int party = crew.start("mortal", () -> {
                        task.run();
                        return self();
                    })
                    .result();
            kill(party);
            return party;
        }
    }

    @Override
    public Word word(int initial) {
        return new RestlessWord(heap.word(initial));
    }

    @Override
    public LongWord longWord(long initial) {
        return heap.longWord(initial);
    }

    @Override
    public ByteBuffer bytes(int length) {
        return heap.bytes(length);
    }

    @Override
    public Memory newLine() {
        return this;
    }

    @Override
    public int self() {
        return self.get(); // the heap would give a dead party's number to the next thread
    }

    @Override
    public boolean isAlive(int party) {
        return !dead.contains(party);
    }

    @Override
    public void pause() {
        heap.pause();
    }

    /** Wakes whoever sleeps on it for longer than a moment. */
    private final class RestlessWord extends Word {
        private final Word word;

        RestlessWord(Word word) {
            this.word = word;
        }

        @Override
        public int getPlain() {
            return word.getPlain();
        }

        @Override
        public int getOpaque() {
            return word.getOpaque();
        }

        @Override
        public int getAcquire() {
            return word.getAcquire();
        }

        @Override
        public int getVolatile() {
            return word.getVolatile();
        }

        @Override
        public void setPlain(int value) {
            word.setPlain(value);
        }

        @Override
        public void setOpaque(int value) {
            word.setOpaque(value);
        }

        @Override
        public void setRelease(int value) {
            word.setRelease(value);
        }

        @Override
        public void setVolatile(int value) {
            word.setVolatile(value);
        }

        @Override
        public boolean compareAndSet(int expected, int value) {
            return word.compareAndSet(expected, value);
        }

        @Override
        public int getAndSet(int value) {
            return word.getAndSet(value);
        }

        @Override
        public int getAndAdd(int delta) {
            return word.getAndAdd(delta);
        }

        @Override
        public Outcome sleep(int expected, long deadlineNanos) throws InterruptedException {
            long look = System.nanoTime() + LOOK_NANOS;
            boolean last = deadlineNanos != NO_DEADLINE && deadlineNanos - look <= 0;
            Outcome outcome = word.sleep(expected, last ? deadlineNanos : look);
            return outcome == Outcome.TIMED_OUT && !last ? Outcome.WOKEN : outcome;
        }

        @Override
        public int wake(int parties) {
            return loseWake.compareAndSet(true, false) ? 1 : word.wake(parties);
        }
    }
}
