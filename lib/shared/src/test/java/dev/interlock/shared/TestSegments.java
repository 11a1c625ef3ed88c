package dev.interlock.shared;

import dev.interlock.memory.Memory;
import dev.interlock.posix.Creation;
import dev.interlock.posix.PosixException;
import dev.interlock.posix.SharedMemory;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;

/** Names for segments that no other test, in this or another run, uses. */
final class TestSegments {
    private static final int SIZE = 1 << 22;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestSegments() {}

    static String unique() {
        return "/interlock-test-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    }

    /** Shared memory for one object, as a segment gives it; its name is gone already. */
    static Memory memory() {
        String name = unique();
        try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW)) {
            memory.resize(SIZE);
            SharedMemory.unlink(name);
            Mapping mapping = new Mapping(memory, memory.map().order(ByteOrder.nativeOrder()), 1, () -> {});
            return new Extent(mapping.view("object"), null, "object", true, true, Format.OBJECTS, SIZE);
        }
    }

    /** Unlinks, if the test has not done so. */
    static void remove(String name) {
        try {
            Segment.unlink(name);
        } catch (PosixException.NotFound e) {
            // gone already
        }
    }
}
