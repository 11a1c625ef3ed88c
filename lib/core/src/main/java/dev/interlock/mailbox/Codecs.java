package dev.interlock.mailbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The codecs that {@link Codec} hands out. */
final class Codecs {
    static final Codec<byte[]> BYTES = new Codec<>() {
        @Override
        public int length(byte[] message) {
            return message.length;
        }

        @Override
        public void encode(byte[] message, ByteBuffer target) {
            target.put(message);
        }

        @Override
        public byte[] decode(ByteBuffer source) {
            byte[] message = new byte[source.remaining()];
            source.get(message);
            return message;
        }
    };

    static final Codec<String> UTF_8 = new Codec<>() {
        @Override
        public int length(String message) {
            int length = 0;
            for (int i = 0; i < message.length(); i++) {
                char c = message.charAt(i);
                if (c < 0x80) {
                    length++;
                } else if (c < 0x800) {
                    length += 2;
                } else if (Character.isHighSurrogate(c)
                        && i + 1 < message.length()
                        && Character.isLowSurrogate(message.charAt(i + 1))) {
                    length += 4;
                    i++;
                } else {
                    length += Character.isSurrogate(c) ? 1 : 3;
                }
            }
            return length;
        }

        @Override
        public void encode(String message, ByteBuffer target) {
            target.put(message.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String decode(ByteBuffer source) {
            return new String(BYTES.decode(source), StandardCharsets.UTF_8);
        }
    };

    static final Codec<Long> INT64 = new Codec<>() {
        @Override
        public int length(Long message) {
            return Long.BYTES;
        }

        @Override
        public void encode(Long message, ByteBuffer target) {
            target.putLong(message);
        }

        @Override
        public Long decode(ByteBuffer source) {
            return source.getLong();
        }
    };

    private Codecs() {}
}
