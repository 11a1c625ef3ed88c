package dev.interlock.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts another JVM with the class path of this one. */
public final class Jvm {
    /** Since this version the JVM wants to be told who may call native code. */
    private static final int NATIVE_ACCESS_OPTION = 22;

    /** For a quick start: these processes are many, and short-lived. */
    private static final List<String> QUICK_START = List.of("-XX:+UseSerialGC", "-Xshare:auto");

    private Jvm() {}

    /**
     * Starts one that prints where this one does.
     *
     * @param main the class to run
     * @param arguments its arguments
     * @return the process
     * @throws IOException if it cannot be started
     */
    public static Process start(Class<?> main, String... arguments) throws IOException {
        return builder(main, arguments).inheritIO().start();
    }

    /**
     * What it takes to start one.
     *
     * @param main the class to run
     * @param arguments its arguments
     * @return the builder
     */
    public static ProcessBuilder builder(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= NATIVE_ACCESS_OPTION) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(QUICK_START);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
