/**
 * Segments of POSIX shared memory that host the primitives of {@code dev.interlock.core}, by name, for several processes.
 *
 * <p>The format of a segment is published in {@code FORMAT.md} beside this module's sources.
 */
package dev.interlock.shared;
