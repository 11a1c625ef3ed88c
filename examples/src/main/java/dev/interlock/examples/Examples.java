package dev.interlock.examples;

import dev.interlock.examples.soak.Soak;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Unmatched;

/** Lists the programs, and runs the one that is named. */
@Command(
        name = "examples",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "PROGRAM",
        description = "Programs that show Interlock at work, one idea each.",
        commandListHeading = "%nPrograms:%n")
public final class Examples implements Runnable {
    @CommandLine.Spec
    private CommandSpec spec;

    private Examples() {}

    /**
     * Runs a program.
     *
     * @param args its name and its arguments; none to list all
     */
    public static void main(String[] args) {
        CommandLine all = new CommandLine(new Examples());
        Map<String, Map<String, Program>> groups = groups();
        groups.values()
                .forEach(programs -> programs.forEach((name, program) -> {
                    CommandLine command = new CommandLine(program);
                    command.getCommandSpec().usageMessage().description(program.description);
                    all.addSubcommand(name, command);
                }));
        all.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> list(groups));
        all.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println(failure);
            return command.getCommandSpec().exitCodeOnExecutionException();
        });
        System.exit(all.execute(args));
    }

    private static Map<String, Map<String, Program>> groups() {
        Map<String, Map<String, Program>> groups = new LinkedHashMap<>();
        groups.put("Interlock", library());
        groups.put("The textbook's problems", classics());
        groups.put("The explorer", explorer());
        groups.put("POSIX", posix());
        return groups;
    }

    private static String list(Map<String, Map<String, Program>> groups) {
        StringBuilder text = new StringBuilder();
        groups.forEach((group, programs) -> {
            text.append(String.format("%s%n", group));
            programs.forEach((name, program) -> text.append(String.format("  %-30s%s%n", name, program.description)));
        });
        return text.toString();
    }

    private static Map<String, Program> library() {
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put("tour", new Program(Tour::main, "Two JVMs share locks and messages, and measure them."));
        programs.put("inspect", new Program(Inspect::main, "What the objects of a segment are in: inspect /name."));
        programs.put(
                "soak",
                new Program(Soak::main, "Six processes are killed at random, and every primitive keeps its promise."));
        return programs;
    }

    private static Map<String, Program> classics() {
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put("synchronise", new Program(Synchronise::main, "A worker signals that it has finished."));
        programs.put(
                "mutual-exclusion",
                new Program(MutualExclusion::main, "Four workers take turns, and say how long each waited."));
        programs.put(
                "producer-consumer-semaphores",
                new Program(ProducerConsumerSemaphores::main, "Dijkstra's bounded buffer: three semaphores."));
        programs.put(
                "producer-consumer-monitor",
                new Program(
                        ProducerConsumerMonitor::main, "The bounded buffer as a monitor: a mutex, two conditions."));
        programs.put(
                "pipeline-semaphores",
                new Program(PipelineSemaphores::main, "Steps in the order A-B-C and A-B-C-B-A, by semaphores."));
        programs.put(
                "pipeline-conditions",
                new Program(PipelineConditions::main, "Steps in the order A-B-C and A-B-C-B-A, by conditions."));
        programs.put("post-office", new Program(PostOffices::main, "Messages by name: to a party, and to a mailbox."));
        programs.put("rendezvous", new Program(RendezvousOfTwo::main, "Two threads meet, by two semaphores."));
        programs.put(
                "barrier-reuse",
                new Program(BarrierReuse::main, "N threads meet, and why a barrier needs two turnstiles."));
        programs.put("readers-writers", new Program(ReadersWriters::main, "Readers share, a writer is alone."));
        programs.put("philosophers", new Program(Philosophers::main, "Five dine: with a deadlock, and without."));
        programs.put(
                "alternation-stall",
                new Program(AlternationStall::main, "Who wants nothing keeps the other out; Peterson mends it."));
        return programs;
    }

    private static Map<String, Program> explorer() {
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put("explore", new Program(Explore::main, "Why the naive lock breaks, and Peterson's does not."));
        programs.put(
                "lost-wake-up", new Program(LostWakeUp::main, "Sleep and wake-up go wrong; a semaphore remembers."));
        return programs;
    }

    private static Map<String, Program> posix() {
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put(
                "hello", new Program(Hello::main, "Hello World through shared memory: hello writer, hello reader."));
        programs.put("fifo-chat", new Program(FifoChat::main, "Two processes talk through two FIFOs."));
        programs.put("named-semaphore", new Program(NamedSemaphores::main, "Five processes share two POSIX permits."));
        programs.put(
                "message-queue", new Program(MessageQueues::main, "Urgent messages overtake others in a POSIX queue."));
        programs.put(
                "pipe-to-child", new Program(PipeToChild::main, "A child process filters what flows through pipes."));
        programs.put("poll-many", new Program(PollMany::main, "One thread waits for three children and a counter."));
        return programs;
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    private interface Main {
        void main(String[] args) throws Exception;
    }

    @Command
    private static final class Program implements Callable<Integer> {
        private final Main main;
        private final String description;

        @Unmatched
        private String[] arguments = {};

        Program(Main main, String description) {
            this.main = main;
            this.description = description;
        }

        @Override
        public Integer call() throws Exception {
            main.main(arguments);
            return CommandLine.ExitCode.OK;
        }
    }
}
