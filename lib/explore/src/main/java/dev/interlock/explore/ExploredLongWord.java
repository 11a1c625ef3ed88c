package dev.interlock.explore;

import dev.interlock.memory.LongWord;

/** A 64-bit word of an {@link ExploredMemory}; all access modes are volatile. */
final class ExploredLongWord extends LongWord {
    final int cell;
    private final ExploredMemory memory;

    ExploredLongWord(ExploredMemory memory, int cell) {
        this.memory = memory;
        this.cell = cell;
    }

    @Override
    public long getPlain() {
        return getVolatile();
    }

    @Override
    public long getOpaque() {
        return getVolatile();
    }

    @Override
    public long getAcquire() {
        return getVolatile();
    }

    @Override
    public long getVolatile() {
        return memory.step(Op.Kind.GET, cell, 0, 0);
    }

    @Override
    public void setPlain(long value) {
        setVolatile(value);
    }

    @Override
    public void setOpaque(long value) {
        setVolatile(value);
    }

    @Override
    public void setRelease(long value) {
        setVolatile(value);
    }

    @Override
    public void setVolatile(long value) {
        memory.step(Op.Kind.SET, cell, value, 0);
    }

    @Override
    public boolean compareAndSet(long expected, long value) {
        return memory.step(Op.Kind.CAS, cell, expected, value) != 0;
    }

    @Override
    public long getAndSet(long value) {
        return memory.step(Op.Kind.SWAP, cell, value, 0);
    }

    @Override
    public long getAndAdd(long delta) {
        return memory.step(Op.Kind.ADD, cell, delta, 0);
    }
}
