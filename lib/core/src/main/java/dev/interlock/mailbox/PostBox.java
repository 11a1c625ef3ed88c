package dev.interlock.mailbox;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;

/** The words of a box of a {@link Post}, which has the notes, and its list of letters. */
final class PostBox {
    private static final int PARTY = (1 << Memory.PARTY_BITS) - 1;

    static final int FREE = 0;
    static final int OPEN = 1 << Memory.PARTY_BITS;
    static final int CLOSED = 2 << Memory.PARTY_BITS;

    final int index;
    final LongWord state;
    final EventCount arrived;
    final Word capacity;
    final Word selective;
    final Word head;
    final Word held;
    final Word returned;
    private final Word tail;
    private final Word nameLength;
    private final ByteBuffer name;
    private final Letter[] letters;

    /** A box that is free or, if it is to be one without an owner, open for ever. */
    PostBox(Memory line, int index, Letter[] letters, int nameBytes, boolean open, int firstCapacity) {
        this.index = index;
        this.letters = letters;
        state = line.longWord(open ? OPEN : FREE);
        arrived = new EventCount(line);
        capacity = line.word(firstCapacity);
        selective = line.word(0);
        head = line.word(0);
        tail = line.word(0);
        held = line.word(0);
        returned = line.word(0);
        nameLength = line.word(0);
        name = line.bytes(nameBytes);
    }

    static int phaseOf(long state) {
        return (int) state & ~PARTY;
    }

    static int ownerOf(long state) {
        return (int) state & PARTY;
    }

    static int termOf(long state) {
        return (int) (state >>> 32);
    }

    int phase() {
        return phaseOf(state.getVolatile());
    }

    int owner() {
        return ownerOf(state.getVolatile());
    }

    int term() {
        return termOf(state.getVolatile());
    }

    void enter(int term, int phase, int owner) {
        state.setVolatile((long) term << 32 | (phase | owner) & 0xffff_ffffL); // B (release)
    }

    boolean isNamed(byte[] wanted) {
        if (phase() == FREE || nameLength.getPlain() != wanted.length) { // plain, as all below: under the mutex
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (name.get(i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    byte[] name() {
        int length = nameLength.getPlain();
        if (length < 0 || length > name.capacity()) {
            throw new IllegalStateException("corrupted: box " + index + " has a name of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        name.get(0, bytes);
        return bytes;
    }

    void rename(byte[] bytes) {
        nameLength.setPlain(bytes.length);
        name.put(0, bytes);
    }

    /** Forgets its list and what was counted, to be built anew. */
    void clear() {
        head.setVolatile(0); // P (release), as all changes of what those who wait read without the mutex
        tail.setPlain(0);
        held.setVolatile(0);
        returned.setVolatile(0);
    }

    void count(Word counter, int delta) {
        counter.setVolatile(counter.getPlain() + delta); // P (release)
    }

    /** Puts a letter at the end. */
    void append(Letter letter) {
        letter.next.setPlain(0);
        int last = tail.getPlain();
        tail.setPlain(letter.index + 1);
        if (last == 0) {
            head.setVolatile(letter.index + 1); // P (release)
        } else {
            at(last).next.setPlain(letter.index + 1);
        }
    }

    /** Takes the first letter that fits out of the list, or returns null. */
    Letter unlink(Selection selection) {
        Letter before = null;
        int steps = 0;
        for (int i = head.getPlain(); i != 0; i = before.next.getPlain()) {
            Letter letter = at(i);
            if (++steps > letters.length) {
                throw new IllegalStateException("corrupted: the list of box " + index + " has a loop");
            }
            if (selection.fits(letter)) {
                int next = letter.next.getPlain();
                if (before == null) {
                    head.setVolatile(next); // P (release)
                } else {
                    before.next.setPlain(next);
                }
                if (next == 0) {
                    tail.setPlain(before == null ? 0 : before.index + 1);
                }
                return letter;
            }
            before = letter;
        }
        return null;
    }

    private Letter at(int position) {
        if (position < 1 || position > letters.length) {
            throw new IllegalStateException(
                    "corrupted: box " + index + " lists letter " + position + " of " + letters.length);
        }
        return letters[position - 1];
    }

    /** Which letter is looked for. */
    interface Selection {
        boolean fits(Letter letter);
    }
}
