package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Counts what this process holds of the kernel's. */
final class Leaks {
    private Leaks() {}

    static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * Few may come and go in the background, such as those of a child process that ended; a leak shows in thousands.
     */
    static void assertNoMoreDescriptorsThan(long before) {
        long now = descriptors();
        assertTrue(now <= before + 4, () -> now + " descriptors are open, " + before + " were");
    }

    /** The mappings of an object, linked or not. */
    static long mappings(String text) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Collects garbage until a count is as low as it should be; cleaners run some time after a collection. */
    static void awaitAtMost(long limit, LongSupplier count) throws InterruptedException {
        long now = count.getAsLong();
        for (int round = 0; now > limit && round < 200; round++) {
            System.gc();
            Thread.sleep(50);
            now = count.getAsLong();
        }
        assertTrue(now <= limit, now + " are left, " + limit + " were expected");
    }
}
