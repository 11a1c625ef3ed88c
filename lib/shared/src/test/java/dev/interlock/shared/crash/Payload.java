package dev.interlock.shared.crash;

import dev.interlock.mailbox.Codec;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Messages that the victim writes and reads byte by byte, each byte a step of its own. */
final class Payload {
    static final int LENGTH = Integer.BYTES;

    /** The same for a mailbox. */
    static final Codec<Integer> CODEC = new Codec<>() {
        @Override
        public int length(Integer message) {
            return LENGTH;
        }

        @Override
        public void encode(Integer message, ByteBuffer target) {
            write(target, message);
        }

        @Override
        public Integer decode(ByteBuffer source) {
            return read(source);
        }
    };

    private static volatile Runnable step = () -> {};

    private Payload() {}

    /** Says who hears of each byte in this process. */
    static void report(Runnable reported) {
        step = reported;
    }

    /** All bytes are the number, so that one that is missing shows. */
    static void write(ByteBuffer target, int number) {
        for (int i = 0; i < LENGTH; i++) {
            step.run();
            target.put((byte) number);
        }
    }

    static int read(ByteBuffer source) {
        byte[] bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            step.run();
            bytes[i] = source.get();
            if (bytes[i] != bytes[0]) {
                throw new AssertionError("a message written in part: " + Arrays.toString(bytes));
            }
        }
        return bytes[0];
    }
}
