package dev.interlock.explore;

import java.util.Arrays;

/** The states seen so far, numbered in the order of discovery. */
final class StateStore {
    private static final int BLOCK_BITS = 14;
    private static final int BLOCK = 1 << BLOCK_BITS;

    private final int width;
    private int[][] blocks = new int[16][];
    private int[] table = new int[1 << 12];
    private int count;

    StateStore(int width) {
        this.width = width;
    }

    int count() {
        return count;
    }

    void read(int number, int[] state) {
        System.arraycopy(blocks[number >>> BLOCK_BITS], (number & BLOCK - 1) * width, state, 0, width);
    }

    /** The number of the state, or -1 - its number if it is new. */
    int add(int[] state) {
        if (2 * count >= table.length) {
            grow();
        }
        int slot = slotOf(state);
        if (table[slot] != 0) {
            return table[slot] - 1;
        }
        table[slot] = ++count;
        int number = count - 1;
        int block = number >>> BLOCK_BITS;
        if (block == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * block);
        }
        if (blocks[block] == null) {
            blocks[block] = new int[BLOCK * width];
        }
        System.arraycopy(state, 0, blocks[block], (number & BLOCK - 1) * width, width);
        return -1 - number;
    }

    private int slotOf(int[] state) {
        int mask = table.length - 1;
        int slot = hash(state, 0) & mask;
        while (table[slot] != 0 && !isAt(table[slot] - 1, state)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean isAt(int number, int[] state) {
        int start = (number & BLOCK - 1) * width;
        return Arrays.equals(blocks[number >>> BLOCK_BITS], start, start + width, state, 0, width);
    }

    private int hash(int[] ints, int start) {
        int hash = 0;
        for (int i = start; i < start + width; i++) {
            hash = Integer.rotateLeft(hash ^ ints[i] * 0x9E3779B1, 15) * 0x85EBCA77;
        }
        hash ^= hash >>> 15;
        hash *= 0x2C1B3C6D;
        return hash ^ hash >>> 13;
    }

    private void grow() {
        table = new int[2 * table.length];
        int mask = table.length - 1;
        for (int number = 0; number < count; number++) {
            int slot = hash(blocks[number >>> BLOCK_BITS], (number & BLOCK - 1) * width) & mask;
            while (table[slot] != 0) {
                slot = slot + 1 & mask;
            }
            table[slot] = number + 1;
        }
    }
}
