package dev.interlock.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Words as objects of this JVM. Stateless: two instances, for compact words and for words on lines of their own. */
final class HeapMemory extends Memory {
    static final HeapMemory COMPACT = new HeapMemory(false);

    private static final HeapMemory PADDED = new HeapMemory(true);
    private static final ThreadNumbers THREADS = new ThreadNumbers(PARTY_BITS);

    private final boolean padded;

    private HeapMemory(boolean padded) {
        this.padded = padded;
    }

    @Override
    public Word word(int initial) {
        return padded ? new HeapWord.Padded(initial) : new HeapWord(initial);
    }

    @Override
    public LongWord longWord(long initial) {
        return padded ? new HeapLongWord.Padded(initial) : new HeapLongWord(initial);
    }

    @Override
    public ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    }

    @Override
    public Memory newLine() {
        return PADDED;
    }

    @Override
    public int self() {
        return THREADS.current();
    }

    @Override
    public boolean isAlive(int party) {
        return true;
    }

    @Override
    public boolean hasMortalParties() {
        return false;
    }

    @Override
    public void pause() {
        Thread.onSpinWait();
    }

    @Override
    public String toString() {
        return "heap";
    }
}
