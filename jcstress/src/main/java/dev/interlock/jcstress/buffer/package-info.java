/** Buffers and rings under stress. */
package dev.interlock.jcstress.buffer;
