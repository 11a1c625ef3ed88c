/** Runs a primitive under every interleaving of its word operations, and with a party killed at every step. */
module dev.interlock.explore {
    requires transitive dev.interlock.core;

    exports dev.interlock.explore;
}
