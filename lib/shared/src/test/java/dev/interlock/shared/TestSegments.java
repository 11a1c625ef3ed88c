package dev.interlock.shared;

import dev.interlock.posix.PosixException;
import java.util.concurrent.atomic.AtomicInteger;

/** Names for segments that no other test, in this or another run, uses. */
final class TestSegments {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestSegments() {}

    static String unique() {
        return "/interlock-test-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
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
