package dev.interlock.examples;

import dev.interlock.posix.Creation;
import dev.interlock.posix.SharedMemory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The classic pair of shm_open and mmap: one process writes, another reads and removes the memory.
 *
 * <pre>
 * $ java -jar examples.jar hello writer
 * wrote 12 bytes to /interlock-hello
 * $ java -jar examples.jar hello reader
 * Hello World!
 * </pre>
 */
public final class Hello {
    private static final String NAME = "/interlock-hello";
    private static final int SIZE = 4096;

    private Hello() {}

    /**
     * Writes or reads.
     *
     * @param args {@code writer} or {@code reader}
     */
    public static void main(String[] args) {
        String role = args.length == 1 ? args[0] : "";
        switch (role) {
            case "writer":
                write();
                break;
            case "reader":
                read();
                break;
            default:
                throw new IllegalArgumentException(
                        "hello writer, or hello reader; not hello " + String.join(" ", args));
        }
    }

    private static void write() {
        byte[] text = "Hello World!".getBytes(StandardCharsets.UTF_8);
        try (SharedMemory memory = SharedMemory.open(NAME, Creation.OPEN_OR_CREATE)) {
            memory.resize(SIZE);
            memory.map().putInt(text.length).put(text);
        }
        System.out.println("wrote " + text.length + " bytes to " + NAME);
    }

    private static void read() {
        try (SharedMemory memory = SharedMemory.openReadOnly(NAME)) {
            ByteBuffer buffer = memory.map();
            byte[] text = new byte[buffer.getInt()];
            buffer.get(text);
            System.out.println(new String(text, StandardCharsets.UTF_8));
        }
        SharedMemory.unlink(NAME);
    }
}
