package dev.interlock.shared;

/**
 * Where things lie in a segment; {@code lib/shared/FORMAT.md} says it for other languages, and a test compares both.
 *
 * <p>All numbers are unsigned and in native byte order.
 */
final class Format {
    static final long MAGIC = 0x4b_43_4c_52_45_54_4e_49L; // "INTERLCK" in little-endian order
    static final int VERSION = 1;
    static final int BYTE_ORDER = 0x01020304;

    static final int MAGIC_AT = 0;
    static final int VERSION_AT = 8;
    static final int BYTE_ORDER_AT = 12;
    static final int SIZE_AT = 16;
    static final int SLOTS_AT = 24;
    static final int ENTRIES_AT = 28;

    static final int SLOTS = 1024;
    static final int SLOT_TABLE = 64;
    static final int SLOT_LENGTH = 16;
    static final int SLOT_PID = 0;
    static final int SLOT_BASE = 4;
    static final int SLOT_LAST = 8;

    static final int ENTRIES = 1024;
    static final int DIRECTORY = SLOT_TABLE + SLOTS * SLOT_LENGTH;
    static final int ENTRY_LENGTH = 384;
    static final int ENTRY_STATE = 0;
    static final int ENTRY_SHAPE = 4;
    static final int ENTRY_OFFSET = 8;
    static final int ENTRY_SIZE = 16;
    static final int ENTRY_PARAMETER_COUNT = 24;
    static final int ENTRY_PARAMETERS = 28;
    static final int ENTRY_DEATHS = 44;
    static final int ENTRY_LAST_DEAD = 48;
    static final int ENTRY_KIND = 64;
    static final int ENTRY_NAME = 160;
    static final int ENTRY_USERS = 256;
    static final int STRING_LENGTH = 96;
    static final int PARAMETERS = 4;

    /** States of an entry. */
    static final int FREE = 0;

    static final int READY = 1;
    static final int REMOVED = 2;

    static final int OBJECTS = DIRECTORY + ENTRIES * ENTRY_LENGTH;
    static final int LINE = 64;

    /** The byte whose lock guards creation and the directory; byte s belongs to slot s. */
    static final long DIRECTORY_BYTE = 0;

    /** How a party is named: slot above thread. */
    static final int THREAD_BITS = 19;

    /** The greatest base of a slot: it leaves half of the numbers to the threads of an opening. */
    static final int MAX_BASE = 1 << THREAD_BITS - 1;

    private Format() {}
}
