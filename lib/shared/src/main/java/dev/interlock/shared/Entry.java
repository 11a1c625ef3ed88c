package dev.interlock.shared;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/** An entry of the directory: what it says, and whether that can be. */
final class Entry {
    private final View segment;
    private final ByteBuffer buffer;
    private final int index;
    private final int at;

    Entry(View segment, int index) {
        this.segment = segment;
        this.buffer = segment.buffer();
        this.index = index;
        this.at = Format.DIRECTORY + index * Format.ENTRY_LENGTH;
    }

    int index() {
        return index;
    }

    /** One of the states of the format. */
    int state() {
        int state = word(Format.ENTRY_STATE).getAcquire();
        if (state != Format.FREE && state != Format.READY && state != Format.REMOVED) {
            throw corrupted("state " + state);
        }
        return state;
    }

    /** Whether it is removed, whatever else its state may be. */
    boolean isRemoved() {
        return word(Format.ENTRY_STATE).getAcquire() == Format.REMOVED;
    }

    void setState(int state) {
        segment.step();
        word(Format.ENTRY_STATE).setVolatile(state); // publishes the object and its entry
    }

    int shape() {
        return buffer.getInt(at + Format.ENTRY_SHAPE);
    }

    int start() {
        long offset = buffer.getLong(at + Format.ENTRY_OFFSET);
        long length = buffer.getLong(at + Format.ENTRY_SIZE);
        if (offset < Format.OBJECTS
                || offset % Format.LINE != 0
                || length < 0
                || offset > buffer.limit()
                || length > buffer.limit() - offset) {
            throw corrupted(length + " bytes at " + offset);
        }
        return (int) offset;
    }

    int length() {
        start();
        return (int) buffer.getLong(at + Format.ENTRY_SIZE);
    }

    int end() {
        return start() + length();
    }

    /** What the object's maker said of it; nothing if it said nothing. */
    int[] parameters() {
        int count = buffer.getInt(at + Format.ENTRY_PARAMETER_COUNT);
        if (count < 0 || count > Format.PARAMETERS) {
            throw corrupted(count + " parameters");
        }
        int[] parameters = new int[count];
        for (int i = 0; i < count; i++) {
            parameters[i] = buffer.getInt(at + Format.ENTRY_PARAMETERS + i * Integer.BYTES);
        }
        return parameters;
    }

    String kind() {
        return new String(string(Format.ENTRY_KIND), StandardCharsets.UTF_8);
    }

    String name() {
        return new String(string(Format.ENTRY_NAME), StandardCharsets.UTF_8);
    }

    boolean isNamed(byte[] name) {
        return Arrays.equals(name, string(Format.ENTRY_NAME));
    }

    /** Writes all but the state, which must be {@link Format#FREE}; nobody uses the object. */
    void write(byte[] name, String kind, int shape, int start, int length, int... parameters) {
        put(Format.ENTRY_SHAPE, new byte[Format.ENTRY_LENGTH - Format.ENTRY_SHAPE]);
        putInt(Format.ENTRY_SHAPE, shape);
        putLong(Format.ENTRY_OFFSET, start);
        putLong(Format.ENTRY_SIZE, length);
        putInt(Format.ENTRY_PARAMETER_COUNT, parameters.length);
        for (int i = 0; i < parameters.length; i++) {
            putInt(Format.ENTRY_PARAMETERS + i * Integer.BYTES, parameters[i]);
        }
        byte[] bytes = kind.getBytes(StandardCharsets.UTF_8); // its end tells more than its beginning
        put(
                Format.ENTRY_KIND,
                Arrays.copyOfRange(bytes, Math.max(0, bytes.length - Format.STRING_LENGTH), bytes.length));
        put(Format.ENTRY_NAME, name);
    }

    /** The slots of those who may use the object, if they live. */
    BitSet users() {
        BitSet users = new BitSet(Format.SLOTS);
        for (int first = 0; first < Format.SLOTS; first += Integer.SIZE) {
            int bits = users(first).getVolatile();
            for (int rest = bits; rest != 0; rest &= rest - 1) {
                users.set(first + Integer.numberOfTrailingZeros(rest));
            }
        }
        return users;
    }

    void setUser(int slot, boolean user) {
        SharedWord users = users(slot);
        for (; ; ) {
            int seen = users.getVolatile();
            int next = user ? seen | 1 << slot : seen & ~(1 << slot);
            if (seen == next) {
                return;
            }
            segment.step();
            if (users.compareAndSet(seen, next)) {
                return;
            }
        }
    }

    /** Counts a dead party that a user of the object came upon, once if several come upon it together. */
    void countDeath(int party) {
        SharedWord last = word(Format.ENTRY_LAST_DEAD);
        int seen = last.getVolatile();
        segment.step();
        if (seen != party && last.compareAndSet(seen, party)) {
            segment.step();
            word(Format.ENTRY_DEATHS).getAndAdd(1);
        }
    }

    int deaths() {
        return word(Format.ENTRY_DEATHS).getOpaque();
    }

    private SharedWord users(int slot) {
        return word(Format.ENTRY_USERS + slot / Integer.SIZE * Integer.BYTES);
    }

    private SharedWord word(int offset) {
        return new SharedWord(segment, at + offset);
    }

    private byte[] string(int offset) {
        byte[] bytes = new byte[Format.STRING_LENGTH];
        buffer.get(at + offset, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return Arrays.copyOf(bytes, length);
    }

    private void putInt(int offset, int value) {
        segment.step();
        buffer.putInt(at + offset, value);
    }

    private void putLong(int offset, long value) {
        segment.step();
        buffer.putLong(at + offset, value);
    }

    private void put(int offset, byte[] bytes) {
        segment.step();
        buffer.put(at + offset, bytes);
    }

    private SegmentException corrupted(String value) {
        return new SegmentException(
                segment.mapping().name(),
                SegmentException.Reason.CORRUPTED,
                "directory entry " + index + " has " + value);
    }
}
