package dev.interlock.shared;

/**
 * Where things lie in a segment. All numbers are unsigned and in native byte order.
 *
 * <pre>
 *       0  magic        8 bytes   "INTERLCK", written last: a segment without it is unfinished
 *       8  version      u32
 *      12  byte order   u32       0x01020304
 *      16  size         u64       of the whole segment, in bytes
 *      24  slots        u32       length of the slot table: 1024
 *      28  entries      u32       length of the directory: 1024
 *      32  reserved     32 bytes  zero
 *      64  slot table   1024 x u32
 *    4160  reserved     32 bytes  zero
 *    4192  directory    1024 x 256 bytes
 *  266336  objects
 *
 *  slot table, entry s (1 to 1023; 0 is not used): 0 if slot s was never used, else the pid of its last process: a hint for
 *  people. Process liveness is a lock on byte s of the segment; byte 0 is locked by whoever creates the segment or changes
 *  its directory.
 *
 *  directory entry:
 *       0  state        u32       0 free or unfinished, 1 ready: written last
 *       4  reserved     u32
 *       8  offset       u64       of the object in the segment, a multiple of 64
 *      16  length       u64       of the object
 *      24  parameter 1  u32       what the kind says: a capacity
 *      28  parameter 2  u32       what the kind says: the greatest length of a message
 *      32  reserved     32 bytes
 *      64  kind         96 bytes  UTF-8, padded with zeros
 *     160  name         96 bytes  UTF-8, padded with zeros
 * </pre>
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

    static final int ENTRIES = 1024;
    static final int DIRECTORY = 4192;
    static final int ENTRY_LENGTH = 256;
    static final int ENTRY_STATE = 0;
    static final int ENTRY_OFFSET = 8;
    static final int ENTRY_SIZE = 16;
    static final int ENTRY_PARAMETER_1 = 24;
    static final int ENTRY_PARAMETER_2 = 28;
    static final int ENTRY_KIND = 64;
    static final int ENTRY_NAME = 160;
    static final int STRING_LENGTH = 96;
    static final int READY = 1;

    static final int OBJECTS = DIRECTORY + ENTRIES * ENTRY_LENGTH;
    static final int LINE = 64;

    /** The byte whose lock guards creation and the directory; byte s belongs to slot s. */
    static final long DIRECTORY_BYTE = 0;

    /** How a party is named: slot above thread. */
    static final int THREAD_BITS = 19;

    private Format() {}
}
