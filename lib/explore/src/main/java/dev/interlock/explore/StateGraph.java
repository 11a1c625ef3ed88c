package dev.interlock.explore;

import java.util.Arrays;

/** The steps between the states of a {@link StateStore}, state after state. */
final class StateGraph {
    private static final int LABEL = (1 << 8) - 1;
    private static final int COMPLETES = 1 << 8;
    private static final int CHANCE = 1 << 9;

    private int[] firstStep = new int[1024];
    private byte[] reliable = new byte[1024];
    private int[] target = new int[4096];
    private short[] label = new short[4096];
    private int states;
    private int count;

    /** What is added from now on leaves the next state, in which the given parties can be relied on to take a step. */
    void beginState(int parties) {
        if (states == firstStep.length) {
            firstStep = Arrays.copyOf(firstStep, 2 * states);
            reliable = Arrays.copyOf(reliable, 2 * states);
        }
        reliable[states] = (byte) parties;
        firstStep[states++] = count;
    }

    void addEdge(int to, byte how, boolean completes, boolean chance) {
        if (count == target.length) {
            target = Arrays.copyOf(target, 2 * count);
            label = Arrays.copyOf(label, 2 * count);
        }
        target[count] = to;
        label[count++] = (short) (how | (completes ? COMPLETES : 0) | (chance ? CHANCE : 0));
    }

    /** The parties that can be relied on to take a step, even if a bound has left it out. */
    int reliable(int state) {
        return reliable[state] & 0xff;
    }

    int first(int state) {
        return firstStep[state];
    }

    /** Behind the last step that leaves the state. */
    int end(int state) {
        return firstStep[state + 1];
    }

    int target(int step) {
        return target[step];
    }

    byte label(int step) {
        return (byte) (label[step] & LABEL);
    }

    /** Whether the step ends a round of its party. */
    boolean completes(int step) {
        return (label[step] & COMPLETES) != 0;
    }

    /** Whether the step cannot happen again and again for ever, or need not. */
    boolean isChance(int step) {
        return (label[step] & CHANCE) != 0;
    }
}
