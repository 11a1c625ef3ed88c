package dev.interlock.explore;

import java.util.List;

/** The queues of parties that sleep on words, the longest asleep first. */
final class Sleepers {
    private final Layout layout;
    private final List<? extends Party<?>> parties;

    Sleepers(Layout layout, List<? extends Party<?>> parties) {
        this.layout = layout;
        this.parties = parties;
    }

    boolean isAsleep(int[] state, int party) {
        return layout.sleepOf(state, party) != 0;
    }

    /** Puts a party to sleep, at the end of the queue. */
    void add(int[] state, int party, int cell) {
        int before = 0;
        for (int p = 0; p < layout.parties; p++) {
            if (isAsleepOn(state, p, cell)) {
                before++;
            }
        }
        layout.setSleep(state, party, before + 1);
    }

    /** The party that sleeps on the word for the longest time, or -1. */
    int first(int[] state, int cell) {
        for (int p = 0; p < layout.parties; p++) {
            if (layout.sleepOf(state, p) == 1 && isAsleepOn(state, p, cell)) {
                return p;
            }
        }
        return -1;
    }

    /** Takes a party out of its queue, if it is in one. */
    void remove(int[] state, int party) {
        int place = layout.sleepOf(state, party);
        if (place == 0) {
            return;
        }
        int cell = cellOf(state, party);
        layout.setSleep(state, party, 0);
        for (int p = 0; p < layout.parties; p++) {
            int its = layout.sleepOf(state, p);
            if (its > place && isAsleepOn(state, p, cell)) {
                layout.setSleep(state, p, its - 1);
            }
        }
    }

    private boolean isAsleepOn(int[] state, int party, int cell) {
        return isAsleep(state, party) && cellOf(state, party) == cell;
    }

    private int cellOf(int[] state, int party) {
        return parties.get(party).op(state[layout.nodes + party]).cell();
    }
}
