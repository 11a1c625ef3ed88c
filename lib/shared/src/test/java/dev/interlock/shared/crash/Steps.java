package dev.interlock.shared.crash;

/** Who hears of the steps of a party. */
interface Steps {
    /** The calling thread is about to operate on a word or a byte. */
    void step();

    /** It is about to sleep on a word, if its value is the one expected. */
    void sleeps();

    /** It sleeps no more. */
    void wakes();

    /** It goes round once more in a loop. */
    void spins();
}
