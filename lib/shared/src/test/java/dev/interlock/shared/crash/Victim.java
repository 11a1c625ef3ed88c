package dev.interlock.shared.crash;

import dev.interlock.posix.Signal;
import dev.interlock.posix.Signals;
import dev.interlock.shared.Segment;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** The process that dies: is told the segment, the scenario and the step, and kills itself just before that step. */
public final class Victim {
    private static final long PID = ProcessHandle.current().pid();

    private Victim() {}

    /**
     * Reads a line with the segment, the number of the scenario and the fatal step; says {@code prepared}; goes on when it
     * reads another line; says {@code sleeps} at each sleep, and {@code done} with the number of steps if it lives.
     *
     * @param args none
     * @throws Exception if anything fails
     */
    public static void main(String[] args) throws Exception {
        Class.forName(Scenarios.class.getName());
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String[] order = input.readLine().split(" ");
        Scenario<?> scenario = Scenarios.all().get(Integer.parseInt(order[1]));
        Fuse fuse = new Fuse(Integer.parseInt(order[2]));
        try (Segment segment = Segment.attach(order[0])) {
            run(segment, scenario, fuse, input);
        }
    }

    private static <T> void run(Segment segment, Scenario<T> scenario, Fuse fuse, BufferedReader input)
            throws Exception {
        T object = segment.attachUnrecoverable(
                Scenarios.OBJECT, memory -> scenario.layout().apply(new FatalMemory(memory, fuse)));
        scenario.victimFirst().on(object);
        System.out.println("prepared");
        input.readLine();
        fuse.light();
        scenario.victim().on(object);
        System.out.println("done " + fuse.steps());
    }

    /** Counts the steps since it was lit. */
    private static final class Fuse implements FatalMemory.Steps {
        private final int fatal;
        private boolean lit;
        private int steps;

        Fuse(int fatal) {
            this.fatal = fatal;
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
    }
}
