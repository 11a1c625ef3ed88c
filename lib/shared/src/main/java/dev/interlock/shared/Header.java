package dev.interlock.shared;

import dev.interlock.posix.PosixException;
import dev.interlock.posix.SharedMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a segment begins. All under the lock of {@link Format#DIRECTORY_BYTE}, but for reading one that is finished. */
final class Header {
    private Header() {}

    /** Whether a creator has gone no further than to some of the header's fields, all else being zero. */
    static boolean isUnfinished(SharedMemory memory) {
        long size = memory.size();
        if (size < Format.SLOT_TABLE || size > Integer.MAX_VALUE) {
            return size == 0;
        }
        ByteBuffer buffer = memory.map(0, size).order(ByteOrder.nativeOrder());
        int[] written = {Format.VERSION, Format.BYTE_ORDER, (int) size, 0, Format.SLOTS, Format.ENTRIES};
        for (int i = 0; i < written.length; i++) {
            int field = buffer.getInt(Format.VERSION_AT + i * Integer.BYTES);
            if (field != 0 && field != written[i]) {
                return false;
            }
        }
        boolean zero = buffer.getLong(Format.MAGIC_AT) == 0;
        for (int i = Format.ENTRIES_AT + Integer.BYTES; i < size && zero; i++) {
            zero = buffer.get(i) == 0; // else it is somebody else's, that happens to begin with zeros
        }
        return zero;
    }

    /** Makes the memory a segment without objects; runs the step before each change. */
    static void write(SharedMemory memory, SegmentOptions options, Runnable step) {
        try {
            step.run();
            memory.resize(options.size());
            step.run();
            memory.reserve(options.size());
        } catch (RuntimeException e) {
            try {
                SharedMemory.unlink(memory.name());
            } catch (PosixException unlinked) {
                e.addSuppressed(unlinked);
            }
            throw e;
        }
        ByteBuffer header = memory.map(0, Format.OBJECTS).order(ByteOrder.nativeOrder());
        step.run();
        header.putInt(Format.VERSION_AT, Format.VERSION);
        step.run();
        header.putInt(Format.BYTE_ORDER_AT, Format.BYTE_ORDER);
        step.run();
        header.putLong(Format.SIZE_AT, options.size());
        step.run();
        header.putInt(Format.SLOTS_AT, Format.SLOTS);
        step.run();
        header.putInt(Format.ENTRIES_AT, Format.ENTRIES);
        step.run();
        new SharedLongWord(new Mapping(memory, header, 0, step).segment(), Format.MAGIC_AT)
                .setRelease(Format.MAGIC); // publishes the header
    }

    /** The bytes of a segment, if that is what the memory holds. */
    static ByteBuffer checked(SharedMemory memory) {
        String name = memory.name();
        long size = memory.size();
        if (size <= Format.OBJECTS) {
            throw new SegmentException(
                    name,
                    size < Long.BYTES || memory.map(0, Long.BYTES).getLong(Format.MAGIC_AT) != Format.MAGIC
                            ? SegmentException.Reason.NOT_A_SEGMENT
                            : SegmentException.Reason.TRUNCATED,
                    size + " bytes, less than a segment has");
        }
        ByteBuffer header = memory.map(0, Format.OBJECTS).order(ByteOrder.nativeOrder());
        if (header.getLong(Format.MAGIC_AT) != Format.MAGIC) {
            throw new SegmentException(name, SegmentException.Reason.NOT_A_SEGMENT, "not a segment: no magic");
        }
        int version = header.getInt(Format.VERSION_AT);
        if (header.getInt(Format.BYTE_ORDER_AT) != Format.BYTE_ORDER || version != Format.VERSION) {
            throw new SegmentException(
                    name,
                    SegmentException.Reason.OTHER_FORMAT,
                    "format version " + version + ", byte order "
                            + Integer.toHexString(header.getInt(Format.BYTE_ORDER_AT)) + "; this is version "
                            + Format.VERSION + ", " + Integer.toHexString(Format.BYTE_ORDER));
        }
        long declared = header.getLong(Format.SIZE_AT);
        if (header.getInt(Format.SLOTS_AT) != Format.SLOTS
                || header.getInt(Format.ENTRIES_AT) != Format.ENTRIES
                || declared <= Format.OBJECTS
                || declared > Integer.MAX_VALUE) {
            throw new SegmentException(name, SegmentException.Reason.CORRUPTED, "its header contradicts its version");
        }
        if (declared > size) {
            throw new SegmentException(
                    name, SegmentException.Reason.TRUNCATED, "truncated to " + size + " of " + declared + " bytes");
        }
        return memory.map(0, declared).order(ByteOrder.nativeOrder());
    }
}
