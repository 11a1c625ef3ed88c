package dev.interlock.shared;

import dev.interlock.mailbox.PostOffice;
import dev.interlock.memory.Memory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what the words of objects say, by FORMAT.md, without taking part: it writes nothing, and holds no lock. */
final class Inspector {
    /** Reads an object of one kind. */
    private interface Kind {
        void read(Words words, Status status, int... parameters);
    }

    private static final int PARTY = (1 << Memory.PARTY_BITS) - 1;
    private static final int MOST_HOLDERS = 16;

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("Mutex", (words, status, parameters) -> mutex(words, status)),
            Map.entry("ReentrantMutex", (words, status, parameters) -> {
                mutex(words, status);
                status.state += status.holders.isEmpty() ? "" : " " + words.at(4) + " times";
            }),
            Map.entry("ReadWriteMutex", Inspector::readWriteMutex),
            Map.entry("MutexCondition", (words, status, parameters) -> {
                status.waiters((words.at(0) & 1) != 0);
                status.state = "condition";
            }),
            Map.entry("CountingSemaphore", (words, status, parameters) -> {
                status.state = words.at(0) + " permits";
                status.waiters(parameters.length == 1 && sleeps(words.at(8)));
            }),
            Map.entry("BinarySemaphore", (words, status, parameters) -> {
                int taker = words.at(0);
                status.state = taker == 0 ? "1 permit" : "0 permits";
                status.waiters(sleeps(words.at(4)));
                if (taker != 0 && taker != -1) {
                    status.holder(taker);
                }
            }),
            Map.entry("PermitPool", Inspector::permitPool),
            Map.entry("CentralBarrier", Inspector::centralBarrier),
            Map.entry("MessageRing", Inspector::ring),
            Map.entry("RingMailbox", Inspector::ring),
            Map.entry("UnboundedMailbox", Inspector::postMailbox),
            Map.entry("RendezvousMailbox", Inspector::postMailbox),
            Map.entry("PostOffice", Inspector::postOffice),
            Map.entry("TasLock", (words, status, parameters) -> spinLock(words, status)),
            Map.entry("TtasLock", (words, status, parameters) -> spinLock(words, status)),
            Map.entry("BackoffLock", (words, status, parameters) -> spinLock(words, status)));

    private final Mapping mapping;

    Inspector(Mapping mapping) {
        this.mapping = mapping;
    }

    List<HostedObject> describe() {
        List<HostedObject> objects = new ArrayList<>();
        for (int i = 0; i < Format.ENTRIES; i++) {
            Entry entry = new Entry(mapping.segment(), i);
            try {
                if (entry.state() == Format.READY) {
                    objects.add(describe(entry));
                }
            } catch (SegmentException e) {
                if (e.reason() != SegmentException.Reason.CORRUPTED) {
                    throw e;
                }
                objects.add(new HostedObject(
                        entry.name(), entry.kind(), List.of(), 0, e.getMessage(), List.of(), false, -1, -1, 0));
            }
        }
        return objects;
    }

    private HostedObject describe(Entry entry) {
        Status status = new Status();
        List<Integer> parameters = new ArrayList<>();
        for (int parameter : entry.parameters()) {
            parameters.add(parameter);
        }
        Kind kind = KINDS.get(entry.kind());
        if (kind != null) {
            Words words = new Words(mapping.segment().buffer(), entry.start(), entry.length());
            try {
                kind.read(words, status, entry.parameters());
            } catch (IndexOutOfBoundsException e) {
                status.state = "corrupted: " + e.getMessage();
            }
        }
        List<HostedObject.Holder> holders = new ArrayList<>();
        for (int party : status.holders) {
            if (holders.size() < MOST_HOLDERS) {
                holders.add(holder(party));
            }
        }
        return new HostedObject(
                entry.name(),
                entry.kind(),
                parameters,
                entry.length(),
                status.state,
                holders,
                status.waiting,
                status.used,
                status.capacity,
                entry.deaths());
    }

    private HostedObject.Holder holder(int party) {
        int slot = Slots.slotOf(party);
        int pid = mapping.slots().pid(slot);
        return new HostedObject.Holder(
                slot, Slots.numberOf(party), Integer.toUnsignedLong(pid), mapping.isAlive(party));
    }

    private static void mutex(Words words, Status status) {
        int state = words.at(0);
        status.state = (state & PARTY) == 0 ? "free" : "held";
        status.state += (state & 1 << 30) == 0 ? "" : ", an owner died";
        status.waiters((state & (1 << 31 | 1 << 29)) != 0);
        status.holder(state & PARTY);
    }

    private static void spinLock(Words words, Status status) {
        int state = words.at(0);
        status.state = (state & PARTY) == 0 ? "free" : "held";
        status.state += (state & 1 << 29) == 0 ? "" : ", an owner died";
        status.holder(state & PARTY);
    }

    private static void readWriteMutex(Words words, Status status, int... parameters) {
        mutex(words, status);
        int readers = 0;
        for (int place = 64; place < words.length; place += Format.LINE) {
            int reader = words.at(place);
            status.holder(reader);
            readers += reader == 0 ? 0 : 1;
        }
        status.state += ", " + readers + " readers";
        status.waiters(sleeps(words.at(4)) || sleeps(words.at(8)));
        status.fill(readers, (words.length - 64 + Format.LINE - 1) / Format.LINE);
    }

    private static void permitPool(Words words, Status status, int... parameters) {
        int taken = 0;
        for (int owner = 4; owner < words.length; owner += Integer.BYTES) {
            status.holder(words.at(owner));
            taken += words.at(owner) == 0 ? 0 : 1;
        }
        int permits = words.length / Integer.BYTES - 1;
        status.state = permits - taken + " permits";
        status.waiters(sleeps(words.at(0)));
        status.fill(taken, permits);
    }

    private static void centralBarrier(Words words, Status status, int... parameters) {
        long epoch = words.longAt(0);
        int parties = (words.length - 64) / (2 * Long.BYTES);
        int first = 64 + ((int) epoch & 1) * parties * Long.BYTES;
        int arrived = 0;
        for (int i = 0; i < parties; i++) {
            long place = words.longAt(first + i * Long.BYTES);
            if ((int) (place >>> 32) == (int) epoch) {
                status.holder((int) place);
                arrived++;
            }
        }
        status.state = ((epoch & 1L << 32) != 0 ? "broken, round " : "round ") + Integer.toUnsignedString((int) epoch);
        status.waiters(sleeps(words.at(8)));
        status.fill(arrived, parties);
    }

    private static void ring(Words words, Status status, int... parameters) {
        if (parameters.length != 2 || parameters[0] < 1 || parameters[1] < 0) {
            throw new IndexOutOfBoundsException("its parameters are no measures");
        }
        int[] phases = new int[8];
        long stride = 16L + parameters[1] + Format.LINE - 1 & -Format.LINE;
        for (int i = 0; i < parameters[0]; i++) {
            long state = words.longAt(192 + i * stride);
            int phase = (int) state >>> Memory.PARTY_BITS;
            phases[phase]++;
            if (phase == 1 || phase == 3) {
                status.holder((int) state & PARTY);
            }
        }
        status.state = (words.at(0) == 0 ? "open" : "closed") + ", " + phases[1] + " claimed, " + phases[2]
                + " published, " + phases[3] + " being read"
                + (words.at(12) == 0 ? "" : ", " + Integer.toUnsignedString(words.at(12)) + " recovered");
        status.waiters(sleeps(words.at(4)) || sleeps(words.at(8)));
        status.fill(parameters[0] - phases[0], parameters[0]);
    }

    private static void postMailbox(Words words, Status status, int... parameters) {
        requireMeasures(2, parameters);
        int phase = (int) words.longAt(64) >>> Memory.PARTY_BITS;
        status.state = phase == 1 ? "open, " : "closed, ";
        post(words, status, 1, 64, parameters[0], 0, parameters[1]);
    }

    private static void postOffice(Words words, Status status, int... parameters) {
        requireMeasures(3, parameters);
        int open = 0;
        int closed = 0;
        for (int i = 0; i < parameters[0]; i++) {
            int state = (int) words.longAt(64 + 128L * i);
            open += state >>> Memory.PARTY_BITS == 1 ? 1 : 0;
            closed += state >>> Memory.PARTY_BITS == 2 ? 1 : 0;
            status.holder(state & PARTY);
        }
        status.state = open + " open, " + closed + " closed, ";
        post(words, status, parameters[0], 128, parameters[1], PostOffice.NAME_BYTES, parameters[2]);
    }

    private static void requireMeasures(int count, int... parameters) {
        boolean measures = parameters.length == count && parameters[count - 1] >= 0;
        for (int i = 0; measures && i < count - 1; i++) {
            measures = parameters[i] > 0;
        }
        if (!measures) {
            throw new IndexOutOfBoundsException("its parameters are no measures");
        }
    }

    private static void post(
            Words words, Status status, int boxes, int boxStride, int letters, int nameBytes, int maxLength) {
        status.holder(words.at(8) & PARTY);
        status.waiters(sleeps(words.at(12)));
        for (int i = 0; i < boxes; i++) {
            status.waiters(sleeps(words.at(72 + (long) boxStride * i)));
        }
        int[] phases = new int[8];
        long stride = 40L + nameBytes + maxLength + 7 & -8;
        for (int i = 0; i < letters; i++) {
            int state = (int) words.longAt(64 + (long) boxStride * boxes + stride * i);
            int phase = state >>> Memory.PARTY_BITS;
            phases[phase]++;
            if (phase >= 2 && phase <= 4) {
                status.holder(state & PARTY);
            }
        }
        int recovered = words.at(20);
        status.state +=
                phases[1] + phases[5] + " sent, " + phases[2] + " offered, " + phases[3] + " taken, " + phases[4]
                        + " wanted" + (recovered == 0 ? "" : ", " + Integer.toUnsignedString(recovered) + " recovered");
        status.fill(letters - phases[0], letters);
    }

    private static boolean sleeps(int eventCount) {
        return (eventCount & 3) != 0;
    }

    /** An object's words, by their offsets in it. */
    private static final class Words {
        private final ByteBuffer buffer;
        private final int start;
        final int length;

        Words(ByteBuffer buffer, int start, int length) {
            this.buffer = buffer;
            this.start = start;
            this.length = length;
        }

        int at(long offset) {
            return buffer.getInt(checked(offset, Integer.BYTES));
        }

        long longAt(long offset) {
            return buffer.getLong(checked(offset, Long.BYTES));
        }

        private int checked(long offset, int size) {
            if (offset < 0 || offset > length - size) {
                throw new IndexOutOfBoundsException("no word at " + offset + " of " + length + " bytes");
            }
            return start + (int) offset;
        }
    }

    private static final class Status {
        final Set<Integer> holders = new LinkedHashSet<>();
        String state = "";
        boolean waiting;
        long used = -1;
        long capacity = -1;

        void holder(int party) {
            if (party != 0 && holders.size() < MOST_HOLDERS) {
                holders.add(party);
            }
        }

        void waiters(boolean some) {
            waiting |= some;
        }

        void fill(long used, long capacity) {
            this.used = used;
            this.capacity = capacity;
        }
    }
}
