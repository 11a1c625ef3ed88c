package dev.interlock.buffer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.FieldLayout;

class BufferLayoutTest {
    /** Two lines, for processors that fetch them in pairs. */
    private static final long APART = 112;

    @ParameterizedTest
    @CsvSource({"BoundedBuffer$PaddedPosition,value", "SpscBuffer$PaddedSide,position"})
    void whatOneSideWritesIsAloneOnItsLines(String type, String field) throws ClassNotFoundException {
        ClassLayout layout = ClassLayout.parseClass(Class.forName("dev.interlock.buffer." + type));
        FieldLayout found = layout.fields().stream()
                .filter(each -> each.name().equals(field))
                .findFirst()
                .orElseThrow();
        assertTrue(found.offset() >= APART, layout::toPrintable);
        assertTrue(layout.instanceSize() - found.offset() - found.size() >= APART, layout::toPrintable);
    }
}
