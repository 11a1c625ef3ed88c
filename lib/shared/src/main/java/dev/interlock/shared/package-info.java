/**
 * Segments of POSIX shared memory that host the primitives of {@code dev.interlock.core}, by name, for several processes.
 */
package dev.interlock.shared;
