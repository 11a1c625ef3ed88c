package dev.interlock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every program by its name, as a user does, and looks for the lines that its header promises. */
@Timeout(120)
class ExamplesTest {
    /** Lines that must be there, in this order, as regular expressions. */
    private static final Map<String, List<String>> PROMISED = new LinkedHashMap<>();

    /** Programs that measure and take their time, and one that needs something to look at, and has a test of its own. */
    private static final List<String> ELSEWHERE = List.of("tour", "inspect", "soak");

    static {
        promise("synchronise", "main: waiting for the worker", "worker: 1 .* = 5050", "main: .* the result is 5050");
        promise(
                "mutual-exclusion",
                "worker [1-4] waited +\\d+ ms",
                "worker [1-4] waited +\\d+ ms",
                "worker [1-4] waited +\\d+ ms",
                "worker [1-4] waited +\\d+ ms",
                "4 turns, never two at once");
        for (String buffer : List.of("producer-consumer-semaphores", "producer-consumer-monitor")) {
            promise(buffer, "producer puts .*", "consumer takes .*", "put 20, took 20, sum 210; at most [1-3] of 3 .*");
        }
        for (String pipeline : List.of("pipeline-semaphores", "pipeline-conditions")) {
            promise(pipeline, "A-B-C:     ABC ABC ABC", "A-B-C-B-A: ABCBA ABCBA ABCBA");
        }
        promise(
                "post-office",
                "anna hears from bert: it is you I waited for",
                "anna hears next: carl was first",
                "jobs done: 6",
                "the mailbox 'jobs' is closed, and gone: \\[anna\\]",
                "bert has left: nobody is called 'bert' in this office");
        promise(
                "rendezvous",
                ".*: first step",
                ".*: first step",
                ".*: second step",
                ".*: second step",
                "nobody was early");
        promise(
                "barrier-reuse",
                "one turnstile,  round 1: the first to pass saw 3 of 3 arrived",
                "one turnstile,  round 2: the first to pass saw 1 of 3 arrived   BROKEN",
                "two turnstiles, round 1: the first to pass saw 3 of 3 arrived",
                "two turnstiles, round 2: the first to pass saw 3 of 3 arrived");
        promise("readers-writers", "3 readers are inside together", "3 readers read 600 .*", "both copies say 200");
        promise(
                "philosophers",
                "left fork first:",
                "philosopher 4 holds fork 4 and waits for fork 0, which philosopher 0 holds",
                "DEADLOCK: a circle of 5",
                "lower fork first:",
                "all have eaten: 500 meals");
        promise(
                "alternation-stall",
                "StrictAlternation: right is in, right is out",
                "StrictAlternation: right wants in again; .* STALLED",
                "PetersonLock: right wants in again, and is in");
        promise(
                "lost-wake-up",
                "a wake-up is lost: consumer waits for ever",
                ".*get count: 0",
                ".*wake consumer: nobody",
                ".*await consumer = 0: sleeps",
                "With a semaphore, .*: no violation",
                ".*exhaustive.*");
        promise("explore", "mutual exclusion is violated.*", "2 parties x 2 rounds: no violation; exhaustive.*");
        promise("hello writer", "wrote 12 bytes to /interlock-hello");
        promise("hello reader", "Hello World!");
        promise("fifo-chat", "alice: hello bob", "bob:   you said \"hello bob\"", "bob:   you said \"bye\"");
        promise("named-semaphore", "worker . is in", "worker . is out", "all out, 2 permits are back");
        promise("message-queue", "priority 9: stop the press", "priority 5: print page 1", "priority 0: tidy up");
        promise("pipe-to-child", "sent:     pear apple cherry", "received: apple cherry pear");
        promise("poll-many", "counter: 1", "3 children have ended");
    }

    private static void promise(String program, String... lines) {
        PROMISED.put(program, List.of(lines));
    }

    static Stream<String> programs() {
        return PROMISED.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void printsWhatItsHeaderSays(String program) throws Exception {
        List<String> printed = run(0, program.split(" "));
        int from = 0;
        for (String promised : PROMISED.get(program)) {
            int at = from;
            while (at < printed.size() && !printed.get(at).matches(promised)) {
                at++;
            }
            assertTrue(at < printed.size(), "no line \"" + promised + "\" in\n" + String.join("\n", printed));
            from = at + 1;
        }
    }

    @Test
    void inspectSaysWhoHoldsWhatInASegmentOfOthers() throws Exception {
        String name = "/interlock-examples-" + ProcessHandle.current().pid();
        try (Segment segment = Segment.create(name, SegmentOptions.DEFAULT)) {
            segment.mutex("accounts").lock();
            Mailbox<Long> jobs = segment.mailbox("jobs", Codec.int64(), 4, 8);
            jobs.send(1L);
            List<String> printed = run(0, "inspect", name);
            assertEquals(name + ": 2 objects", printed.get(0));
            assertTrue(
                    printed.get(1)
                            .matches("  Mutex 'accounts' 4 bytes: held, holders \\[slot 1 thread \\d+ \\(pid "
                                    + ProcessHandle.current().pid() + ", alive\\)\\]"),
                    printed.get(1));
            assertTrue(
                    printed.get(2)
                            .matches("  RingMailbox 'jobs' \\[4, 8\\] \\d+ bytes: "
                                    + "open, 0 claimed, 1 published, 0 being read, 1 of 4"),
                    printed.get(2));
            assertEquals(3, printed.size());
            assertEquals(1L, jobs.tryReceive(), "it takes no part");
        } finally {
            Segment.unlink(name);
        }
        assertTrue(String.join("\n", run(1, "inspect", name)).contains(name), "a segment that is not there");
    }

    @Test
    void everyProgramOfTheListIsTested() throws Exception {
        TreeSet<String> tested = new TreeSet<>(ELSEWHERE);
        PROMISED.keySet().forEach(program -> tested.add(program.split(" ")[0]));
        TreeSet<String> listed = new TreeSet<>();
        for (String line : run(0)) {
            if (line.matches("  [a-z][a-z-]+ .*") && !line.startsWith("   ")) {
                listed.add(line.trim().split(" ")[0]);
            }
        }
        assertTrue(listed.size() > ELSEWHERE.size(), "the list was not understood");
        listed.removeAll(tested);
        assertEquals(Set.of(), listed, "not tested");
    }

    @Test
    void anUnknownProgramIsAnError() throws Exception {
        assertTrue(String.join("\n", run(2, "no-such-program")).contains("no-such-program"));
    }

    /** All that it printed; its exit code must be the one given. */
    private static List<String> run(int exitCode, String... arguments) throws IOException, InterruptedException {
        Process process =
                Jvm.builder(Examples.class, arguments).redirectErrorStream(true).start();
        List<String> printed = new ArrayList<>();
        try {
            process.getOutputStream().close();
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(printed::add);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still runs");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(exitCode, process.exitValue(), () -> String.join("\n", printed));
        return printed;
    }
}
