package dev.interlock.shared;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The memory of one object of a segment: hands out what lies between two offsets, new or as it was drawn before. */
final class Extent extends Memory {
    private static final int HASH_BASIS = 0x811c9dc5;
    private static final int HASH_PRIME = 0x01000193;

    private final View view;
    private final Entry entry; // null: of no directory
    private final String object;
    private final boolean fresh;
    private final boolean hostsUnrecoverable;
    private final int start;
    private int end;
    private int cursor;
    private int shape = HASH_BASIS;
    private boolean sealed;
    private boolean exhausted;

    Extent(View view, Entry entry, String object, boolean fresh, boolean hostsUnrecoverable, int start, int end) {
        this.view = view;
        this.entry = entry;
        this.object = object;
        this.fresh = fresh;
        this.hostsUnrecoverable = hostsUnrecoverable;
        this.start = start;
        this.end = end;
        this.cursor = start;
    }

    @Override
    public Word word(int initial) {
        SharedWord word = new SharedWord(view, draw(Integer.BYTES, Integer.BYTES));
        if (fresh) {
            view.step();
            word.setPlain(initial); // plain: published with the directory entry
        }
        return word;
    }

    @Override
    public LongWord longWord(long initial) {
        SharedLongWord word = new SharedLongWord(view, draw(Long.BYTES, Long.BYTES));
        if (fresh) {
            view.step();
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
        ByteBuffer bytes = view.buffer().slice(offset, length).order(ByteOrder.nativeOrder());
        if (fresh) {
            view.step();
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
        return view.mapping().self();
    }

    @Override
    public boolean isAlive(int party) {
        boolean alive = view.mapping().isAlive(party);
        if (!alive && entry != null) {
            entry.countDeath(party);
        }
        return alive;
    }

    @Override
    public void requireImmortalParties(Class<?> primitive) {
        if (!hostsUnrecoverable) {
            throw new SegmentException(
                    view.mapping().name(),
                    SegmentException.Reason.UNRECOVERABLE,
                    object + ": when a party dies in a " + primitive.getSimpleName()
                            + ", others may wait for ever; attachUnrecoverable() hosts it all the same");
        }
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

    /** A number for what was drawn, the initial values apart; not zero. See FORMAT.md. */
    int shape() {
        return shape == 0 ? 1 : shape;
    }

    /** Whether more was drawn than there is room for. */
    boolean isExhausted() {
        return exhausted;
    }

    @Override
    public String toString() {
        return view.mapping().name() + " " + object;
    }

    private int draw(int length, int alignment) {
        int offset = (cursor + alignment - 1) & -alignment;
        if (sealed) {
            throw new UnsupportedOperationException(this
                    + ": words are drawn after its constructor. In a segment an object has those that it was"
                    + " made with; a condition is an object of its own: attach(name, memory -> new"
                    + " MutexCondition(memory, mutex))");
        }
        if (offset < 0 || offset > end || length > end - offset) {
            exhausted = true;
            throw fresh
                    ? new SegmentException(view.mapping().name(), SegmentException.Reason.FULL, "no room for " + object)
                    : new SegmentException(
                            view.mapping().name(),
                            SegmentException.Reason.OTHER_KIND,
                            object + " has " + (end - start) + " bytes, and more are drawn: it was made otherwise");
        }
        cursor = offset + length;
        shape = ((shape ^ (offset - start)) * HASH_PRIME ^ length) * HASH_PRIME;
        return offset;
    }
}
