package dev.interlock.jcstress.generator;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the primitive that a factory method makes must keep under stress.
 *
 * <p>A method {@code tasLock} becomes a class {@code TasLockStress} in its package, with a nested stress test for each
 * property.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.SOURCE)
public @interface Keeps {
    /**
     * The properties: abstract classes with outcomes, and with actors of their own or inherited, whose constructor takes
     * what the method returns. A class without actors stands for the public ones nested in it.
     *
     * @return the classes
     */
    Class<?>[] value();
}
