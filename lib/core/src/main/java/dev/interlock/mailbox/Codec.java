package dev.interlock.mailbox;

import java.nio.ByteBuffer;

/**
 * How messages are written as bytes and read back. Stateless, and safe for use by several threads.
 *
 * @param <M> the messages
 */
public interface Codec<M> {
    /**
     * How many bytes a message takes. Asked before anything is written, so that a message too large is refused whole.
     *
     * @param message the message
     * @return its bytes
     */
    int length(M message);

    /**
     * Writes a message: exactly {@link #length} bytes, which {@code target} has left.
     *
     * @param message the message
     * @param target where to write, in native byte order
     */
    void encode(M message, ByteBuffer target);

    /**
     * Reads a message: all the bytes that {@code source} has left. Must copy what it keeps: the buffer is reused.
     *
     * @param source where to read, in native byte order
     * @return the message
     */
    M decode(ByteBuffer source);

    /**
     * Byte arrays as they are.
     *
     * @return the codec
     */
    static Codec<byte[]> bytes() {
        return Codecs.BYTES;
    }

    /**
     * Strings in UTF-8. A lone surrogate is written as {@code ?}, as {@link String#getBytes} does.
     *
     * @return the codec
     */
    static Codec<String> utf8() {
        return Codecs.UTF_8;
    }

    /**
     * Longs in eight bytes of native byte order.
     *
     * @return the codec
     */
    static Codec<Long> int64() {
        return Codecs.INT64;
    }
}
