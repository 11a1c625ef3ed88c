/** Writes the stress tests that differ in the primitive only: jcstress takes actors from concrete classes alone. */
package dev.interlock.jcstress.generator;
