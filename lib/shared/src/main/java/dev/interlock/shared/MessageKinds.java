package dev.interlock.shared;

import dev.interlock.mailbox.PostOffice;
import dev.interlock.memory.Memory;

/** Reads rings and mailboxes, by FORMAT.md. */
final class MessageKinds {
    private static final String NO_MEASURES = "made without measures";
    private static final int PHASES = 8;

    private MessageKinds() {}

    static void ring(Words words, Status status, int... parameters) {
        status.say(words.at(0) == 0 ? "open, " : "closed, ");
        status.waiters(words.sleepAt(4) || words.sleepAt(8));
        if (areMeasures(2, status, parameters)) {
            int[] phases = new int[PHASES];
            long stride = 16L + parameters[1] + Format.LINE - 1 & -Format.LINE;
            for (int i = 0; i < parameters[0]; i++) {
                long state = words.longAt(192 + i * stride);
                int phase = phaseOf(state);
                phases[phase]++;
                if (phase == 1 || phase == 3) {
                    status.holder((int) state);
                }
            }
            status.say(phases[1] + " claimed, " + phases[2] + " published, " + phases[3] + " being read");
            status.fill(parameters[0] - phases[0], parameters[0]);
        }
        recovered(status, words.at(12));
    }

    static void postMailbox(Words words, Status status, int... parameters) {
        status.say(phaseOf(words.longAt(64)) == 1 ? "open, " : "closed, ");
        if (areMeasures(2, status, parameters)) {
            post(words, status, 1, 64, parameters[0], 0, parameters[1]);
        }
        recovered(status, words.at(20));
    }

    static void postOffice(Words words, Status status, int... parameters) {
        if (areMeasures(3, status, parameters)) {
            int open = 0;
            int closed = 0;
            for (int i = 0; i < parameters[0]; i++) {
                long state = words.longAt(64 + 128L * i);
                open += phaseOf(state) == 1 ? 1 : 0;
                closed += phaseOf(state) == 2 ? 1 : 0;
                status.holder((int) state);
            }
            status.say(open + " open, " + closed + " closed, ");
            post(words, status, parameters[0], 128, parameters[1], PostOffice.NAME_BYTES, parameters[2]);
        }
        recovered(status, words.at(20));
    }

    /** Whether the maker has said how large the object is made; it need not, and may have said something else. */
    private static boolean areMeasures(int count, Status status, int... parameters) {
        if (parameters.length != count) {
            status.say(NO_MEASURES);
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (parameters[i] < (i == count - 1 ? 0 : 1)) {
                throw new IndexOutOfBoundsException("its parameters are no measures");
            }
        }
        return true;
    }

    private static void post(
            Words words, Status status, int boxes, int boxStride, int letters, int nameBytes, int maxLength) {
        status.holder(words.at(8));
        status.waiters(words.sleepAt(12));
        for (int i = 0; i < boxes; i++) {
            status.waiters(words.sleepAt(72 + (long) boxStride * i));
        }
        int[] phases = new int[PHASES];
        long stride = 40L + nameBytes + maxLength + 7 & -8;
        for (int i = 0; i < letters; i++) {
            long state = words.longAt(64 + (long) boxStride * boxes + stride * i);
            int phase = phaseOf(state);
            phases[phase]++;
            if (phase >= 2 && phase <= 4) {
                status.holder((int) state);
            }
        }
        int sent = phases[1] + phases[5];
        status.say(sent + " sent, " + phases[2] + " offered, " + phases[3] + " taken, " + phases[4] + " wanted");
        status.fill(letters - phases[0], letters);
    }

    private static void recovered(Status status, int count) {
        status.say(count == 0 ? "" : ", " + Integer.toUnsignedString(count) + " recovered");
    }

    private static int phaseOf(long state) {
        return (int) state >>> Memory.PARTY_BITS;
    }
}
