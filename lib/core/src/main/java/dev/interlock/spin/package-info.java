/** Locks whose waiters stay awake: the textbook algorithms, for critical sections shorter than a sleep. */
package dev.interlock.spin;
