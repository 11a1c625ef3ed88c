package dev.interlock.barrier;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;

/** Who uses the numbered views of a barrier, so that those who wait see when one of them has died. */
final class Attendance {
    /* Implementation notes
     * State   entries[i], [resets:32][party:32]: the party that used view i last, and how often the barrier had been reset
     *         then. Written by the user of the view when it arrives, before anything else, and only if it changes. One of
     *         an older count of resets means nothing: whoever it names is not expected any more.
     * Edge E  sign() writes in volatile mode -> someoneDied() reads. Only a death makes the value matter, and that is later.
     */
    private final Memory memory;
    private final LongWord[] entries;

    Attendance(Memory memory, int parties) {
        this.memory = memory;
        this.entries = new LongWord[parties];
    }

    /** Draws the word of one view. */
    void draw(int view, Memory line) {
        entries[view] = line.longWord(0);
    }

    /** The caller uses the view, in the round that it has entered. */
    void sign(int view, long seen) {
        long mine = (long) Epoch.resets(seen) << 32 | memory.self();
        if (entries[view].getOpaque() != mine) { // opaque: the users of a view come one after the other
            entries[view].setVolatile(mine); // E
        }
    }

    /** Whether a party that has used a view since the last reset, and that nobody has replaced there, is dead. */
    boolean someoneDied(long seen) {
        for (LongWord entry : entries) {
            long there = entry.getVolatile(); // E
            int party = (int) there;
            if (party != 0 && (int) (there >>> 32) == Epoch.resets(seen) && !memory.isAlive(party)) {
                return true;
            }
        }
        return false;
    }
}
