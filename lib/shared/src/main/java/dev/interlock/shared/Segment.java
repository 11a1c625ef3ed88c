package dev.interlock.shared;

/** Placeholder. */
public final class Segment {
    private Segment() {}
}
