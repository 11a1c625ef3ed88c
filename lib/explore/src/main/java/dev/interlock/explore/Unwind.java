package dev.interlock.explore;

/** Ends the run of a party's code where nothing more is known about it. An error, so that code is unlikely to catch it. */
final class Unwind extends Error {
    private static final long serialVersionUID = 1;

    Unwind() {
        super("the explorer unwinds this party: let it pass", null, false, false);
    }
}
