package dev.interlock.shared;

import dev.interlock.memory.Memory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The names in a segment. Every method is called under the lock of {@link Format#DIRECTORY_BYTE}. */
final class Directory {
    /* Implementation notes
     * State   an entry is free (0) or ready (1). A new object is laid out behind all ready ones and its entry written
     *         while the entry is free; the write of the state is the last, and publishes both.
     * Death   of a maker before that write: the entry is free, and the next maker writes over it and over its extent.
     */
    private final Mapping mapping;
    private final ByteBuffer buffer;

    Directory(Mapping mapping) {
        this.mapping = mapping;
        this.buffer = mapping.buffer();
    }

    <T> T attach(String name, String kind, int parameter1, int parameter2, Function<? super Memory, T> layout) {
        byte[] nameBytes = checkedName(name);
        int found = -1;
        int free = -1;
        int end = Format.OBJECTS;
        for (int i = 0; i < Format.ENTRIES; i++) {
            int entry = Format.DIRECTORY + i * Format.ENTRY_LENGTH;
            if (!isReady(entry)) {
                free = free < 0 ? entry : free;
            } else {
                end = Math.max(end, checkedEnd(entry));
                if (Arrays.equals(nameBytes, string(entry + Format.ENTRY_NAME))) {
                    found = entry;
                }
            }
        }
        if (found >= 0) {
            return existing(found, name, kind, parameter1, parameter2, layout);
        }
        if (free < 0) {
            throw new SegmentException(
                    mapping.name(),
                    SegmentException.Reason.FULL,
                    "no entry for '" + name + "': there are " + Format.ENTRIES + " objects");
        }
        return made(free, end, nameBytes, name, kind, parameter1, parameter2, layout);
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < Format.ENTRIES; i++) {
            int entry = Format.DIRECTORY + i * Format.ENTRY_LENGTH;
            if (isReady(entry)) {
                names.add(new String(string(entry + Format.ENTRY_NAME), StandardCharsets.UTF_8));
            }
        }
        return names;
    }

    /** The first byte behind all objects. */
    int end() {
        int end = Format.OBJECTS;
        for (int i = 0; i < Format.ENTRIES; i++) {
            int entry = Format.DIRECTORY + i * Format.ENTRY_LENGTH;
            if (isReady(entry)) {
                end = Math.max(end, checkedEnd(entry));
            }
        }
        return end;
    }

    private <T> T existing(
            int entry, String name, String kind, int parameter1, int parameter2, Function<? super Memory, T> layout) {
        String described = describe(
                name,
                kindAt(entry),
                buffer.getInt(entry + Format.ENTRY_PARAMETER_1),
                buffer.getInt(entry + Format.ENTRY_PARAMETER_2));
        if (kind != null && !described.equals(describe(name, kind, parameter1, parameter2))) {
            throw otherKind(described, describe(name, kind, parameter1, parameter2));
        }
        int start = (int) buffer.getLong(entry + Format.ENTRY_OFFSET);
        int length = (int) buffer.getLong(entry + Format.ENTRY_SIZE);
        Extent extent = new Extent(mapping, described, false, start, start + length);
        T object = layout.apply(extent);
        int drawn = extent.seal();
        if (kind == null && !kindAt(entry).equals(kindOf(object))) {
            throw otherKind(described, describe(name, kindOf(object), 0, 0));
        }
        if (drawn != length) {
            throw otherKind(described + " of " + length + " bytes", "one of " + drawn);
        }
        return object;
    }

    private <T> T made(
            int entry,
            int start,
            byte[] nameBytes,
            String name,
            String kind,
            int parameter1,
            int parameter2,
            Function<? super Memory, T> layout) {
        int aligned = (start + Format.LINE - 1) & -Format.LINE;
        String described = describe(name, kind, parameter1, parameter2);
        Extent extent = new Extent(mapping, described, true, aligned, buffer.limit());
        T object = layout.apply(extent);
        int drawn = extent.seal();
        buffer.putLong(entry + Format.ENTRY_OFFSET, aligned);
        buffer.putLong(entry + Format.ENTRY_SIZE, drawn);
        buffer.putInt(entry + Format.ENTRY_PARAMETER_1, parameter1);
        buffer.putInt(entry + Format.ENTRY_PARAMETER_2, parameter2);
        putString(entry + Format.ENTRY_KIND, kind != null ? bytes(kind) : bytes(kindOf(object)));
        putString(entry + Format.ENTRY_NAME, nameBytes);
        state(entry).setRelease(Format.READY); // publishes the object and its entry
        return object;
    }

    private SegmentException otherKind(String is, String wanted) {
        return new SegmentException(
                mapping.name(), SegmentException.Reason.OTHER_KIND, "it hosts " + is + "; asked for " + wanted);
    }

    private boolean isReady(int entry) {
        int state = state(entry).getAcquire();
        if (state != 0 && state != Format.READY) {
            throw corrupted(entry, "state " + state);
        }
        return state == Format.READY;
    }

    private SharedWord state(int entry) {
        return new SharedWord(mapping, entry + Format.ENTRY_STATE);
    }

    private int checkedEnd(int entry) {
        long offset = buffer.getLong(entry + Format.ENTRY_OFFSET);
        long length = buffer.getLong(entry + Format.ENTRY_SIZE);
        if (offset < Format.OBJECTS
                || offset % Format.LINE != 0
                || length < 0
                || offset > buffer.limit()
                || length > buffer.limit() - offset) {
            throw corrupted(entry, length + " bytes at " + offset);
        }
        return (int) (offset + length);
    }

    private SegmentException corrupted(int entry, String value) {
        return new SegmentException(
                mapping.name(),
                SegmentException.Reason.CORRUPTED,
                "directory entry " + (entry - Format.DIRECTORY) / Format.ENTRY_LENGTH + " has " + value);
    }

    private String kindAt(int entry) {
        return new String(string(entry + Format.ENTRY_KIND), StandardCharsets.UTF_8);
    }

    private byte[] string(int at) {
        byte[] bytes = new byte[Format.STRING_LENGTH];
        buffer.get(at, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return Arrays.copyOf(bytes, length);
    }

    private void putString(int at, byte[] bytes) {
        buffer.put(at, Arrays.copyOf(bytes, Format.STRING_LENGTH));
    }

    private static byte[] checkedName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > Format.STRING_LENGTH || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("name: '" + name + "' has " + bytes.length + " bytes or a NUL; 1 to "
                    + Format.STRING_LENGTH + " fit");
        }
        return bytes;
    }

    /** Ours by simple name, which foreign programs know too; others by full name. */
    private static String kindOf(Object object) {
        Class<?> type = object.getClass();
        return type.getName().startsWith("dev.interlock.") ? type.getSimpleName() : type.getName();
    }

    /** The end of a kind tells more than its beginning. */
    private static byte[] bytes(String kind) {
        byte[] bytes = kind.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOfRange(bytes, Math.max(0, bytes.length - Format.STRING_LENGTH), bytes.length);
    }

    private static String describe(String name, String kind, int parameter1, int parameter2) {
        String parameters = parameter1 == 0 && parameter2 == 0 ? "" : "(" + parameter1 + ", " + parameter2 + ")";
        return "'" + name + "', a " + kind + parameters;
    }
}
