package dev.interlock.shared.crash;

import dev.interlock.posix.Signal;
import dev.interlock.posix.Signals;
import dev.interlock.shared.Segment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The process that dies: is told the segment, the scenario and the step, and kills itself just before that step. */
public final class Victim {
    private static final long PID = ProcessHandle.current().pid();

    private Victim() {}

    /**
     * Reads a line with the segment, the number of the scenario and the fatal step; says {@code prepared}; goes on when it
     * reads another line; says {@code sleeps} at each sleep, and {@code done} with the number of steps if it lives. When it
     * first goes round in a loop it says {@code spins}, and goes on when it reads a line.
     *
     * @param args none
     * @throws Exception if anything fails
     */
    public static void main(String[] args) throws Exception {
        Class.forName(Scenarios.class.getName());
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String[] order = input.readLine().split(" ");
        Scenario<?> scenario = Scenarios.all().get(Integer.parseInt(order[1]));
        Fuse fuse = new Fuse(Integer.parseInt(order[2]), input);
        try (Segment segment = Segment.attach(order[0])) {
            run(segment, scenario, fuse, input);
        }
    }

    private static <T> void run(Segment segment, Scenario<T> scenario, Fuse fuse, BufferedReader input)
            throws Exception {
        T object = scenario.make(segment, fuse);
        Payload.report(fuse::step);
        scenario.victimFirst().on(object);
        System.out.println("prepared");
        input.readLine();
        fuse.light();
        scenario.victim().on(object);
        System.out.println("done " + fuse.steps());
    }

    /** Counts the steps since it was lit. */
    private static final class Fuse implements Steps {
        private final int fatal;
        private final BufferedReader input;
        private boolean lit;
        private boolean hasSpun;
        private int steps;

        Fuse(int fatal, BufferedReader input) {
            this.fatal = fatal;
            this.input = input;
        }

        void light() {
            lit = true;
        }

        int steps() {
            lit = false;
            return steps;
        }

        @Override
        public void step() {
            if (lit && ++steps == fatal) {
                Signals.send(PID, Signal.KILL);
                throw new AssertionError("alive after SIGKILL");
            }
        }

        @Override
        public void sleeps() {
            if (lit) {
                System.out.println("sleeps");
            }
        }

        @Override
        public void wakes() {}

        @Override
        public void spins() {
            if (lit && !hasSpun) {
                hasSpun = true;
                System.out.println("spins");
                try {
                    input.readLine();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
