package dev.interlock.posix;

/** The signals of Linux that have a name, with their numbers on x86-64 and aarch64: signal(7). */
public enum Signal {
    /** Hang-up; ends a process unless handled. Starts the orderly end of a JVM. */
    HUP(1),
    /** Interrupt from the keyboard. Starts the orderly end of a JVM. */
    INT(2),
    /** Quit from the keyboard. A JVM prints its threads. */
    QUIT(3),
    /** Illegal instruction. */
    ILL(4),
    /** Trap of a debugger. */
    TRAP(5),
    /** Abnormal end, with a core dump. */
    ABRT(6),
    /** Access to memory that has no backing. */
    BUS(7),
    /** Arithmetic error. */
    FPE(8),
    /** Ends a process at once; cannot be handled. */
    KILL(9),
    /** For the application. */
    USR1(10),
    /** Access to memory that is not mapped. */
    SEGV(11),
    /** For the application in C; a JVM suspends its threads by it. */
    USR2(12),
    /** A pipe without a reader was written. */
    PIPE(13),
    /** A timer ran out. */
    ALRM(14),
    /** Please end. Starts the orderly end of a JVM. */
    TERM(15),
    /** Unused in practice. */
    STKFLT(16),
    /** A child ended or stopped. */
    CHLD(17),
    /** Go on after a stop. */
    CONT(18),
    /** Stops a process; cannot be handled. */
    STOP(19),
    /** Stop from the keyboard. */
    TSTP(20),
    /** Read from the terminal in the background. */
    TTIN(21),
    /** Write to the terminal in the background. */
    TTOU(22),
    /** Urgent data on a socket. */
    URG(23),
    /** Limit of CPU time reached. */
    XCPU(24),
    /** Limit of file size reached. */
    XFSZ(25),
    /** A timer of CPU time ran out. */
    VTALRM(26),
    /** A timer of a profiler ran out. */
    PROF(27),
    /** The window of the terminal changed its size. */
    WINCH(28),
    /** Input or output is possible. */
    IO(29),
    /** The power fails. */
    PWR(30),
    /** Bad system call. */
    SYS(31);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /**
     * The number of the signal.
     *
     * @return 1 to 31
     */
    public int number() {
        return number;
    }
}
