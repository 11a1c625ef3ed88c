package dev.interlock.jcstress.shared;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentOptions;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Objects in shared memory for stress tests, which want millions: a ring of places in one segment, in each of which an object
 * is made again and again, over words that are set back to their first values.
 *
 * <p>The segment's name is gone as soon as it is made, so nothing stays behind whatever becomes of the JVM.
 *
 * @param <T> the objects
 */
final class Recycled<T> {
    /** Far more than the states that jcstress has in use at once, which is checked from time to time. */
    private static final int PLACES = 1 << 15;

    private static final int PLACES_CHECKED = 1 << 5;
    private static final long SEGMENT_BYTES = 64 << 20;

    private final Function<? super Memory, T> layout;
    private final AtomicLong made = new AtomicLong();
    private volatile List<Place<T>> places;

    /**
     * Nothing yet: the segment is made for the first object.
     *
     * @param layout the constructor of the objects
     */
    Recycled(Function<? super Memory, T> layout) {
        this.layout = layout;
    }

    /** An object as new. Any thread may call. */
    T get() {
        List<Place<T>> all = places == null ? open() : places;
        long number = made.getAndIncrement();
        Place<T> place = all.get((int) (number % PLACES));
        if (number % PLACES_CHECKED == 0 && Long.bitCount(number / PLACES) == 1) {
            place.checkLeft();
        }
        return place.renew(layout);
    }

    private synchronized List<Place<T>> open() {
        if (places == null) {
            String name =
                    "/interlock-jcstress-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
            Segment segment = Segment.create(name, SegmentOptions.DEFAULT.withSize(SEGMENT_BYTES));
            Segment.unlink(name);
            places = segment.attachUnrecoverable("places", this::draw);
        }
        return places;
    }

    private List<Place<T>> draw(Memory memory) {
        List<Place<T>> drawn = new ArrayList<>(PLACES);
        for (int i = 0; i < PLACES; i++) {
            drawn.add(new Place<>(memory.newLine(), layout));
        }
        return drawn;
    }

    /** Hands out the words of one object: those that its first constructor drew, in the same order. */
    private static final class Place<T> extends Memory {
        private Memory memory;
        private final List<Object> drawn = new ArrayList<>();
        private boolean recording = true;
        private int next;
        private WeakReference<T> last;

        Place(Memory memory, Function<? super Memory, T> layout) {
            this.memory = memory;
            last = new WeakReference<>(layout.apply(this));
            recording = false;
        }

        T renew(Function<? super Memory, T> layout) {
            next = 0;
            T object = layout.apply(this);
            last = new WeakReference<>(object);
            return object;
        }

        /** Fails if the last object of this place is in use still. */
        void checkLeft() {
            if (last.get() != null) {
                System.gc();
            }
            if (last.get() != null) {
                throw new IllegalStateException("more than " + PLACES + " states in use at once");
            }
        }

        @Override
        public Word word(int initial) {
            if (recording) {
                return record(memory.word(initial));
            }
            Word word = (Word) drawn.get(next++);
            word.setVolatile(initial);
            return word;
        }

        @Override
        public LongWord longWord(long initial) {
            if (recording) {
                return record(memory.longWord(initial));
            }
            LongWord word = (LongWord) drawn.get(next++);
            word.setVolatile(initial);
            return word;
        }

        @Override
        public ByteBuffer bytes(int length) {
            if (recording) {
                return record(memory.bytes(length));
            }
            ByteBuffer bytes = (ByteBuffer) drawn.get(next++);
            bytes.clear();
            bytes.put(new byte[length]).clear();
            return bytes;
        }

        private <W> W record(W word) {
            drawn.add(word);
            return word;
        }

        @Override
        public Memory newLine() {
            if (recording) {
                memory = memory.newLine();
            }
            return this;
        }

        @Override
        public int self() {
            return memory.self();
        }

        @Override
        public boolean isAlive(int party) {
            return memory.isAlive(party);
        }

        @Override
        public void pause() {
            memory.pause();
        }

        @Override
        public long nanoTime() {
            return memory.nanoTime();
        }

        @Override
        public void requireImmortalParties(Class<?> primitive) {
            memory.requireImmortalParties(primitive);
        }
    }
}
