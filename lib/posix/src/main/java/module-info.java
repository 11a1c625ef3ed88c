/** A thin, typed binding of the POSIX facilities for interprocess communication. */
module dev.interlock.posix {
    requires com.sun.jna;

    exports dev.interlock.posix;
}
