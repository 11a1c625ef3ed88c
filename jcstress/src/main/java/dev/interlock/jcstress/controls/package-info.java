/** Controls: what is broken on purpose, and must be seen to fail. If one passes, the stress tests prove nothing. */
package dev.interlock.jcstress.controls;
