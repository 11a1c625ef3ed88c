/** Barriers under stress. */
package dev.interlock.jcstress.barrier;
