package dev.interlock.shared;

/** When the JVM says that mapped memory is not there any more. */
final class BusErrors {
    /* Implementation notes
     * HotSpot turns the bus error of an access into an InternalError. It throws that when the thread next leaves the JVM's
     * runtime for Java code, which may be much later, and anywhere.
     */
    private static volatile int one = 1; // a compiler would make arrays of known lengths itself

    private BusErrors() {}

    /** Throws the InternalError now, if there is one to be thrown. */
    static void deliver() {
        int length = one;
        if (new byte[length][length].length != length) { // entered the runtime, which makes arrays of arrays
            throw new AssertionError(length);
        }
    }

    /** Does what must be done, whatever was before: no late InternalError ends it half-way. */
    static void surely(Runnable action) {
        try {
            deliver();
        } catch (InternalError e) {
            // It is of an access before, whose caller is answered, or will be by the next one.
        }
        action.run();
    }
}
