package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts other processes, with a watchdog on each, and makes names that no other test uses. */
final class Children {
    static final long WATCHDOG_SECONDS = 300;

    private static final AtomicInteger NAMES = new AtomicInteger();

    private Children() {}

    /** A new name for a POSIX object. */
    static String name(String stem) {
        return "/interlock-test-" + stem + "-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
    }

    /** The command of a JVM that runs a class of the tests. */
    static List<String> javaCommand(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    static Process java(Class<?> main, String... arguments) {
        return start(javaCommand(main, arguments));
    }

    static Process start(List<String> command) {
        return start(new ProcessBuilder(command).redirectErrorStream(true));
    }

    static Process start(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            Thread watchdog = new Thread(() -> watch(process), "watchdog of " + builder.command());
            watchdog.setDaemon(true);
            watchdog.start();
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void watch(Process process) {
        try {
            if (!process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Waits for the end of a process that must succeed; returns what it printed and nobody has read yet. */
    static String finish(Process process) throws Exception {
        String rest = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("stuck: " + process + " printed " + rest);
        }
        assertEquals(0, process.exitValue(), rest);
        return rest.strip();
    }

    static String run(List<String> command) throws Exception {
        return finish(start(command));
    }
}
