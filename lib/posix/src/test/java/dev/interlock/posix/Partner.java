package dev.interlock.posix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program in another language that uses the same objects; if the machine cannot run it, the test is skipped and says
 * why.
 */
enum Partner {
    C {
        @Override
        List<String> command() throws Exception {
            Path program = Path.of("target", "partner").toAbsolutePath();
            synchronized (this) {
                if (!compiled) {
                    assumeTrue(isInstalled("gcc"), "gcc is not installed: no C partner to test with");
                    Files.createDirectories(program.getParent());
                    Path source = Path.of("src", "test", "c", "partner.c").toAbsolutePath();
                    Children.run(List.of(
                            "gcc",
                            "-std=gnu11",
                            "-O2",
                            "-Wall",
                            "-Wextra",
                            "-Werror",
                            "-pthread",
                            "-o",
                            "" + program,
                            "" + source,
                            "-lrt"));
                    compiled = true;
                }
            }
            return List.of(program.toString());
        }
    },
    PYTHON {
        @Override
        List<String> command() {
            assumeTrue(isInstalled("python3"), "python3 is not installed: no Python partner to test with");
            return List.of(
                    "python3",
                    Path.of("src", "test", "python", "partner.py")
                            .toAbsolutePath()
                            .toString());
        }
    };

    boolean compiled;

    abstract List<String> command() throws Exception;

    Process start(Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(command());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return Children.start(command);
    }

    String run(Object... arguments) throws Exception {
        return Children.finish(start(arguments));
    }

    static boolean isInstalled(String program) {
        for (String directory : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}
