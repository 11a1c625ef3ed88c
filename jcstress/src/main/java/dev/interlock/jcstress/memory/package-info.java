/** Words and event counts, what everything else waits on, under stress. */
package dev.interlock.jcstress.memory;
