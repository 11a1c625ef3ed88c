package dev.interlock.semaphore;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Lookout;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.util.function.BooleanSupplier;

/** Lets parties make an attempt first come, first served: only the one at the front of the line tries. */
final class Line {
    /* Implementation notes
     * State   next: tickets drawn. places[i], [ticket:32][party:32]: one who stands in line, or 0. The front is the lowest
     *         ticket (mod 2^32). bells[i]: where the one in place i sleeps; moves when it is called. standing: how many
     *         stand in line, or a few more. freed: where those sleep who have a ticket, but found all places taken.
     * Order   a party that has its place before another one draws its ticket is before it. Of those who come at the same
     *         moment two may take themselves for the front: so the attempt must be safe for any number, and fairness is
     *         all that hangs on the line.
     * Waking  whoever makes the attempt possible calls the front; so does whoever leaves the line, if it still is
     *         possible. Both change something first (the permits, the place) and then look at what the other changes,
     *         in volatile mode; and so does one that comes, before it sleeps. So one of them sees that there is something
     *         for the front to have.
     * Edge L  places, bells and standing are changed in volatile mode or by CAS -> whoever calls or looks reads them so.
     * Death   of one that stands in line: those behind it look, and take it out of its place by CAS, within 100 ms if it is
     *         in their way; so do those who find no place, if it is at the front. Of one that leaves, or buries, before it has counted down: standing stays too high, and costs
     *         time only. Of one that calls: those who stand in line wake by themselves within 100 ms.
     */
    private static final int SPINS = 4;

    private final Memory memory;
    private final WaitStrategy waiting;
    private final Word next;
    private final Word standing;
    private final EventCount freed;
    private final LongWord[] places;
    private final Word[] bells;

    Line(Memory memory, int length, WaitStrategy waiting) {
        this.memory = memory;
        this.waiting = waiting;
        this.next = memory.word(0);
        this.standing = memory.word(0);
        this.freed = new EventCount(memory);
        this.places = new LongWord[length];
        this.bells = new Word[length];
        for (int i = 0; i < length; i++) {
            places[i] = memory.longWord(0);
            bells[i] = memory.word(0);
        }
    }

    boolean isEmpty() {
        return standing.getVolatile() == 0; // L
    }

    /** To be called when the attempt has become possible, after a change in volatile mode. */
    void call() {
        int front = isEmpty() ? -1 : front();
        if (front >= 0) {
            bells[front].getAndAdd(1); // L
            bells[front].wake(1);
        }
    }

    /**
     * Stands in line until an attempt succeeds at the front.
     *
     * @param attempt tries, and says whether it succeeded
     * @param isPossible whether another attempt may succeed
     * @return false if the deadline passed first
     */
    boolean await(BooleanSupplier attempt, BooleanSupplier isPossible, long deadlineNanos) throws InterruptedException {
        int ticket = next.getAndAdd(1);
        int[] place = new int[1];
        BooleanSupplier placed = () -> {
            place[0] = takePlace(ticket);
            return place[0] >= 0;
        };
        if (!placed.getAsBoolean()
                && !freed.await(placed, freed::signal, this::buryFront, waiting, SPINS, deadlineNanos)) {
            return false;
        }
        try {
            return awaitFront(place[0], ticket, attempt, deadlineNanos);
        } finally {
            places[place[0]].setVolatile(0); // L
            leave();
            if (isPossible.getAsBoolean()) {
                call();
            }
        }
    }

    private boolean awaitFront(int place, int ticket, BooleanSupplier attempt, long deadlineNanos)
            throws InterruptedException {
        Lookout lookout = new Lookout(memory);
        boolean buries = false;
        for (int step = 0; ; step++) {
            int bell = bells[place].getVolatile(); // L: before the look that decides to sleep
            if (isFront(ticket, buries) && attempt.getAsBoolean()) {
                return true;
            }
            boolean stays = waiting.busyWait(memory, step, SPINS);
            boolean inTime = stays ? !waiting.giveUp(memory, deadlineNanos) : bells[place].await(bell, deadlineNanos);
            if (!inTime) {
                return isFront(ticket, true) && attempt.getAsBoolean();
            }
            buries = stays ? !waiting.sleeps() && Lookout.isDueAt(memory, waiting, step) : lookout.isDue();
        }
    }

    /** The place with the lowest ticket, or -1. */
    private int front() {
        int front = -1;
        int lowest = 0;
        for (int i = 0; i < places.length; i++) {
            long there = places[i].getVolatile(); // L
            if (there != 0 && (front < 0 || ticketOf(there) - lowest < 0)) {
                front = i;
                lowest = ticketOf(there);
            }
        }
        return front;
    }

    private static int ticketOf(long there) {
        return (int) (there >>> 32);
    }

    private int takePlace(int ticket) {
        long mine = (long) ticket << 32 | memory.self();
        for (int i = 0; i < places.length; i++) {
            if (places[i].getVolatile() == 0) {
                standing.getAndAdd(1); // L: before the place, so that nobody in a place is overlooked
                if (places[i].compareAndSet(0, mine)) { // L
                    return i;
                }
                standing.getAndAdd(-1);
            }
        }
        return -1;
    }

    /** Whether nobody has a lower ticket. */
    private boolean isFront(int ticket, boolean buries) {
        for (LongWord place : places) {
            long there = place.getVolatile(); // L
            if (there != 0 && ticketOf(there) - ticket < 0 && !(buries && bury(place, there))) {
                return false;
            }
        }
        return true;
    }

    /** For those who find no place: one by one, should all in line be dead; a living one buries those before it. */
    private void buryFront() {
        int front = front();
        long there = front < 0 ? 0 : places[front].getVolatile();
        if (there != 0) {
            bury(places[front], there);
        }
    }

    /** Whether the one that stood there is dead; then its place is free. */
    private boolean bury(LongWord place, long there) {
        boolean dead = !memory.isAlive((int) there);
        if (dead && place.compareAndSet(there, 0)) { // L
            leave();
        }
        return dead;
    }

    private void leave() {
        standing.getAndAdd(-1); // L
        freed.signal();
    }
}
