package dev.interlock.shared.crash;

import dev.interlock.memory.Memory;
import java.util.Objects;
import java.util.function.Function;

/**
 * One operation of a primitive, at each step of which its party is killed, and what the survivor makes of it.
 *
 * <p>The survivor makes the object and {@linkplain #first prepares} it. The victim, another process, prepares its side, and
 * says so; another thread of the survivor may then begin something that {@linkplain #meanwhile waits} for the victim, and is
 * let sleep. Then the victim does the operation, and dies in it. If it sleeps in it, the survivor {@linkplain
 * #whenVictimSleeps does} something. At last it says what {@linkplain #outcome it finds}. All that it and its other thread
 * say, unless it is empty, is the outcome.
 *
 * @param <T> the primitive
 */
final class Scenario<T> {
    private final String primitive;
    private final String operation;
    private final Function<? super Memory, T> layout;
    private Act<T> first = object -> {};
    private Act<T> victimFirst = object -> {};
    private Act<T> victim = object -> {};
    private Finding<T> meanwhile;
    private Finding<T> whenVictimSleeps;
    private Finding<T> outcome;

    Scenario(String primitive, String operation, Function<? super Memory, T> layout) {
        this.primitive = primitive;
        this.operation = operation;
        this.layout = layout;
    }

    /** Something that a party does. */
    interface Act<T> {
        void on(T object) throws Exception;
    }

    /** What the survivor finds. */
    interface Finding<T> {
        String of(T object) throws Exception;
    }

    Scenario<T> first(Act<T> act) {
        first = act;
        return this;
    }

    Scenario<T> victimFirst(Act<T> act) {
        victimFirst = act;
        return this;
    }

    /** The operation. */
    Scenario<T> victim(Act<T> act) {
        victim = act;
        return this;
    }

    /** Done in another thread, which sleeps before the operation begins. */
    Scenario<T> meanwhile(Finding<T> finding) {
        meanwhile = finding;
        return this;
    }

    /** Done when the victim sleeps for the first time, or at its end if it does not. */
    Scenario<T> whenVictimSleeps(Finding<T> finding) {
        whenVictimSleeps = finding;
        return this;
    }

    /** Whether the number of steps depends on how long the victim sleeps. */
    boolean sleeps() {
        return whenVictimSleeps != null;
    }

    Scenario<T> outcome(Finding<T> finding) {
        outcome = finding;
        return this;
    }

    String primitive() {
        return primitive;
    }

    String operation() {
        return operation;
    }

    Function<? super Memory, T> layout() {
        return layout;
    }

    Act<T> first() {
        return first;
    }

    Act<T> victimFirst() {
        return victimFirst;
    }

    Act<T> victim() {
        return victim;
    }

    Finding<T> meanwhile() {
        return meanwhile;
    }

    Finding<T> whenVictimSleeps() {
        return whenVictimSleeps;
    }

    Finding<T> outcome() {
        return Objects.requireNonNull(outcome, () -> this + " finds nothing");
    }

    /** Which primitive and operation. */
    @Override
    public String toString() {
        return primitive + ": " + operation;
    }
}
