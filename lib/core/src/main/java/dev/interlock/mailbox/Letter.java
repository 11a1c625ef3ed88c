package dev.interlock.mailbox;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;

/** The words of a letter of a {@link Post}, which has the notes. Indices of letters are kept as index + 1; 0 is none. */
final class Letter {
    private static final int PARTY = (1 << Memory.PARTY_BITS) - 1;

    static final int FREE = 0;
    static final int SENT = 1 << Memory.PARTY_BITS;
    static final int OFFERED = 2 << Memory.PARTY_BITS;
    static final int TAKEN = 3 << Memory.PARTY_BITS;
    static final int WANTED = 4 << Memory.PARTY_BITS;
    static final int RETURNED = 5 << Memory.PARTY_BITS;

    final int index;
    final LongWord state;
    final LongWord number;
    final Word box;
    final Word term;
    final Word sender;
    final Word length;
    final Word next;
    private final Word nameLength;
    private final ByteBuffer name;
    private final ByteBuffer body;

    Letter(Memory memory, int index, int letters, int nameBytes, int maxLength) {
        this.index = index;
        state = memory.longWord(0);
        number = memory.longWord(0);
        box = memory.word(0);
        term = memory.word(0);
        sender = memory.word(0);
        length = memory.word(0);
        next = memory.word(index + 1 < letters ? index + 2 : 0);
        nameLength = memory.word(0);
        name = memory.bytes(nameBytes);
        body = memory.bytes(maxLength);
    }

    static int phaseOf(long state) {
        return (int) state & ~PARTY;
    }

    static int partyOf(long state) {
        return (int) state & PARTY;
    }

    int phase() {
        return phaseOf(state.getVolatile());
    }

    /** The next state of this use of the letter, or of the next use if it was free. */
    long enter(int phase, int party) {
        long last = state.getPlain(); // plain: changed under the mutex, which the caller holds
        long use = (last >>> 32) + (phaseOf(last) == FREE ? 1 : 0);
        long entered = use << 32 | (phase | party) & 0xffff_ffffL;
        state.setVolatile(entered); // P (release)
        return entered;
    }

    /** Writes what is valid from the next change of state on. Plain: under the mutex, which the caller holds. */
    void write(Parcel parcel, int party) {
        sender.setPlain(party);
        length.setPlain(parcel.body.length);
        nameLength.setPlain(parcel.from.length);
        name.put(0, parcel.from);
        body.put(0, parcel.body);
    }

    /** What is in it. Under the mutex. */
    Parcel read() {
        int bytes = length.getPlain(); // plain, as all here: see write
        int nameBytes = nameLength.getPlain();
        if (bytes < 0 || bytes > body.capacity() || nameBytes < 0 || nameBytes > name.capacity()) {
            throw new IllegalStateException("corrupted: letter " + index + " has " + bytes + " bytes of "
                    + body.capacity() + ", and a name of " + nameBytes);
        }
        Parcel parcel = new Parcel(new byte[bytes], new byte[nameBytes]);
        body.get(0, parcel.body);
        name.get(0, parcel.from);
        return parcel;
    }

    boolean isFrom(byte[] correspondent) {
        if (nameLength.getPlain() != correspondent.length) { // plain: see write
            return false;
        }
        for (int i = 0; i < correspondent.length; i++) {
            if (name.get(i) != correspondent[i]) {
                return false;
            }
        }
        return true;
    }

    /** A message as bytes, and the name of the correspondent that sent it, if one did. */
    static final class Parcel {
        static final byte[] NOBODY = {};

        final byte[] body;
        final byte[] from;

        Parcel(byte[] body, byte[] from) {
            this.body = body;
            this.from = from;
        }
    }
}
