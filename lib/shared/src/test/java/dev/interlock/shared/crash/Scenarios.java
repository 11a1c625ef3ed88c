package dev.interlock.shared.crash;

import java.util.List;
import java.util.stream.Stream;

/** Every operation of every primitive that recovers. */
final class Scenarios {
    static final String OBJECT = "object";

    private static final List<Scenario<?>> ALL = Stream.of(
                    new MutexScenarios(),
                    new SpinScenarios(),
                    new SemaphoreScenarios(),
                    new BarrierScenarios(),
                    new RingScenarios(),
                    new LetterScenarios(),
                    new SegmentScenarios())
            .<Scenario<?>>flatMap(family -> family.scenarios().stream())
            .toList();

    private Scenarios() {}

    static List<Scenario<?>> all() {
        return ALL;
    }
}
