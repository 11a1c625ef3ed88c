package dev.interlock.explore;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A memory whose every operation is answered by a {@link Stepper}. The first constructor that draws from it lays it out;
 * later ones, one for each party, attach to what was drawn.
 */
final class ExploredMemory extends Memory {
    /* Implementation notes
     * While a constructor runs, its operations go to a scratch copy of the first values: they are part of making the
     * object, and no other party is there yet. Then sealed, with the stepper of whoever runs on it.
     */

    /** A word or a payload area. */
    record Cell(boolean wide, long initial) {}

    private final int self;
    private final boolean mortalParties;
    private final List<Cell> cells;
    private final List<Object> words = new ArrayList<>();
    private final List<ByteBuffer> areas = new ArrayList<>();
    private final boolean laysOut;
    private long[] scratch;
    private boolean sealed;
    private int drawnWords;
    private int drawnAreas;
    private Stepper stepper;

    /** A memory to be laid out by the next constructor. */
    ExploredMemory(int self, boolean mortalParties) {
        this(self, mortalParties, new ArrayList<>(), true);
    }

    private ExploredMemory(int self, boolean mortalParties, List<Cell> cells, boolean laysOut) {
        this.mortalParties = mortalParties;
        this.self = self;
        this.cells = cells;
        this.laysOut = laysOut;
    }

    /** The same memory, for a party that attaches to it. */
    ExploredMemory attach(int party) {
        ExploredMemory attached = new ExploredMemory(party, mortalParties, cells(), false);
        for (ByteBuffer area : areas) {
            attached.areas.add(ByteBuffer.allocateDirect(area.capacity()).order(ByteOrder.nativeOrder()));
        }
        return attached;
    }

    /** Starts a constructor. */
    void open() {
        sealed = false;
        drawnWords = 0;
        drawnAreas = 0;
        scratch = null;
    }

    /** Ends the constructor: operations go to the stepper from now on. */
    void seal(Stepper stepper) {
        if (!laysOut && (drawnWords != cells.size() || drawnAreas != areas.size())) {
            throw new IllegalStateException("the constructor draws differently each time: " + drawnWords + " words and "
                    + drawnAreas + " areas, then " + cells.size() + " and " + areas.size());
        }
        this.stepper = stepper;
        sealed = true;
    }

    /** The words as they were when the constructor ended. */
    List<Cell> cells() {
        if (scratch == null) {
            return cells;
        }
        List<Cell> written = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            written.add(new Cell(
                    cells.get(i).wide(),
                    i < scratch.length ? scratch[i] : cells.get(i).initial()));
        }
        return written;
    }

    int bytes() {
        return areas.stream().mapToInt(ByteBuffer::capacity).sum();
    }

    /** What the payload areas hold, one after the other. */
    byte[] readBytes() {
        byte[] content = new byte[bytes()];
        int at = 0;
        for (ByteBuffer area : areas) {
            area.get(0, content, at, area.capacity());
            at += area.capacity();
        }
        return content;
    }

    void writeBytes(byte[] content) {
        int at = 0;
        for (ByteBuffer area : areas) {
            area.put(0, content, at, area.capacity());
            at += area.capacity();
        }
    }

    long step(Op.Kind kind, int cell, long a, long b) {
        return sealed ? stepper.step(kind, cell, a, b) : scratchStep(kind, cell, a, b);
    }

    @Override
    public Word word(int initial) {
        int cell = draw(false, initial);
        if (cell == words.size()) {
            words.add(new ExploredWord(this, cell));
        }
        return (Word) words.get(cell);
    }

    @Override
    public LongWord longWord(long initial) {
        int cell = draw(true, initial);
        if (cell == words.size()) {
            words.add(new ExploredLongWord(this, cell));
        }
        return (LongWord) words.get(cell);
    }

    @Override
    public ByteBuffer bytes(int length) {
        refuseIfSealed();
        int index = drawnAreas++;
        if (laysOut) {
            areas.add(ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder()));
        } else if (index >= areas.size() || areas.get(index).capacity() != length) {
            throw new IllegalStateException("the constructor draws differently each time: area " + index);
        }
        return areas.get(index).duplicate().order(ByteOrder.nativeOrder());
    }

    @Override
    public Memory newLine() {
        return this;
    }

    @Override
    public int self() {
        return self;
    }

    @Override
    public boolean hasMortalParties() {
        return mortalParties;
    }

    @Override
    public boolean isAlive(int party) {
        return step(Op.Kind.ALIVE, 0, party, 0) != 0;
    }

    @Override
    public void pause() {
        step(Op.Kind.PAUSE, 0, 0, 0);
    }

    @Override
    public boolean isEnough(int steps, int limit) {
        return sealed ? step(Op.Kind.ENOUGH, 0, limit, 0) != 0 : steps >= limit;
    }

    /** One step, however many, for nobody looks meanwhile. */
    @Override
    public void pause(int steps) {
        pause();
    }

    @Override
    public long nanoTime() {
        return step(Op.Kind.CLOCK, 0, 0, 0);
    }

    @Override
    public String toString() {
        return "explored";
    }

    private int draw(boolean wide, long initial) {
        refuseIfSealed();
        int cell = drawnWords++;
        if (laysOut) {
            cells.add(new Cell(wide, initial));
        } else if (cell >= cells.size() || cells.get(cell).wide() != wide) {
            throw new IllegalStateException("the constructor draws differently each time: word " + cell);
        }
        return cell;
    }

    private void refuseIfSealed() {
        if (sealed) {
            throw new IllegalStateException("words and areas are drawn in the constructor, before the parties run");
        }
    }

    private long scratchStep(Op.Kind kind, int cell, long a, long b) {
        if (scratch == null || scratch.length < cells.size()) {
            long[] grown = new long[cells.size()];
            for (int i = 0; i < grown.length; i++) {
                grown[i] = scratch != null && i < scratch.length
                        ? scratch[i]
                        : cells.get(i).initial();
            }
            scratch = grown;
        }
        long old = scratch[cell];
        switch (kind) {
            case SET, SWAP -> scratch[cell] = a;
            case ADD -> scratch[cell] = cells.get(cell).wide() ? old + a : (int) (old + a);
            case CAS -> {
                if (old == a) {
                    scratch[cell] = b;
                }
                return old == a ? 1 : 0;
            }
            case ALIVE -> {
                return 1;
            }
            case AWAIT -> throw new IllegalStateException("a constructor must not wait");
            default -> {
                return old;
            }
        }
        return old;
    }
}
