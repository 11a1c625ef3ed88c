package dev.interlock.explore;

import dev.interlock.memory.Memory;
import java.util.List;
import java.util.function.Function;

/**
 * Runs a party's code through a history of results, and on as far as somebody answers.
 *
 * @param <T> what the parties share
 */
final class Runner<T> implements Stepper {
    /* Implementation notes
     * The code is run from the beginning of its part on the calling thread, with the results of the history for answers.
     * What comes after them is answered by a Beyond, or not: then the code is unwound by throwing UNWIND. No thread is
     * ever switched. (Stateless replay as in [1], but of one party at a time.)
     *
     * Unwinding   runs the code's finally blocks: each further operation throws UNWIND again, and however the run ends it
     *             counts as unwound.
     * Time        is relative: a clock's result is by how much it moved, a deadline how far away it is. So a party that
     *             sleeps for a while, again and again, is each time where it was.
     * Pauses      in a row are one.
     * Interrupts  are entries of the history: when the operation before one has returned, the thread is interrupted.
     *
     * [1] P. Godefroid. Model checking for programming languages using VeriSoft. POPL 1997.
     */

    /** Answers the operations behind the history. */
    interface Beyond {
        /** The result; throws what {@link Runner#unwind()} gives to end the run. */
        long answer(Op next);
    }

    private static final int MOST_PAUSES = 10_000_000;
    private static final long START = 1_000_000_000;
    private static final Unwind UNWIND = new Unwind();

    private final List<? extends Exploration.Body<? super T>> parts;
    private final Function<? super Memory, ? extends T> constructor;
    private final ExploredMemory memory;
    private final Payloads payloads;
    private final Sections sections;

    private History history;
    private int cursor;
    private Beyond beyond;
    private long clock;
    private int pauses;
    private boolean unwinding;
    private Throwable thrown;
    private String difference;
    private long operations;

    Runner(
            List<? extends Exploration.Body<? super T>> parts,
            Function<? super Memory, ? extends T> constructor,
            ExploredMemory memory,
            Payloads payloads,
            Sections sections) {
        this.parts = parts;
        this.constructor = constructor;
        this.memory = memory;
        this.payloads = payloads;
        this.sections = sections;
    }

    Sections sections() {
        return sections;
    }

    /** Runs a part, on a new object over the same memory. */
    void run(int part, History through, Beyond further) {
        history = through;
        beyond = further;
        cursor = 0;
        unwinding = false;
        thrown = null;
        difference = null;
        clock = START;
        pauses = 0;
        Thread.interrupted(); // what an earlier run left behind
        memory.open();
        T shared = constructor.apply(memory);
        memory.seal(this);
        see(0);
        interruptIfDue();
        Section.setCaller(this);
        try {
            parts.get(part).run(shared);
        } catch (Throwable t) {
            thrown = t;
        } finally {
            Section.setCaller(null);
        }
        Thread.interrupted();
        if (!unwinding && thrown instanceof VirtualMachineError error) {
            throw error;
        }
        if (!unwinding && cursor < history.length()) {
            differ(thrown == null ? "nothing" : "threw " + thrown);
        }
    }

    /** Whether the code came to its end, and was not unwound. */
    boolean hasEnded() {
        return !unwinding;
    }

    /** What the code threw at its end, or null. */
    Throwable thrown() {
        return thrown;
    }

    /** How the run has left its history, or null. */
    String difference() {
        return difference;
    }

    /** What to throw out of an operation to end the run. */
    Unwind unwind() {
        unwinding = true;
        return UNWIND;
    }

    /** Lets the code see the payload with the given number. */
    void see(int content) {
        if (!payloads.areEmpty()) {
            memory.writeBytes(payloads.get(content));
        }
    }

    /** The payload as the code has left it. */
    int left() {
        return payloads.areEmpty() ? 0 : payloads.numberOf(memory.readBytes());
    }

    /** How many operations the code has taken, in all runs. */
    long operations() {
        return operations;
    }

    @Override
    public long step(Op.Kind kind, int cell, long a, long b) {
        operations++;
        if (unwinding) {
            throw UNWIND;
        }
        if (kind == Op.Kind.PAUSE && ++pauses > 1 && pauses < MOST_PAUSES) {
            return 0;
        }
        if (kind != Op.Kind.PAUSE) {
            pauses = 0;
        }
        boolean timed = kind == Op.Kind.AWAIT && b != Memory.NO_DEADLINE;
        long result = take(kind, cell, a, timed ? b - clock : b);
        if (kind == Op.Kind.CLOCK) {
            clock += result;
            return clock;
        }
        if (timed && result == Op.EXPIRED) {
            clock = Math.max(clock, b);
        }
        return result;
    }

    /** Takes an operation whose times, if it has any, are relative to the party's clock. */
    private long take(Op.Kind kind, int cell, long a, long b) {
        if (cursor == history.length()) {
            return beyond.answer(new Op(kind, cell, a, b));
        }
        Op known = history.op(cursor);
        if (known.kind() != kind || known.cell() != cell || known.a() != a || known.b() != b) {
            differ(new Op(kind, cell, a, b).toString());
            throw unwind();
        }
        see(history.seen(cursor));
        long result = history.result(cursor++);
        interruptIfDue();
        return result;
    }

    private void interruptIfDue() {
        while (cursor < history.length() && history.op(cursor).kind() == Op.Kind.INTERRUPT) {
            see(history.seen(cursor++));
            Thread.currentThread().interrupt();
        }
    }

    private void differ(String other) {
        difference = "took " + history.op(cursor) + ", and in another run " + other;
    }
}
