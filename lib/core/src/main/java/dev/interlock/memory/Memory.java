package dev.interlock.memory;

/** Where words live. */
public abstract class Memory {
    /** For subclasses. */
    protected Memory() {}
}
