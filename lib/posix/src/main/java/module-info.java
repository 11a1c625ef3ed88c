/** A thin, typed binding of the POSIX facilities for interprocess communication. */
module dev.interlock.posix {
    requires com.sun.jna;
    requires jdk.unsupported; // sun.misc.Signal

    exports dev.interlock.posix;
}
