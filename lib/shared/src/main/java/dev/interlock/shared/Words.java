package dev.interlock.shared;

import java.nio.ByteBuffer;

/** An object's words, by their offsets in it: only to be read. */
final class Words {
    private final ByteBuffer buffer;
    private final int start;
    private final int length;

    Words(ByteBuffer buffer, int start, int length) {
        this.buffer = buffer;
        this.start = start;
        this.length = length;
    }

    int length() {
        return length;
    }

    int at(long offset) {
        return buffer.getInt(checked(offset, Integer.BYTES));
    }

    long longAt(long offset) {
        return buffer.getLong(checked(offset, Long.BYTES));
    }

    /** Whether parties may sleep on an event count. */
    boolean sleepAt(long offset) {
        return (at(offset) & 3) != 0;
    }

    private int checked(long offset, int size) {
        if (offset < 0 || offset > length - size) {
            throw new IndexOutOfBoundsException("no word at " + offset + " of " + length + " bytes");
        }
        return start + (int) offset;
    }
}
