package dev.interlock.explore.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Section;
import dev.interlock.explore.Violation;
import dev.interlock.spin.LockVariable;
import org.junit.jupiter.api.Test;

/** Both parties see the lock free before either takes it. */
class LockVariableTest {
    private final Section section = new Section();

    @Test
    void bothPartiesEnter() {
        Violation violation = assertThrows(Violation.class, () -> Exploration.of(LockVariable::new)
                .party("left", section::run)
                .party("right", section::run)
                .run());
        assertEquals(Violation.Kind.MUTUAL_EXCLUSION, violation.kind());
        assertEquals("""
                mutual exclusion is violated: left and right are in the section
                step  left              right
                   1  get owner: 0
                   2                    get owner: 0
                   3  set owner 0 -> 1
                   4  enter section
                   5                    set owner 1 -> 2
                   6                    enter section
                      left is about to leave section
                      right is about to leave section
                schedule: left right left*2 right*2""", violation.getMessage());
    }
}
