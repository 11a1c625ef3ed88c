package dev.interlock.jmh;

import dev.interlock.memory.LongWord;
import dev.interlock.mutex.Mutex;
import dev.interlock.posix.SharedMemory;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentOptions;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A process whose threads lock a mutex in shared memory, count, and unlock: a JVM or a C program. It does so for as many
 * milliseconds as each line of its input says, then prints how often each thread came in; for a negative number it prints the
 * shared count.
 */
final class MutexWorker implements Closeable {
    private final Process process;
    private final BufferedReader output;
    private final PrintStream input;

    private MutexWorker(ProcessBuilder builder) throws IOException {
        process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    void awaitReady() throws IOException {
        if (!"ready".equals(output.readLine())) {
            throw new IOException("no worker: " + process);
        }
    }

    void begin(int millis) {
        input.println(millis);
    }

    /** What all workers have counted together; none may be at work. */
    long count() throws IOException {
        input.println(-1);
        return end()[0];
    }

    long[] end() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("a worker has died: " + process);
        }
        return Arrays.stream(line.strip().split(" ")).mapToLong(Long::parseLong).toArray();
    }

    @Override
    public void close() {
        input.close();
        process.destroyForcibly();
    }

    /** What the workers share, and how one is started. */
    abstract static class Program implements Closeable {
        final String name;

        Program(String name) {
            this.name = name;
        }

        abstract MutexWorker start(int threads) throws IOException;
    }

    static Program java(String name) {
        Segment.create(name, SegmentOptions.DEFAULT).close();
        return new Program(name) {
            @Override
            MutexWorker start(int threads) throws IOException {
                List<String> command = ProcessLink.javaCommand();
                command.addAll(List.of(Threads.class.getName(), name, "" + threads));
                return new MutexWorker(new ProcessBuilder(command));
            }

            @Override
            public void close() {
                Segment.unlink(name);
            }
        };
    }

    /** The C program, compiled here; the kind of mutex is plain or robust. */
    static Program c(String name, String kind) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("interlock-jmh");
        Path source = directory.resolve("mutex.c");
        Path program = directory.resolve("mutex");
        try (InputStream resource = MutexWorker.class.getResourceAsStream("mutex.c")) {
            Files.copy(resource, source);
        }
        run("gcc", "-std=gnu11", "-O2", "-pthread", "-o", program.toString(), source.toString(), "-lrt");
        run(program.toString(), "make", name, kind);
        return new Program(name) {
            @Override
            MutexWorker start(int threads) throws IOException {
                return new MutexWorker(new ProcessBuilder(program.toString(), "run", name, "" + threads));
            }

            @Override
            public void close() throws IOException {
                SharedMemory.unlink(name);
                for (Path file : List.of(source, program, directory)) {
                    Files.delete(file);
                }
            }
        };
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            throw new IOException("the C program to compare with needs " + command[0], e);
        }
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + process.exitValue());
        }
    }

    /** The JVM. */
    static final class Threads {
        private final Mutex mutex;
        private final LongWord count;
        private volatile boolean stopped;

        private Threads(Segment segment) {
            mutex = segment.mutex("mutex");
            count = segment.attach("count", memory -> memory.longWord(0));
        }

        public static void main(String[] args) throws Exception {
            int parties = Integer.parseInt(args[1]);
            try (Segment segment = Segment.attach(args[0]);
                    BufferedReader input =
                            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                Threads threads = new Threads(segment);
                System.out.println("ready");
                for (String line = input.readLine(); line != null; line = input.readLine()) {
                    int millis = Integer.parseInt(line);
                    System.out.println(millis < 0 ? threads.counted() : threads.round(parties, millis));
                }
            }
        }

        private String round(int parties, int millis) throws InterruptedException {
            stopped = false;
            long[] entered = new long[parties];
            List<Thread> threads = new ArrayList<>();
            for (int index = 0; index < parties; index++) {
                int party = index;
                Thread thread = new Thread(() -> entered[party] = enter());
                threads.add(thread);
                thread.start();
            }
            Thread.sleep(millis);
            stopped = true;
            StringBuilder result = new StringBuilder();
            for (int index = 0; index < parties; index++) {
                threads.get(index).join();
                result.append(entered[index]).append(' ');
            }
            return result.toString();
        }

        private String counted() {
            mutex.lock();
            try {
                return Long.toString(count.getPlain());
            } finally {
                mutex.unlock();
            }
        }

        private long enter() {
            long entered = 0;
            while (!stopped) {
                mutex.lock();
                try {
                    count.setPlain(count.getPlain() + 1);
                } finally {
                    mutex.unlock();
                }
                entered++;
            }
            return entered;
        }
    }
}
