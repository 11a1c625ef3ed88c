package dev.interlock.contract;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;

/**
 * A memory whose long words start higher than their primitive says: for positions and counts that are about to wrap
 * around.
 */
public final class RaisedMemory extends Memory {
    private final Memory memory;
    private final long raise;

    /**
     * Raises the long words of another memory.
     *
     * @param memory where the words live
     * @param raise what is added to the initial value of each
     */
    public RaisedMemory(Memory memory, long raise) {
        this.memory = memory;
        this.raise = raise;
    }

    @Override
    public Word word(int initial) {
        return memory.word(initial);
    }

    @Override
    public LongWord longWord(long initial) {
        return memory.longWord(initial + raise);
    }

    @Override
    public ByteBuffer bytes(int length) {
        return memory.bytes(length);
    }

    @Override
    public Memory newLine() {
        return new RaisedMemory(memory.newLine(), raise);
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
        memory.pause();
    }

    @Override
    public long nanoTime() {
        return memory.nanoTime();
    }
}
