package dev.interlock.contract;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;

/** A memory whose words begin with what the test says instead of what their primitive says. */
public class PresetMemory extends Memory {
    private final Memory memory;
    private final Preset preset;
    private final int[] drawn;

    /** Says how a word begins. */
    @FunctionalInterface
    public interface Preset {
        /**
         * The initial value of a word.
         *
         * @param draw how many words were drawn before it, of either width
         * @param initial what its primitive says
         * @return what it is to be
         */
        long of(int draw, long initial);
    }

    /**
     * Over another memory.
     *
     * @param memory where the words live
     * @param preset says how they begin
     */
    public PresetMemory(Memory memory, Preset preset) {
        this(memory, preset, new int[1]);
    }

    private PresetMemory(Memory memory, Preset preset, int[] drawn) {
        this.memory = memory;
        this.preset = preset;
        this.drawn = drawn;
    }

    @Override
    public Word word(int initial) {
        return memory.word((int) preset.of(drawn[0]++, initial));
    }

    @Override
    public LongWord longWord(long initial) {
        return memory.longWord(preset.of(drawn[0]++, initial));
    }

    @Override
    public ByteBuffer bytes(int length) {
        return memory.bytes(length);
    }

    @Override
    public Memory newLine() {
        return new PresetMemory(memory.newLine(), preset, drawn);
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
