package dev.interlock.shared;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process, mostly a JVM with this one's class path, that says on its standard output how far it is; killed when closed. */
public final class ChildJvm implements AutoCloseable {
    private static final long WATCHDOG_SECONDS = 60;

    private final Process process;
    private final BufferedReader output;

    public ChildJvm(Class<?> main, String... arguments) throws IOException {
        this(command(main, arguments));
    }

    /** Any program. */
    public ChildJvm(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Thread watchdog = new Thread(this::watch, "watchdog of " + command.get(command.size() - 1));
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash"));
        command.addAll(List.of("-XX:ErrorFile=/dev/stdout"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The next line that the child prints. */
    public String line() throws IOException {
        String line = lineOrNull();
        if (line == null) {
            throw new IOException("the child has ended: " + process);
        }
        return line;
    }

    /** The next line that the child prints, or null if it has ended. */
    public String lineOrNull() throws IOException {
        return output.readLine();
    }

    /** Gives the child a line, if it reads its standard input. */
    public void say(String line) throws IOException {
        process.getOutputStream().write((line + '\n').getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Tells the child to go on, if it reads its standard input. */
    void go() throws IOException {
        say("");
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL, at once; returns when the child is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Waits until the child has ended by itself, and returns its exit code. */
    public int join() throws InterruptedException {
        return process.waitFor();
    }

    /** All that the child still prints, until it ends. */
    String rest() throws IOException {
        StringBuilder rest = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            rest.append(line).append('\n');
        }
        return rest.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void watch() {
        try {
            if (!process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
