package dev.interlock.shared.crash;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;

/** Another memory, of which each operation on a word is reported before it is done; of those on bytes {@link Payload} tells. */
final class FatalMemory extends Memory {
    private final Memory memory;
    private final Steps steps;

    FatalMemory(Memory memory, Steps steps) {
        this.memory = memory;
        this.steps = steps;
    }

    @Override
    public Word word(int initial) {
        return new FatalWord(memory.word(initial), steps);
    }

    @Override
    public LongWord longWord(long initial) {
        return new FatalLongWord(memory.longWord(initial), steps);
    }

    @Override
    public ByteBuffer bytes(int length) {
        return memory.bytes(length);
    }

    @Override
    public Memory newLine() {
        return new FatalMemory(memory.newLine(), steps);
    }

    @Override
    public int self() {
        return memory.self();
    }

    @Override
    public boolean isAlive(int party) {
        return memory.isAlive(party);
    }

    @Override
    public void pause() {
        steps.spins();
        memory.pause();
    }

    @Override
    public void requireImmortalParties(Class<?> primitive) {
        memory.requireImmortalParties(primitive);
    }

    private static final class FatalWord extends Word {
        private final Word word;
        private final Steps steps;

        FatalWord(Word word, Steps steps) {
            this.word = word;
            this.steps = steps;
        }

        @Override
        public int getPlain() {
            steps.step();
            return word.getPlain();
        }

        @Override
        public int getOpaque() {
            steps.step();
            return word.getOpaque();
        }

        @Override
        public int getAcquire() {
            steps.step();
            return word.getAcquire();
        }

        @Override
        public int getVolatile() {
            steps.step();
            return word.getVolatile();
        }

        @Override
        public void setPlain(int value) {
            steps.step();
            word.setPlain(value);
        }

        @Override
        public void setOpaque(int value) {
            steps.step();
            word.setOpaque(value);
        }

        @Override
        public void setRelease(int value) {
            steps.step();
            word.setRelease(value);
        }

        @Override
        public void setVolatile(int value) {
            steps.step();
            word.setVolatile(value);
        }

        @Override
        public boolean compareAndSet(int expected, int value) {
            steps.step();
            return word.compareAndSet(expected, value);
        }

        @Override
        public int getAndSet(int value) {
            steps.step();
            return word.getAndSet(value);
        }

        @Override
        public int getAndAdd(int delta) {
            steps.step();
            return word.getAndAdd(delta);
        }

        @Override
        public Outcome sleep(int expected, long deadlineNanos) throws InterruptedException {
            steps.step();
            steps.sleeps();
            try {
                return word.sleep(expected, deadlineNanos);
            } finally {
                steps.wakes();
            }
        }

        @Override
        public int wake(int parties) {
            steps.step();
            return word.wake(parties);
        }
    }

    private static final class FatalLongWord extends LongWord {
        private final LongWord word;
        private final Steps steps;

        FatalLongWord(LongWord word, Steps steps) {
            this.word = word;
            this.steps = steps;
        }

        @Override
        public long getPlain() {
            steps.step();
            return word.getPlain();
        }

        @Override
        public long getOpaque() {
            steps.step();
            return word.getOpaque();
        }

        @Override
        public long getAcquire() {
            steps.step();
            return word.getAcquire();
        }

        @Override
        public long getVolatile() {
            steps.step();
            return word.getVolatile();
        }

        @Override
        public void setPlain(long value) {
            steps.step();
            word.setPlain(value);
        }

        @Override
        public void setOpaque(long value) {
            steps.step();
            word.setOpaque(value);
        }

        @Override
        public void setRelease(long value) {
            steps.step();
            word.setRelease(value);
        }

        @Override
        public void setVolatile(long value) {
            steps.step();
            word.setVolatile(value);
        }

        @Override
        public boolean compareAndSet(long expected, long value) {
            steps.step();
            return word.compareAndSet(expected, value);
        }

        @Override
        public long getAndSet(long value) {
            steps.step();
            return word.getAndSet(value);
        }

        @Override
        public long getAndAdd(long delta) {
            steps.step();
            return word.getAndAdd(delta);
        }
    }
}
