/** Semaphores under stress. */
package dev.interlock.jcstress.semaphore;
