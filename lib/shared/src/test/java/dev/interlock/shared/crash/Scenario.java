package dev.interlock.shared.crash;

import dev.interlock.memory.Memory;
import dev.interlock.shared.Segment;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * One operation of a primitive, at each step of which its party is killed, and what the survivor makes of it.
 *
 * <p>The survivor makes the object and {@linkplain #first prepares} it. The victim, another process, prepares its side, and
 * says so; another thread of the survivor may then begin something that {@linkplain #meanwhile waits} for the victim, and is
 * let sleep. Then the victim does the operation, and dies in it. If it sleeps in it, the survivor {@linkplain
 * #whenVictimSleeps does} something; if it spins, it lets the survivor do that before it goes on. At last the survivor says
 * what {@linkplain #outcome it finds}. All that it and its other thread say, unless it is empty, is the outcome.
 *
 * @param <T> the primitive
 */
final class Scenario<T> {
    private static final Set<String> IN_C = Set.of("Mutex", "CountingSemaphore", "MessageRing", "Segment");

    private final String primitive;
    private final String operation;
    private final Maker<T> maker;
    private Act<T> first = object -> {};
    private Act<T> victimFirst = object -> {};
    private Act<T> victim = object -> {};
    private Finding<T> meanwhile;
    private Finding<T> whenVictimSleeps;
    private Finding<T> outcome;
    private String c;
    private boolean onlyInC;

    Scenario(String primitive, String operation, Maker<T> maker) {
        this.primitive = primitive;
        this.operation = operation;
        this.maker = maker;
    }

    /** How the parties get at the object. */
    interface Maker<T> {
        T of(Segment segment, Steps steps);

        /** An object of the segment, of whose memory each operation is a step. */
        static <T> Maker<T> hosted(Function<? super Memory, T> layout, int... parameters) {
            return (segment, steps) -> segment.attachUnrecoverable(
                    Scenarios.OBJECT, memory -> layout.apply(new FatalMemory(memory, steps)), parameters);
        }
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

    /** Done in another thread, which waits before the operation begins. */
    Scenario<T> meanwhile(Finding<T> finding) {
        meanwhile = finding;
        return this;
    }

    /** Done when the victim waits for the first time, or at its end if it does not. */
    Scenario<T> whenVictimSleeps(Finding<T> finding) {
        whenVictimSleeps = finding;
        return this;
    }

    Scenario<T> outcome(Finding<T> finding) {
        outcome = finding;
        return this;
    }

    /** The operation as the C client knows it, if it knows the primitive. */
    Scenario<T> inC(String operationOfVictim) {
        c = operationOfVictim;
        return this;
    }

    /** The same of one that the Java side has in another form. */
    Scenario<T> onlyInC(String operationOfVictim) {
        onlyInC = true;
        return inC(operationOfVictim);
    }

    /** What the C program calls the operation. */
    String c() {
        return c;
    }

    boolean isDoneBy(boolean programInC) {
        return programInC ? c != null && IN_C.contains(primitive) : !onlyInC;
    }

    String primitive() {
        return primitive;
    }

    String operation() {
        return operation;
    }

    /** Whether nobody waits for anybody. */
    boolean isExact() {
        return whenVictimSleeps == null && meanwhile == null;
    }

    T make(Segment segment, Steps steps) {
        return maker.of(segment, steps);
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
