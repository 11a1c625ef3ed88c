package dev.interlock.shared;

import dev.interlock.memory.Memory;
import dev.interlock.posix.SharedMemory;
import java.util.BitSet;

/** Who has a segment open: a slot for each opening. Slots are taken under the lock of the directory. */
final class Slots {
    /* Implementation notes
     * State   of a slot: a lock on its byte, that the kernel drops when the opening is closed or its process dies, however it
     *         dies. base, last: the numbers of the threads of the slot's present opening are greater than base and at most
     *         last.
     * take    locks the byte, then sets base to last: a word that still names a party of an earlier opening names a number
     *         up to base, so it is known to be dead although the slot lives. A slot has numbers for 2^18 threads in all its
     *         openings together; one that has used them up is taken only when no word of any object names it, and
     *         begins anew. Payload is read as words there: it can only make a slot look named.
     * name    a thread's number is at most last before any word bears it.
     * isAlive looks at the lock before the base: so the dead may look alive for the moment in which their slot is taken
     *         again, and the living never look dead.
     * Death   after the lock, before base: the kernel frees the slot. Numbers are used up at most.
     */
    private final SharedMemory memory;
    private final View segment;

    Slots(SharedMemory memory, View segment) {
        this.memory = memory;
        this.segment = segment;
    }

    /** Takes a slot that nobody holds. */
    int occupy() {
        int slot = occupy(new BitSet(), false);
        if (slot == 0) {
            slot = occupy(named(), true);
        }
        if (slot == 0) {
            throw new SegmentException(
                    memory.name(),
                    SegmentException.Reason.NO_SLOT,
                    "all " + (Format.SLOTS - 1) + " slots are in use, or named by words of dead processes");
        }
        for (int i = 0; i < Format.ENTRIES; i++) {
            new Entry(segment, i).setUser(slot, false);
        }
        return slot;
    }

    private int occupy(BitSet refused, boolean anew) {
        for (int slot = 1; slot < Format.SLOTS; slot++) {
            SharedWord last = word(slot, Format.SLOT_LAST);
            boolean hasNumbers = Integer.compareUnsigned(last.getVolatile(), Format.MAX_BASE) <= 0;
            if ((anew ? !refused.get(slot) : hasNumbers) && lock(slot)) {
                if (anew) {
                    set(slot, Format.SLOT_LAST, 0);
                }
                set(slot, Format.SLOT_BASE, last.getVolatile());
                set(slot, Format.SLOT_PID, (int) ProcessHandle.current().pid());
                return slot;
            }
        }
        return 0;
    }

    /** Whether a process other than this opening holds the slot. */
    boolean isLockedByOther(int slot) {
        return slot != Format.DIRECTORY_BYTE && memory.fileLock().isLockedByOther(slot, 1);
    }

    int base(int slot) {
        return word(slot, Format.SLOT_BASE).getVolatile();
    }

    /** The process that last took the slot, as it names itself: a hint. */
    int pid(int slot) {
        return word(slot, Format.SLOT_PID).getOpaque();
    }

    /** Says that a number may be borne by words from now on. */
    void use(int slot, int number) {
        set(slot, Format.SLOT_LAST, number);
    }

    static int slotOf(int party) {
        return (party & (1 << Memory.PARTY_BITS) - 1) >>> Format.THREAD_BITS;
    }

    static int numberOf(int party) {
        return party & (1 << Format.THREAD_BITS) - 1;
    }

    private boolean lock(int slot) {
        segment.step();
        return memory.fileLock().tryLock(slot, 1, false);
    }

    private void set(int slot, int field, int value) {
        segment.step();
        word(slot, field).setVolatile(value);
    }

    private SharedWord word(int slot, int field) {
        return new SharedWord(segment, Format.SLOT_TABLE + slot * Format.SLOT_LENGTH + field);
    }

    /** The slots of which some word of an object may hold a party. */
    private BitSet named() {
        BitSet named = new BitSet(Format.SLOTS);
        for (int i = 0; i < Format.ENTRIES; i++) {
            Entry entry = new Entry(segment, i);
            if (entry.state() != Format.FREE) {
                int end = entry.end();
                for (int at = entry.start(); at + Integer.BYTES <= end; at += Integer.BYTES) {
                    named.set(slotOf(segment.buffer().getInt(at)));
                }
            }
        }
        return named;
    }
}
