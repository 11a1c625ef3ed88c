package dev.interlock.shared;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The memory of one object of a segment: hands out what lies between two offsets, new or as it was drawn before. */
final class Extent extends Memory {
    private final Mapping mapping;
    private final String object;
    private final boolean fresh;
    private boolean sealed;
    private final int start;
    private int end;
    private int cursor;

    Extent(Mapping mapping, String object, boolean fresh, int start, int end) {
        this.mapping = mapping;
        this.object = object;
        this.fresh = fresh;
        this.start = start;
        this.end = end;
        this.cursor = start;
    }

    @Override
    public Word word(int initial) {
        SharedWord word = new SharedWord(mapping, draw(Integer.BYTES, Integer.BYTES));
        if (fresh) {
            word.setPlain(initial); // plain: published with the directory entry
        }
        return word;
    }

    @Override
    public LongWord longWord(long initial) {
        SharedLongWord word = new SharedLongWord(mapping, draw(Long.BYTES, Long.BYTES));
        if (fresh) {
            word.setPlain(initial); // plain: published with the directory entry
        }
        return word;
    }

    @Override
    public ByteBuffer bytes(int length) {
        if (length < 0) {
            throw new IllegalArgumentException("length: " + length + " is negative");
        }
        int offset = draw(length, Long.BYTES);
        ByteBuffer bytes = mapping.buffer().slice(offset, length).order(ByteOrder.nativeOrder());
        if (fresh) {
            for (int i = 0; i < length; i++) {
                bytes.put(i, (byte) 0);
            }
        }
        return bytes;
    }

    @Override
    public Memory newLine() {
        draw(0, Format.LINE);
        return this;
    }

    @Override
    public int self() {
        return mapping.self();
    }

    @Override
    public boolean isAlive(int party) {
        return mapping.isAlive(party);
    }

    @Override
    public void pause() {
        Thread.onSpinWait();
    }

    /** Ends the drawing, and returns how many bytes have been drawn. */
    int seal() {
        end = cursor;
        sealed = true;
        return cursor - start;
    }

    @Override
    public String toString() {
        return mapping.name() + " " + object;
    }

    private int draw(int length, int alignment) {
        int offset = (cursor + alignment - 1) & -alignment;
        if (sealed) {
            throw new UnsupportedOperationException(
                    this
                            + ": words are drawn after its constructor; in a segment an object has those that it was made with");
        }
        if (offset < 0 || offset > end || length > end - offset) {
            throw fresh
                    ? new SegmentException(mapping.name(), SegmentException.Reason.FULL, "no room for " + object)
                    : new SegmentException(
                            mapping.name(),
                            SegmentException.Reason.OTHER_KIND,
                            object + " has " + (end - start) + " bytes, and more are drawn: it was made otherwise");
        }
        cursor = offset + length;
        return offset;
    }
}
