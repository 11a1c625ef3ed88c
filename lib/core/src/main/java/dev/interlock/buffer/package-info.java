/** Bounded buffers: producers put, consumers take, and each waits for the other when there is no room or nothing there. */
package dev.interlock.buffer;
