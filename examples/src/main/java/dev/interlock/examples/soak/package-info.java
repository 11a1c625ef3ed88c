/**
 * The soak: processes that use every shared primitive at once while they are killed and stopped at random.
 *
 * <p>{@link dev.interlock.examples.soak.Soak} starts the workers, kills them, and checks; each worker does every {@code
 * Duty} in a thread of its own. A new primitive is added as a duty in {@code Duties}.
 */
package dev.interlock.examples.soak;
