package dev.interlock.shared;

import dev.interlock.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** The names in a segment. Every method is called under the lock of {@link Format#DIRECTORY_BYTE}. */
final class Directory {
    /* Implementation notes
     * State   of an entry: free, ready or removed. A new object is laid out in a gap between those that are not free, and
     *         its entry written while that is free; the write of the state is the last, and publishes both.
     * remove  sets the state, which ends the object's name. Each opening that uses it sees that in its watch, and revokes its
     *         views. The entry and its place are free when no opening that lives is marked as a user: see Uses.
     * Death   of a maker before the write of the state: the entry is free, and the next maker writes over it and over its
     *         extent. Of a remover: before its one write or after it.
     */
    private static final int GC_ROUNDS = 9;

    private final Mapping mapping;
    private final View segment;

    Directory(Mapping mapping) {
        this.mapping = mapping;
        this.segment = mapping.segment();
    }

    <T> T attach(
            String name, String kind, boolean unrecoverable, int[] parameters, Function<? super Memory, T> layout) {
        byte[] nameBytes = checkedName(name);
        Entry found = find(nameBytes);
        if (found != null) {
            return existing(found, name, kind, unrecoverable, parameters, layout);
        }
        for (int round = 0; ; round++) {
            Entry free = freeEntry();
            if (free != null) {
                T made = made(free, nameBytes, name, kind, unrecoverable, parameters, layout, round == GC_ROUNDS);
                if (made != null) {
                    return made;
                }
            } else if (round == GC_ROUNDS) {
                throw new SegmentException(
                        mapping.name(),
                        SegmentException.Reason.FULL,
                        "no entry for '" + name + "': there are " + Format.ENTRIES + " objects");
            }
            round = collectGarbage(round) ? round : GC_ROUNDS - 1;
        }
    }

    boolean remove(String name) {
        Entry found = find(checkedName(name));
        if (found != null) {
            found.setState(Format.REMOVED);
            mapping.uses().refresh();
        }
        return found != null;
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        for (Entry entry : entries(Format.READY)) {
            names.add(entry.name());
        }
        return names;
    }

    /** All entries in a state. */
    List<Entry> entries(int state) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < Format.ENTRIES; i++) {
            Entry entry = new Entry(segment, i);
            if (entry.state() == state) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private Entry find(byte[] name) {
        for (Entry entry : entries(Format.READY)) {
            entry.end(); // checks it
            if (entry.isNamed(name)) {
                return entry;
            }
        }
        return null;
    }

    private Entry freeEntry() {
        for (Entry entry : entries(Format.REMOVED)) {
            if (!hasUsers(entry)) {
                entry.setState(Format.FREE);
            }
        }
        List<Entry> free = entries(Format.FREE);
        return free.isEmpty() ? null : free.get(0);
    }

    private boolean hasUsers(Entry entry) {
        return entry.users().stream()
                .anyMatch(slot -> slot == mapping.slot() || mapping.slots().isLockedByOther(slot));
    }

    /** Lets go of removed objects that only this process could use, and cannot reach; says whether there may be some. */
    private boolean collectGarbage(int round) {
        boolean mine = false;
        for (Entry entry : entries(Format.REMOVED)) {
            mine |= entry.users().get(mapping.slot());
        }
        if (mine) {
            System.gc(); // as the JDK does where buffers take the memory that it counts
            try {
                Thread.sleep(1L << round);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            mapping.uses().refresh();
        }
        return mine;
    }

    private <T> T existing(
            Entry entry,
            String name,
            String kind,
            boolean unrecoverable,
            int[] parameters,
            Function<? super Memory, T> layout) {
        int[] recorded = entry.parameters();
        String described = describe(name, entry.kind(), recorded);
        boolean otherParameters =
                recorded.length != 0 && parameters.length != 0 && !Arrays.equals(recorded, parameters);
        if (kind != null && (otherParameters || !kind.equals(entry.kind()))) {
            throw otherKind(described, describe(name, kind, parameters));
        }
        View view = mapping.view(described);
        mapping.uses().add(entry.index(), view);
        Extent extent = new Extent(view, entry, described, false, unrecoverable, entry.start(), entry.end());
        T object = layout.apply(extent);
        int drawn = extent.seal();
        if (otherParameters || !kindOf(object).equals(entry.kind())) {
            throw otherKind(described, describe(name, kindOf(object), parameters));
        }
        if (drawn != entry.length()) {
            throw otherKind(described + " of " + entry.length() + " bytes", "one of " + drawn);
        }
        if (entry.shape() != 0 && entry.shape() != extent.shape()) {
            throw otherKind(described, "one of the same size, but with other words or payload areas");
        }
        return object;
    }

    /** Makes an object in the first gap in which there is room; null if there is none and the caller tries again. */
    private <T> T made(
            Entry entry,
            byte[] nameBytes,
            String name,
            String kind,
            boolean unrecoverable,
            int[] parameters,
            Function<? super Memory, T> layout,
            boolean last) {
        String described = describe(name, kind == null ? "new object" : kind, parameters);
        List<Entry> taken = new ArrayList<>(entries(Format.READY));
        taken.addAll(entries(Format.REMOVED));
        taken.sort(Comparator.comparingInt(Entry::start));
        int start = Format.OBJECTS;
        for (int i = 0; i <= taken.size(); i++) {
            boolean behindAll = i == taken.size();
            int end = behindAll ? segment.buffer().limit() : taken.get(i).start();
            if (start < end || behindAll) {
                View view = mapping.view(described);
                Extent extent = new Extent(view, entry, described, true, unrecoverable, start, end);
                try {
                    T object = layout.apply(extent);
                    int length = extent.seal();
                    String made = kind == null ? kindOf(object) : kind;
                    entry.write(nameBytes, made, extent.shape(), start, length, parameters);
                    mapping.uses().add(entry.index(), view);
                    entry.setState(Format.READY);
                    return object;
                } catch (RuntimeException e) {
                    if (!extent.isExhausted() || behindAll && last) {
                        throw e;
                    }
                }
            }
            start = behindAll ? start : Math.max(start, lineBehind(taken.get(i).end()));
        }
        return null;
    }

    private SegmentException otherKind(String is, String wanted) {
        return new SegmentException(
                mapping.name(), SegmentException.Reason.OTHER_KIND, "it hosts " + is + "; asked for " + wanted);
    }

    private static int lineBehind(int end) {
        return (int) Math.min((long) end + Format.LINE - 1 & -Format.LINE, Integer.MAX_VALUE);
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
        String type = object.getClass().getName();
        return type.startsWith("dev.interlock.") ? type.substring(type.lastIndexOf('.') + 1) : type;
    }

    private static String describe(String name, String kind, int... parameters) {
        StringBuilder list = new StringBuilder();
        for (int parameter : parameters) {
            list.append(list.length() == 0 ? "(" : ", ").append(parameter);
        }
        return "'" + name + "', a " + kind + (list.length() == 0 ? "" : list + ")");
    }
}
