package dev.interlock.posix;

/** Whether opening a named object makes it, finds it, or either. */
public enum Creation {
    /** Makes a new object, and fails if the name is taken. */
    CREATE_NEW,
    /** Finds an existing object, and fails if there is none. */
    OPEN,
    /** Finds the object or makes it. */
    OPEN_OR_CREATE
}
