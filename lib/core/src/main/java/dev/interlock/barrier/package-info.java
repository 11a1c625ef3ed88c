/** Barriers: parties wait until all have arrived, and then go on together. */
package dev.interlock.barrier;
