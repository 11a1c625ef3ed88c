package dev.interlock.mailbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "\u0000",
                "\u007f\u0080",
                "\u07ff\u0800",
                "\uffff",
                "caf\u00e9",
                "\u20ac",
                "\ud83d\ude00",
                "x\ud83d\ude00y\ud800\udc00"
            })
    void stringsComeBackAsTheyWent(String message) {
        assertEquals(message, roundTrip(Codec.utf8(), message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\ude00", "\ude00\ud83d", "a\ud83db", "\ud83d\ud83d\ude00"})
    void aLoneSurrogateBecomesAQuestionMark(String message) {
        String expected = new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertEquals(expected, roundTrip(Codec.utf8(), message));
    }

    @Test
    void theLengthOfAnyStringIsTheNumberOfBytesWritten() {
        Random random = new Random(42);
        char[] kinds = {'a', '\u00e9', '\u20ac', '\ud83d', '\ude00', '\ud800', '\udc00', '\uffff'};
        for (int i = 0; i < 20_000; i++) {
            char[] chars = new char[random.nextInt(8)];
            for (int j = 0; j < chars.length; j++) {
                chars[j] = random.nextBoolean() ? kinds[random.nextInt(kinds.length)] : (char) random.nextInt(1 << 16);
            }
            String message = new String(chars);
            assertEquals(
                    message.getBytes(StandardCharsets.UTF_8).length,
                    Codec.utf8().length(message));
        }
    }

    @Test
    void bytesAndLongsComeBackAsTheyWent() {
        byte[] bytes = {1, -1, 0};
        assertArrayEquals(bytes, roundTrip(Codec.bytes(), bytes));
        assertEquals(0, roundTrip(Codec.bytes(), new byte[0]).length);
        for (long value : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertEquals(value, roundTrip(Codec.int64(), value));
        }
    }

    private static <M> M roundTrip(Codec<M> codec, M message) {
        ByteBuffer buffer = ByteBuffer.allocate(codec.length(message)).order(ByteOrder.nativeOrder());
        codec.encode(message, buffer);
        assertEquals(0, buffer.remaining());
        buffer.flip();
        M decoded = codec.decode(buffer);
        assertEquals(0, buffer.remaining());
        return decoded;
    }
}
