package dev.interlock.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs in C, compiled with the header of examples/c. */
public final class CPrograms {
    static final Path EXAMPLES = Path.of("..", "..", "examples");

    private CPrograms() {}

    /**
     * Compiles a program.
     *
     * @param source its one source file
     * @param target where to put it
     * @param options further options of the compiler
     * @throws Exception if that fails
     */
    public static void compile(Path source, Path target, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("gcc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror"));
        command.addAll(List.of(options));
        command.addAll(List.of("-I", EXAMPLES.resolve("c").toString(), "-o", target.toString(), source.toString()));
        try (ChildJvm gcc = new ChildJvm(command)) {
            assertEquals("", gcc.rest());
            assertEquals(0, gcc.join());
        }
    }
}
