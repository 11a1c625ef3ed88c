package dev.interlock.shared.crash;

import dev.interlock.memory.Memory;
import dev.interlock.shared.Segment;
import java.util.function.Function;

/** An object whose survivor can play a party that has died before: it opens the segment once more, and leaves. */
record Reopened<T>(T object, Segment segment, Function<Segment, T> attached) {
    static <T> Scenario.Maker<Reopened<T>> of(Function<? super Memory, T> layout, int... parameters) {
        Scenario.Maker<T> hosted = Scenario.Maker.hosted(layout, parameters);
        return (segment, steps) -> new Reopened<>(
                hosted.of(segment, steps),
                segment,
                other -> other.attachUnrecoverable(Scenarios.OBJECT, layout, parameters));
    }

    /** A party does something, and is gone. */
    void die(Scenario.Act<T> act) throws Exception {
        try (Segment dying = Segment.attach(segment.name())) {
            act.on(attached.apply(dying));
        }
    }
}
