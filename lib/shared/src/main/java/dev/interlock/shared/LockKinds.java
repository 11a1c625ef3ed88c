package dev.interlock.shared;

/** Reads locks and semaphores, by FORMAT.md. */
final class LockKinds {
    private static final int MUTEX_WOKEN = 1 << 29;
    private static final int MUTEX_OWNER_DIED = 1 << 30;
    private static final int MUTEX_WAITERS = 1 << 31;
    private static final int SPIN_OWNER_DIED = 1 << 29;
    private static final int VIEW_INSIDE = 1 << 29;
    private static final int BARGING_LENGTH = 12;

    private LockKinds() {}

    static void mutex(Words words, Status status, int... parameters) {
        int state = words.at(0);
        held(status, state, (state & MUTEX_OWNER_DIED) != 0);
        status.waiters((state & (MUTEX_WAITERS | MUTEX_WOKEN)) != 0);
    }

    static void reentrantMutex(Words words, Status status, int... parameters) {
        mutex(words, status);
        status.say(status.holders().isEmpty() ? "" : " " + words.at(4) + " times");
    }

    static void readWriteMutex(Words words, Status status, int... parameters) {
        mutex(words, status);
        int readers = 0;
        for (int place = 64; place < words.length(); place += Format.LINE) {
            int reader = words.at(place);
            status.holder(reader);
            readers += reader == 0 ? 0 : 1;
        }
        status.say(", " + readers + " readers");
        status.waiters(words.sleepAt(4) || words.sleepAt(8));
        status.fill(readers, (words.length() - 64 + Format.LINE - 1) / Format.LINE);
    }

    static void condition(Words words, Status status, int... parameters) {
        status.waiters((words.at(0) & 1) != 0);
        status.say("condition");
    }

    /** Barging or FIFO, which the length tells. */
    static void countingSemaphore(Words words, Status status, int... parameters) {
        status.say(words.at(0) + " permits");
        if (words.length() == BARGING_LENGTH) {
            status.waiters(words.sleepAt(8));
            return;
        }
        int standing = 0;
        for (int place = 16; place < words.length(); place += 16) {
            standing += words.longAt(place) == 0 ? 0 : 1;
        }
        status.say(", FIFO, " + standing + " in line");
        status.waiters(standing != 0 || words.sleepAt(12));
    }

    static void binarySemaphore(Words words, Status status, int... parameters) {
        int taker = words.at(0);
        status.say(taker == 0 ? "1 permit" : "0 permits");
        status.waiters(words.sleepAt(4));
        status.holder(taker == -1 ? 0 : taker);
    }

    static void permitPool(Words words, Status status, int... parameters) {
        int taken = 0;
        for (int owner = 4; owner < words.length(); owner += Integer.BYTES) {
            status.holder(words.at(owner));
            taken += words.at(owner) == 0 ? 0 : 1;
        }
        int permits = words.length() / Integer.BYTES - 1;
        status.say(permits - taken + " permits");
        status.waiters(words.sleepAt(0));
        status.fill(taken, permits);
    }

    static void spinLock(Words words, Status status, int... parameters) {
        int state = words.at(0);
        held(status, state, (state & SPIN_OWNER_DIED) != 0);
    }

    static void lockVariable(Words words, Status status, int... parameters) {
        held(status, words.at(0), false);
    }

    static void ticketLock(Words words, Status status, int... parameters) {
        fifo(words, status, words.at(0) - words.at(64));
    }

    static void andersonLock(Words words, Status status, int... parameters) {
        fifo(words, status, words.at(68) == 0 ? 0 : words.at(0) - words.at(64));
    }

    static void petersonLock(Words words, Status status, int... parameters) {
        views(words, status, 0, 64, 2, 192);
    }

    static void filterLock(Words words, Status status, int... parameters) {
        views(words, status, 64, 128, words.length() / 128, 0);
    }

    static void bakeryLock(Words words, Status status, int... parameters) {
        views(words, status, 64, 64, words.length() / 64, 0);
    }

    static void strictAlternation(Words words, Status status, int... parameters) {
        views(words, status, 64, 64, 2, -1);
        status.say(", turn of view " + words.at(0));
    }

    private static void held(Status status, int owner, boolean died) {
        status.say((owner & Status.PARTY) == 0 ? "free" : "held");
        status.say(died ? ", an owner died" : "");
        status.holder(owner);
    }

    /** Of those who have a turn the first is inside, or about to be. */
    private static void fifo(Words words, Status status, int turns) {
        held(status, words.at(68), false);
        status.say(turns > 1 ? ", " + (turns - 1) + " wait" : "");
        status.waiters(turns > 1);
    }

    /** A lock that each party has a view of, whose users stand in one word each. */
    private static void views(Words words, Status status, int users, int stride, int parties, int died) {
        int waiting = 0;
        boolean held = false;
        for (int i = 0; i < parties; i++) {
            int user = words.at(users + (long) stride * i);
            boolean inside = (user & VIEW_INSIDE) != 0;
            held |= inside;
            status.holder(inside ? user : 0);
            waiting += !inside && user != 0 ? 1 : 0;
        }
        status.say(held ? "held" : "free");
        status.say(died >= 0 && words.at(died) != 0 ? ", an owner died" : "");
        status.say(waiting == 0 ? "" : ", " + waiting + " wait");
        status.waiters(waiting != 0);
    }
}
