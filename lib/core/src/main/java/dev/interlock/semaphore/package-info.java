/** Dijkstra's semaphores: parties wait until there are permits. */
package dev.interlock.semaphore;
