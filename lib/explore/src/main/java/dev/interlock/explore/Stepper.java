package dev.interlock.explore;

/** Answers the operations of an {@link ExploredMemory}. */
interface Stepper {
    /**
     * Takes an operation.
     *
     * @return its result: a value, 1 or 0 for true and false, or 0 for none
     */
    long step(Op.Kind kind, int cell, long a, long b);
}
