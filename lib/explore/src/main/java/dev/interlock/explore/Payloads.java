package dev.interlock.explore;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers the contents of the payload areas: 0 is the first. */
final class Payloads {
    private final Map<ByteBuffer, Integer> numbers = new HashMap<>();
    private final List<byte[]> contents = new ArrayList<>();

    Payloads(byte[] first) {
        numberOf(first);
    }

    boolean areEmpty() {
        return contents.get(0).length == 0;
    }

    int numberOf(byte[] content) {
        return numbers.computeIfAbsent(ByteBuffer.wrap(content), key -> {
            contents.add(content);
            return contents.size() - 1;
        });
    }

    byte[] get(int number) {
        return contents.get(number);
    }
}
