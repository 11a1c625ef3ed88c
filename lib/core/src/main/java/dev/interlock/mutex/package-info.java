/** Locks that put the waiting party to sleep: one party, or one kind of party, is inside at a time. */
package dev.interlock.mutex;
