package dev.interlock.shared;

/** Reads barriers, by FORMAT.md. */
final class BarrierKinds {
    private static final long BROKEN = 1L << 32;
    private static final int RESETS = 34;
    /** Of a turnstile barrier: the party has left its place, and is expected again. */
    private static final int OUTSIDE = 1 << 29;
    /** Of a tournament barrier: from there on some views take more than a line. */
    private static final int MOST_PLAYERS = 1 << 13;

    private static final String[] TURNSTILE_STATES = {"whole", "broken", "being reset", "ruined by a death"};

    private BarrierKinds() {}

    static void central(Words words, Status status, int... parameters) {
        long epoch = epoch(words, status, true);
        int parties = (words.length() - 64) / (2 * Long.BYTES);
        int first = 64 + ((int) epoch & 1) * parties * Long.BYTES;
        int arrived = 0;
        for (int i = 0; i < parties; i++) {
            long place = words.longAt(first + i * Long.BYTES);
            if ((int) (place >>> 32) == (int) epoch) {
                status.holder((int) place);
                arrived++;
            }
        }
        status.fill(arrived, parties);
    }

    static void dissemination(Words words, Status status, int... parameters) {
        int parties = 1;
        while (disseminationLength(parties) < words.length()) {
            parties++;
        }
        episodes(words, status, parties, stride(parties));
    }

    static void rendezvous(Words words, Status status, int... parameters) {
        episodes(words, status, 2, Format.LINE);
    }

    /** Who has arrived and won is not written anywhere: only those who have lost are seen. */
    static void tournament(Words words, Status status, int... parameters) {
        long epoch = epoch(words, status, true);
        int parties = (words.length() - 12) / Format.LINE;
        if (parties > MOST_PLAYERS) {
            return;
        }
        int beaten = 0;
        for (int i = 0; i < parties; i++) {
            status.waiters(words.sleepAt(72 + 64L * i));
            for (int level = 0; (i >> level & 1) == 0 && i + (1 << level) < parties; level++) {
                if (words.at(76 + 64L * i + 4 * level) == (int) epoch + 1) {
                    status.holder((int) words.longAt(64 + 64L * (i + (1 << level))));
                    beaten++;
                }
            }
        }
        status.say(", " + beaten + " beaten");
        status.fill(beaten, parties);
    }

    static void turnstile(Words words, Status status, int... parameters) {
        int state = words.at(36);
        status.say(state < 0 || state >= TURNSTILE_STATES.length ? "in state " + state : TURNSTILE_STATES[state]);
        status.say(words.at(32) == 0 ? "" : ", all have arrived");
        int inside = 0;
        for (int place = 48; place < words.length(); place += Integer.BYTES) {
            int party = words.at(place);
            if ((party & OUTSIDE) == 0) {
                status.holder(party);
                inside += party == 0 ? 0 : 1;
            }
        }
        status.waiters(words.sleepAt(12) || words.sleepAt(24) || words.sleepAt(44));
        status.fill(inside, (words.length() - 48) / Integer.BYTES);
    }

    private static long epoch(Words words, Status status, boolean hasRounds) {
        long epoch = words.longAt(0);
        status.say((epoch & BROKEN) != 0 ? "broken" : "");
        if (hasRounds) {
            status.say((epoch & BROKEN) != 0 ? ", " : "");
            status.say("round " + Integer.toUnsignedString((int) epoch));
        }
        status.waiters(words.sleepAt(8));
        return epoch;
    }

    /** Barriers whose parties count their episodes: those have arrived that are ahead of another. */
    private static void episodes(Words words, Status status, int parties, int stride) {
        long resets = epoch(words, status, false) >>> RESETS;
        int[] counts = new int[parties];
        int least = 0;
        for (int i = 0; i < parties; i++) {
            long own = words.longAt(80 + (long) stride * i);
            counts[i] = own >>> 32 == resets ? (int) own : 0;
            least = i == 0 || counts[i] - least < 0 ? counts[i] : least;
            status.waiters(words.sleepAt(72 + (long) stride * i));
        }
        int arrived = 0;
        for (int i = 0; i < parties; i++) {
            if (counts[i] != least) {
                status.holder((int) words.longAt(64 + (long) stride * i));
                arrived++;
            }
        }
        status.say((status.state().isEmpty() ? "" : ", ") + "round " + Integer.toUnsignedString(least));
        status.fill(arrived, parties);
    }

    private static int stride(int parties) {
        return 24 + 8 * steps(parties) + Format.LINE - 1 & -Format.LINE;
    }

    private static long disseminationLength(int parties) {
        return 64 + (long) stride(parties) * (parties - 1) + 24 + 8 * steps(parties);
    }

    private static int steps(int parties) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(parties - 1);
    }
}
