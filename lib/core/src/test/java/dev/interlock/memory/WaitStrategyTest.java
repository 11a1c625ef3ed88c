package dev.interlock.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WaitStrategyTest {
    private final Memory memory = Memory.heap();

    @Test
    void parkNeverSpins() {
        assertFalse(WaitStrategy.PARK.busyWait(memory, 0, 100));
    }

    @ParameterizedTest
    @EnumSource(names = {"SPIN", "YIELD"})
    void spinAndYieldNeverSleep(WaitStrategy waiting) {
        assertFalse(waiting.sleeps());
        assertTrue(waiting.busyWait(memory, Integer.MAX_VALUE, 0));
    }

    @Test
    void adaptiveSpinsWithinItsBudgetIfThereIsASecondCpu() {
        assertEquals(Runtime.getRuntime().availableProcessors() > 1, WaitStrategy.ADAPTIVE.busyWait(memory, 99, 100));
        assertFalse(WaitStrategy.ADAPTIVE.busyWait(memory, 100, 100));
    }

    @Test
    void adaptiveNeverSpinsOnOneCpu() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:ActiveProcessorCount=1",
                        "-cp",
                        root(WaitStrategy.class) + File.pathSeparator + root(OneCpu.class),
                        OneCpu.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertTrue(child.waitFor(60, TimeUnit.SECONDS), "stuck");
            assertEquals(OneCpu.SLEEPS, child.exitValue());
        } finally {
            child.destroyForcibly();
        }
    }

    /** Where a class was loaded from, also if that is patched into a module. */
    private static Path root(Class<?> type) throws URISyntaxException {
        String file = type.getName().replace('.', '/') + ".class";
        Path path = Path.of(type.getResource("/" + file).toURI());
        return path.getRoot()
                .resolve(path.subpath(0, path.getNameCount() - Path.of(file).getNameCount()));
    }

    /** The program of a JVM that has one CPU. */
    static final class OneCpu {
        static final int SLEEPS = 10;
        static final int SPINS = 11;
        static final int SEVERAL_CPUS = 12;

        private OneCpu() {}

        public static void main(String[] arguments) {
            Memory memory = Memory.heap();
            boolean spins = WaitStrategy.ADAPTIVE.busyWait(memory, 0, 100) || WaitStrategy.ADAPTIVE.keepAway(memory, 0);
            boolean one = Runtime.getRuntime().availableProcessors() == 1;
            System.exit(!one ? SEVERAL_CPUS : spins ? SPINS : SLEEPS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SPIN", "YIELD"})
    void oneThatDoesNotSleepWatchesItsDeadlineAndItsInterruption(WaitStrategy waiting) throws InterruptedException {
        assertFalse(waiting.giveUp(memory, Memory.NO_DEADLINE));
        assertTrue(waiting.giveUp(memory, memory.deadlineAfter(0, TimeUnit.SECONDS)));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> waiting.giveUp(memory, Memory.NO_DEADLINE));
    }

    @ParameterizedTest
    @EnumSource(names = {"PARK", "ADAPTIVE"})
    void oneThatSleepsLeavesThemToTheSleep(WaitStrategy waiting) throws InterruptedException {
        assertTrue(waiting.sleeps());
        assertFalse(waiting.giveUp(memory, memory.deadlineAfter(0, TimeUnit.SECONDS)));
    }
}
