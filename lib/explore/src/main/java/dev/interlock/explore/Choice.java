package dev.interlock.explore;

/** What happens to a party in one step of a schedule. */
enum Choice {
    /** It takes its next operation. */
    STEP(""),
    /** It dies. */
    DIE("dies"),
    /** The deadline of its sleep passes. */
    EXPIRE("expires"),
    /** It wakes for no reason. */
    STIR("stirs"),
    /** It begins no further round. */
    STOP("stops"),
    /** It goes round until it has spun for long enough, and leaves the loop by the first way out. */
    SPIN("spins"),
    /** The same, by the second way out. */
    SPIN_ON("spins-on"),
    /** It finds that time has passed. */
    LATER("later"),
    /** It is interrupted: before it takes its operation, or in its sleep. */
    INTERRUPT("interrupted");

    private static final Choice[] ALL = values();

    private final String word;

    Choice(String word) {
        this.word = word;
    }

    /** How a schedule spells it, after the party's name. */
    String word() {
        return word;
    }

    /** Whether a party that can do it is not stuck, unless it is by chance: it will, sooner or later. */
    boolean isProgress() {
        return this == STEP || this == EXPIRE || this == SPIN || this == SPIN_ON || this == LATER || this == STIR;
    }

    /** A step of a schedule in a byte. */
    static byte label(int party, Choice choice) {
        return (byte) (choice.ordinal() << 3 | party);
    }

    static int partyOf(int label) {
        return label & 7;
    }

    static Choice of(int label) {
        return ALL[label >>> 3];
    }
}
