package dev.interlock.shared;

import dev.interlock.posix.Creation;

/** Segments that tell before each change that they make, but for those of their objects. */
public final class SteppedSegment {
    private SteppedSegment() {}

    /**
     * Opens or creates a segment.
     *
     * @param name its name
     * @param step run by the calling thread before each change that it makes; other threads do not tell
     * @return the segment
     */
    public static Segment open(String name, Runnable step) {
        Thread thread = Thread.currentThread();
        return Segment.open(name, Creation.OPEN_OR_CREATE, SegmentOptions.DEFAULT, () -> {
            if (Thread.currentThread() == thread) {
                step.run();
            }
        });
    }
}
