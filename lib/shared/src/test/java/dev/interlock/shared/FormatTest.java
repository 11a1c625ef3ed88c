package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.buffer.MessageRing;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import dev.interlock.spin.AndersonLock;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.LockVariable;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.StrictAlternation;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TicketLock;
import dev.interlock.spin.TtasLock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** FORMAT.md is true: a segment is read here by its tables, and by nothing that the code knows. */
class FormatTest {
    private static final Pattern FIELD = Pattern.compile("`(.+)`");
    private static final Pattern BITS = Pattern.compile("(\\d+)(?: to (\\d+))?");

    private final String name = TestSegments.unique();
    private final Map<String, Map<String, Row>> sections = new LinkedHashMap<>();
    private final Map<String, Map<String, int[]>> bits = new HashMap<>();

    /** A row of a table of fields. */
    private record Row(String offset, String type, String count, String initial) {
        int at() {
            return Integer.parseInt(offset);
        }
    }

    FormatTest() throws Exception {
        String section = "";
        for (String line : Files.readAllLines(Path.of("FORMAT.md"))) {
            if (line.startsWith("## ")) {
                section = line.substring(3).strip();
                sections.put(section, new LinkedHashMap<>());
                bits.put(section, new HashMap<>());
            }
            String[] cells = line.split("\\|", -1);
            for (int i = 0; i < cells.length; i++) {
                cells[i] = cells[i].strip();
            }
            if (cells.length == 6 && FIELD.matcher(cells[3]).matches()) {
                sections.get(section).put(unquoted(cells[3]), new Row(cells[1], cells[2], "", cells[4]));
            } else if (cells.length == 7 && FIELD.matcher(cells[4]).matches()) {
                sections.get(section).put(unquoted(cells[4]), new Row(cells[1], cells[2], cells[3], cells[5]));
            } else if (cells.length == 4) {
                Matcher range = BITS.matcher(cells[1]);
                if (range.matches()) {
                    int low = Integer.parseInt(range.group(1));
                    int high = range.group(2) == null ? low : Integer.parseInt(range.group(2));
                    bits.get(section).put(cells[2].split("[:,]")[0], new int[] {low, high});
                }
            }
        }
    }

    private static String unquoted(String cell) {
        return cell.replace("`", "");
    }

    @AfterEach
    void remove() {
        TestSegments.remove(name);
    }

    private Row row(String section, String field) {
        Row row = sections.get(section).get(field);
        assertNotNull(row, section + ": " + field);
        return row;
    }

    private int at(String section, String field) {
        return row(section, field).at();
    }

    private int bits(String section, String field, int word) {
        int[] range = bits.get(section).get(field);
        assertNotNull(range, section + ": " + field);
        return (int) (Integer.toUnsignedLong(word) >>> range[0] & (1L << range[1] - range[0] + 1) - 1);
    }

    private ByteBuffer bytes() throws Exception {
        return ByteBuffer.wrap(Files.readAllBytes(Path.of("/dev/shm" + name))).order(ByteOrder.nativeOrder());
    }

    private static String string(ByteBuffer bytes, int at, int length) {
        byte[] string = new byte[length];
        bytes.get(at, string);
        return new String(string, StandardCharsets.UTF_8).replace("\0", "");
    }

    private static int sizeOf(Row row) {
        return Integer.parseInt(row.type.split(" ")[0]);
    }

    /** The entry of an object. */
    private int entry(ByteBuffer bytes, String object) {
        int length = sizeOf(row("Segment", "directory"));
        for (int i = 0; i < bytes.getInt(at("Segment", "entries")); i++) {
            int entry = at("Segment", "directory") + i * length;
            Row field = row("Entry", "name");
            if (bytes.getInt(entry + at("Entry", "state")) == 1
                    && string(bytes, entry + field.at(), sizeOf(field)).equals(object)) {
                return entry;
            }
        }
        throw new AssertionError("no " + object);
    }

    @Test
    void aSegmentIsReadByTheDocumentAlone() throws Exception {
        try (Segment segment = Segment.open(name)) {
            segment.mutex("grüße").lock();
            segment.semaphore("semaphore", 5).acquire(2);
            MessageRing ring = segment.ring("ring", 4, 20);
            for (int i = 0; i < 5; i++) {
                try (MessageRing.Claim claim = ring.claim(3)) {
                    claim.buffer().put(new byte[] {1, 2, (byte) i});
                    claim.publish();
                }
                if (i == 0) {
                    ring.read().close();
                }
            }
            ByteBuffer bytes = bytes();
            assertEquals(0x4b434c5245544e49L, bytes.getLong(at("Segment", "magic")));
            assertEquals(1, bytes.getInt(at("Segment", "version")));
            assertEquals(0x01020304, bytes.getInt(at("Segment", "byte order")));
            assertEquals(bytes.capacity(), bytes.getLong(at("Segment", "size")));

            int entry = entry(bytes, "grüße");
            Row kind = row("Entry", "kind");
            assertEquals("Mutex", string(bytes, entry + kind.at(), sizeOf(kind)));
            int start = (int) bytes.getLong(entry + at("Entry", "offset"));
            int word = bytes.getInt(start + at("Mutex", "word"));
            int owner = bits("Mutex", "owner", word);
            assertEquals(0, bits("Mutex", "woken", word) + bits("Mutex", "owner died", word));
            int slot = bits("Slot", "slot", owner);
            int slotEntry = at("Segment", "slot table") + slot * sizeOf(row("Segment", "slot table"));
            assertEquals(ProcessHandle.current().pid(), bytes.getInt(slotEntry + at("Slot", "pid")));
            int number = bits("Slot", "number", owner);
            assertTrue(number > bytes.getInt(slotEntry + at("Slot", "base")));
            assertTrue(number <= bytes.getInt(slotEntry + at("Slot", "last")));
            assertEquals(1 << slot % 32, bytes.getInt(entry + at("Entry", "users") + slot / 32 * 4));

            entry = entry(bytes, "semaphore");
            start = (int) bytes.getLong(entry + at("Entry", "offset"));
            assertEquals(3, bytes.getInt(start + at("CountingSemaphore", "permits")));
            assertEquals(1, bytes.getInt(entry + at("Entry", "parameter count")));
            assertEquals(5, bytes.getInt(entry + at("Entry", "parameters")));

            entry = entry(bytes, "ring");
            start = (int) bytes.getLong(entry + at("Entry", "offset"));
            Map<String, Long> variables =
                    Map.of("capacity", 4L, "stride", 64L, "i", 0L); // slot 0 holds position 4, the fifth message
            long state = bytes.getLong(start + (int) value(row("MessageRing", "state").offset, variables));
            assertEquals(4, state >>> 32);
            assertEquals(2, (int) state >>> 29, "published");
            assertEquals(owner, (int) state & (1 << 29) - 1);
            assertEquals(3, bytes.getInt(start + (int) value(row("MessageRing", "length").offset, variables)));
            int payload = start + (int) value(row("MessageRing", "payload").offset, variables);
            assertEquals(4, bytes.get(payload + 2));
        }
    }

    @Test
    void everyKindIsDrawnAsWritten() {
        check("Mutex", Mutex::new);
        check("ReentrantMutex", ReentrantMutex::new);
        Mutex mutex = new Mutex();
        check("MutexCondition", memory -> new MutexCondition(memory, mutex));
        check("ReadWriteMutex", memory -> new ReadWriteMutex(memory, 3), "readers", 3);
        check("CountingSemaphore", memory -> new CountingSemaphore(memory, 7), "permits", 7);
        check(
                "CountingSemaphore, FIFO",
                memory -> new CountingSemaphore(memory, 7, 3, WaitStrategy.ADAPTIVE),
                "permits",
                7,
                "length",
                3);
        check("BinarySemaphore", memory -> new BinarySemaphore(memory, true), "taker", 0);
        check("BinarySemaphore", memory -> new BinarySemaphore(memory, false), "taker", 0xffffffffL);
        check("PermitPool", memory -> new PermitPool(memory, 5), "permits", 5);
        check("MessageRing", memory -> new MessageRing(memory, 8, 100), "capacity", 8, "stride", 128);
        check("MessageRing", memory -> new MessageRing(memory, 1, 0), "capacity", 1, "stride", 64);
        check("MessageRing", memory -> new RingMailbox<>(memory, Codec.bytes(), 3, 48), "capacity", 4, "stride", 64);
        check(
                "Post",
                memory -> new UnboundedMailbox<>(memory, Codec.bytes(), 3, 5),
                "boxes",
                1,
                "boxstride",
                64,
                "name",
                0,
                "letters",
                3,
                "stride",
                48);
        check(
                "Post",
                memory -> new RendezvousMailbox<>(memory, Codec.bytes(), 1, 8),
                "boxes",
                1,
                "boxstride",
                64,
                "name",
                0,
                "letters",
                1,
                "stride",
                48);
        check(
                "Post",
                memory -> new PostOffice<>(memory, Codec.bytes(), 2, 3, 9),
                "boxes",
                2,
                "boxstride",
                128,
                "name",
                48,
                "letters",
                3,
                "stride",
                104);
        check("CentralBarrier", memory -> new CentralBarrier(memory, 3), "parties", 3);
        check(
                "DisseminationBarrier",
                memory -> new DisseminationBarrier(memory, 5),
                "parties",
                5,
                "steps",
                3,
                "stride",
                64);
        check("Rendezvous", Rendezvous::new);
        check("TasLock", TasLock::new);
        check("TasLock", TtasLock::new);
        check("TasLock", BackoffLock::new);
        check("TurnstileBarrier", memory -> new TurnstileBarrier(memory, 3), "parties", 3);
        check("TournamentBarrier", memory -> new TournamentBarrier(memory, 2), "parties", 2);
        check("PetersonLock", PetersonLock::new);
        check("FilterLock", memory -> new FilterLock(memory, 3), "parties", 3);
        check("BakeryLock", memory -> new BakeryLock(memory, 3), "parties", 3);
        check("StrictAlternation", StrictAlternation::new);
        check("TicketLock", TicketLock::new);
        check("AndersonLock", memory -> new AndersonLock(memory, 3), "slots", 4);
        check("LockVariable", LockVariable::new);
    }

    private void check(String kind, Function<Memory, ?> layout, Object... variables) {
        Recorder recorder = new Recorder();
        layout.apply(recorder);
        Map<String, Long> known = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            known.put((String) variables[i], ((Number) variables[i + 1]).longValue());
        }
        Map<Long, String> written = new TreeMap<>();
        for (Row row : sections.get(kind).values()) {
            List<Long> counts = new ArrayList<>(List.of(1L, 1L));
            String[] parts = row.count.isEmpty() ? new String[0] : row.count.split(", ");
            for (int i = 0; i < parts.length; i++) {
                counts.set(i, value(parts[i], known));
            }
            for (long i = 0; i < counts.get(0); i++) {
                for (long j = 0; j < counts.get(1); j++) {
                    known.put("i", i);
                    known.put("j", j);
                    String initial = row.initial.isEmpty() ? "" : " = " + value(row.initial, known);
                    written.put(value(row.offset, known), row.type + initial);
                }
            }
        }
        Map<Long, String> drawn = new TreeMap<>(recorder.drawn);
        for (Map.Entry<Long, String> field : written.entrySet()) {
            if (!field.getValue().contains("=") && drawn.containsKey(field.getKey())) {
                drawn.computeIfPresent(field.getKey(), (at, value) -> value.replaceAll(" = .*", ""));
            }
        }
        assertEquals(written.toString(), drawn.toString(), kind);
    }

    /** The value of a sum of products, such as {@code 64 + 8*parties*i}. */
    private static long value(String expression, Map<String, Long> variables) {
        long sum = 0;
        for (String term : expression.split(" \\+ ")) {
            long product = 1;
            for (String factor : term.split("\\*")) {
                Long known = variables.get(factor);
                product *= known != null ? known : Long.parseUnsignedLong(factor);
            }
            sum += product;
        }
        return sum;
    }

    /** Notes what a constructor draws. */
    private static final class Recorder extends Memory {
        final Map<Long, String> drawn = new HashMap<>();
        private int end;

        private long draw(int length, int alignment) {
            int at = end + alignment - 1 & -alignment;
            end = at + length;
            return at;
        }

        @Override
        public Word word(int initial) {
            drawn.put(draw(Integer.BYTES, Integer.BYTES), "u32 = " + Integer.toUnsignedLong(initial));
            return heap().word(initial);
        }

        @Override
        public LongWord longWord(long initial) {
            drawn.put(draw(Long.BYTES, Long.BYTES), "u64 = " + initial);
            return heap().longWord(initial);
        }

        @Override
        public ByteBuffer bytes(int length) {
            drawn.put(draw(length, Long.BYTES), "bytes");
            return heap().bytes(length);
        }

        @Override
        public Memory newLine() {
            draw(0, 64);
            return this;
        }

        @Override
        public int self() {
            return 1;
        }

        @Override
        public boolean isAlive(int party) {
            return true;
        }

        @Override
        public void pause() {
            Thread.onSpinWait();
        }
    }
}
