package dev.interlock.explore.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.explore.Section;
import dev.interlock.explore.Violation;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import org.junit.jupiter.api.Test;

/** How to check an algorithm of your own: everything here is public. */
class OwnLockTest {
    /** The algorithm: all its state is in words that its constructor draws, and each round of a wait pauses. */
    private static final class DoorLock {
        private final Memory memory;
        private final Word owner;

        DoorLock(Memory memory) {
            this.memory = memory;
            this.owner = memory.word(0);
        }

        void lock() {
            while (!owner.compareAndSet(0, memory.self())) {
                memory.pause();
            }
        }

        /** As above, and takes the door over from an owner that has died. */
        void lockOrInherit() {
            for (; ; ) {
                int last = owner.getVolatile();
                if ((last == 0 || !memory.isAlive(last)) && owner.compareAndSet(last, memory.self())) {
                    return;
                }
                memory.pause();
            }
        }

        void unlock() {
            owner.setVolatile(0);
        }
    }

    private final Section section = new Section();

    private void pass() {
        section.enter();
        section.leave();
    }

    /** Two parties, twice each, in every order: one at a time, and nobody stuck. */
    @Test
    void oneAtATime() {
        Report report = Exploration.of(DoorLock::new)
                .party("left", DoorLock::lock, lock -> {
                    pass();
                    lock.unlock();
                })
                .party("right", DoorLock::lock, lock -> {
                    pass();
                    lock.unlock();
                })
                .rounds(2)
                .checkAtEnd("free", lock -> lock.owner.getVolatile() == 0)
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    /** With a death at any step, the door may stay shut. The schedule is the shortest; it can be run again. */
    @Test
    void doorOfADeadOwnerStaysShut() {
        Exploration<DoorLock> exploration = Exploration.of(DoorLock::new)
                .party("left", this::lockAndUnlock)
                .party("right", this::lockAndUnlock)
                .kills(1);
        Violation violation = assertThrows(Violation.class, exploration::run);
        assertEquals(Violation.Kind.DEADLOCK, violation.kind());
        assertEquals(
                violation.getMessage(),
                exploration
                        .replay(violation.schedule())
                        .violation()
                        .orElseThrow()
                        .getMessage());
    }

    private void lockAndUnlock(DoorLock lock) {
        lock.lock();
        pass();
        lock.unlock();
    }

    /** And mended. */
    @Test
    void doorOfADeadOwnerIsInherited() {
        Report report = Exploration.of(DoorLock::new)
                .party("left", this::inheritAndUnlock)
                .party("right", this::inheritAndUnlock)
                .rounds(2)
                .kills(1)
                .run();
        assertTrue(report.isExhaustive(), report::toString);
    }

    private void inheritAndUnlock(DoorLock lock) {
        lock.lockOrInherit();
        pass();
        lock.unlock();
    }
}
