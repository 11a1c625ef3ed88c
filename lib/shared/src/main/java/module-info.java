/** The core primitives in POSIX shared memory, for processes. */
module dev.interlock.shared {
    requires transitive dev.interlock.core;
    requires transitive dev.interlock.posix;

    exports dev.interlock.shared;
}
