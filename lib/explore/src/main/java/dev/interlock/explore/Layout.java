package dev.interlock.explore;

import java.util.List;

/** Where a state, an array of ints, keeps what. */
final class Layout {
    /* Implementation notes
     * State   [words and long words][sections][payload][dead][round][sleep][interrupts][context][node of party 0]…[of the last]
     *         sections: eight bits a section, a bit for each party inside. payload: the number of the content of the
     *         payload areas. dead: a bit a party. round, sleep: four bits a party; which repetition of its body it is
     *         in, and its place in the queue of its word, from 1, or 0 if awake. interrupts: how many there have been.
     *         context: last party and preemptions, if those are bounded. node: what the party knows, see Party; or DEAD or FINISHED.
     */
    static final int MAX_PARTIES = 8;
    static final int MAX_SECTIONS = 4;
    static final int DEAD = -1;
    static final int FINISHED = -2;

    final int cells;
    final int sections;
    final int payload;
    final int dead;
    final int round;
    final int sleep;
    final int interrupts;
    final int context;
    final int nodes;
    final int width;
    final int parties;

    private final int[] offset;
    private final boolean[] wide;

    Layout(List<ExploredMemory.Cell> drawn, int parties) {
        this.parties = parties;
        cells = drawn.size();
        offset = new int[cells];
        wide = new boolean[cells];
        int at = 0;
        for (int i = 0; i < cells; i++) {
            offset[i] = at;
            wide[i] = drawn.get(i).wide();
            at += wide[i] ? 2 : 1;
        }
        sections = at;
        payload = at + 1;
        dead = at + 2;
        round = at + 3;
        sleep = at + 4;
        interrupts = at + 5;
        context = at + 6;
        nodes = at + 7;
        width = nodes + parties;
    }

    long get(int[] state, int cell) {
        int at = offset[cell];
        return wide[cell] ? (long) state[at] << 32 | state[at + 1] & 0xffff_ffffL : state[at];
    }

    void set(int[] state, int cell, long value) {
        int at = offset[cell];
        if (wide[cell]) {
            state[at] = (int) (value >>> 32);
            state[at + 1] = (int) value;
        } else {
            state[at] = (int) value;
        }
    }

    /** Where the word starts. */
    int offset(int cell) {
        return offset[cell];
    }

    /** How many ints the word takes. */
    int length(int cell) {
        return wide[cell] ? 2 : 1;
    }

    int sleepOf(int[] state, int party) {
        return state[sleep] >>> (4 * party) & 15;
    }

    void setSleep(int[] state, int party, int place) {
        state[sleep] = state[sleep] & ~(15 << (4 * party)) | place << (4 * party);
    }

    int roundOf(int[] state, int party) {
        return state[round] >>> (4 * party) & 15;
    }

    void setRound(int[] state, int party, int number) {
        state[round] = state[round] & ~(15 << (4 * party)) | number << (4 * party);
    }

    boolean isDead(int[] state, int party) {
        return (state[dead] >>> party & 1) != 0;
    }

    /** Whether a number is that of a party that lives. */
    boolean isAlive(int[] state, long number) {
        return number > 0 && number <= parties && !isDead(state, (int) number - 1);
    }

    /** Whether the party will take no more steps. */
    boolean isGone(int[] state, int party) {
        return state[nodes + party] < 0;
    }
}
