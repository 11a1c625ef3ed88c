package dev.interlock.explore;

import dev.interlock.memory.Word;

/** A word of an {@link ExploredMemory}; all access modes are volatile. */
final class ExploredWord extends Word {
    final int cell;
    private final ExploredMemory memory;

    ExploredWord(ExploredMemory memory, int cell) {
        this.memory = memory;
        this.cell = cell;
    }

    @Override
    public int getPlain() {
        return getVolatile();
    }

    @Override
    public int getOpaque() {
        return getVolatile();
    }

    @Override
    public int getAcquire() {
        return getVolatile();
    }

    @Override
    public int getVolatile() {
        return (int) memory.step(Op.Kind.GET, cell, 0, 0);
    }

    @Override
    public void setPlain(int value) {
        setVolatile(value);
    }

    @Override
    public void setOpaque(int value) {
        setVolatile(value);
    }

    @Override
    public void setRelease(int value) {
        setVolatile(value);
    }

    @Override
    public void setVolatile(int value) {
        memory.step(Op.Kind.SET, cell, value, 0);
    }

    @Override
    public boolean compareAndSet(int expected, int value) {
        return memory.step(Op.Kind.CAS, cell, expected, value) != 0;
    }

    @Override
    public int getAndSet(int value) {
        return (int) memory.step(Op.Kind.SWAP, cell, value, 0);
    }

    @Override
    public int getAndAdd(int delta) {
        return (int) memory.step(Op.Kind.ADD, cell, delta, 0);
    }

    @Override
    public Outcome sleep(int expected, long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long result = memory.step(Op.Kind.AWAIT, cell, expected, deadlineNanos);
        if (result == Op.INTERRUPTED) {
            throw new InterruptedException();
        }
        return result == Op.EXPIRED ? Outcome.TIMED_OUT : result == Op.CHANGED ? Outcome.CHANGED : Outcome.WOKEN;
    }

    @Override
    public int wake(int parties) {
        return (int) memory.step(Op.Kind.WAKE, cell, parties, 0);
    }
}
