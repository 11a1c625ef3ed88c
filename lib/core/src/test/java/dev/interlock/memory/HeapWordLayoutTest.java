package dev.interlock.memory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;

class HeapWordLayoutTest {
    private static final int LINE = 64;

    @Test
    void paddedWordsHaveTheirLine() {
        assertAlone(Memory.heap().newLine().word(0), "value");
        assertAlone(Memory.heap().newLine().longWord(0), "value");
    }

    @Test
    void compactWordsAreSmall() {
        assertTrue(ClassLayout.parseInstance(Memory.heap().word(0)).instanceSize() <= 32);
        assertTrue(ClassLayout.parseInstance(Memory.heap().longWord(0)).instanceSize() <= 24);
    }

    /** Whatever the address: no field of an object that follows can be in the line of this field. */
    private static void assertAlone(Object word, String name) {
        ClassLayout layout = ClassLayout.parseInstance(word);
        FieldLayout field = layout.fields().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findAny()
                .orElseThrow();
        long after = layout.instanceSize() - field.offset() - field.size();
        assertTrue(after >= LINE - field.size(), "bytes after the field: " + after + "\n" + layout.toPrintable());
        assertTrue(layout.instanceSize() >= 2 * LINE, "size: " + layout.instanceSize());
    }
}
