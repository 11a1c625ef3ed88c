/**
 * Runs a primitive, as shipped, under every interleaving of its word operations, and with a party killed at every step:
 * an {@link dev.interlock.explore.Exploration} finds what can go wrong, and prints the shortest way there.
 */
package dev.interlock.explore;
