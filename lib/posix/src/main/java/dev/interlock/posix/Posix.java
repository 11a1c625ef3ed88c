package dev.interlock.posix;

/** Placeholder. */
public final class Posix {
    private Posix() {}
}
