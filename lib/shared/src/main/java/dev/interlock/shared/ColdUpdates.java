package dev.interlock.shared;

/** One kind of atomic update, which the JVM's interpreter may make the first few times. */
final class ColdUpdates {
    /* Implementation notes
     * Bus error  of an atomic update that HotSpot's interpreter makes: ends the JVM (17 to 25), while that of reads, writes, and
     *            compiled updates leads to an InternalError. So a read goes before each update. As long as the update may be
     *            interpreted, that error is delivered in between; once both are compiled, the value of the read is used by
     *            nobody, and it is left out.
     * Left open  truncation between the read and an interpreted update, a few microseconds; an update that is interpreted
     *            again after so many, because its compiled code was given up.
     */
    private static final int CALLS = 1 << 16; // the JVM compiles what is called some hundred times

    private int left = System.getProperty("java.vm.info", "").contains("interpreted") ? Integer.MAX_VALUE : CALLS;

    /** After the read. The count is plain: it need not be exact. */
    void next() {
        if (left > 0) {
            left--;
            BusErrors.deliver();
        }
    }
}
