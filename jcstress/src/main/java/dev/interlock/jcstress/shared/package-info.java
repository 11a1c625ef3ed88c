/** Primitives in shared memory under stress: the properties that they keep on the heap. */
package dev.interlock.jcstress.shared;
