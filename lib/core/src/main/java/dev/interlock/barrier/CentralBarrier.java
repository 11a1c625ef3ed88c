package dev.interlock.barrier;

import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A barrier at which all parties arrive in one place, in any order: threads, or threads of processes that share memory.
 *
 * <p><b>Blocking.</b> A party that waits spins for a while, then sleeps. {@code reset} and the queries never block.
 *
 * <p><b>Limits.</b> 1 to 65536 parties. Timeouts of zero or less do not wait. Breaking and memory effects are those of
 * {@link Barrier}. Virtual threads park without pinning their carrier.
 *
 * <p><b>Parties.</b> Whoever calls is a party: if more threads than {@link #parties} use the barrier, the first to come
 * form the round, and the others belong to the next. True from {@code await} goes to the last to arrive.
 *
 * <p><b>Death.</b> Across processes, a round that waits breaks within a second when a party dies, or closes its segment,
 * that has arrived in it or was in the round before. Of one that was in neither nothing is known.
 *
 * <p>For many parties with a CPU each, a {@link DisseminationBarrier} has no place that all write to.
 *
 * <pre>{@code
 * Barrier allDone = new CentralBarrier(4);
 * while (!finished) {
 *     computeMyPart();
 *     allDone.await();
 * }
 * }</pre>
 *
 * <p>D. Hensgen, R. Finkel, U. Manber, Two algorithms for barrier synchronization, IJPP 17(1), 1988; J. Mellor-Crummey,
 * M. Scott, Algorithms for scalable synchronization on shared-memory multiprocessors, ACM TOCS 9(1), 1991: the
 * sense-reversing centralized barrier. Here the sense is the number of the round, and instead of counting down, each
 * party signs in a place of its own, so that it is known who has arrived.
 */
public final class CentralBarrier implements Barrier {
    /* Implementation notes
     * State   arrived[round & 1][i], [round:32][party:32]: the i-th to arrive in that round; of an older round: not yet
     *         taken. Parties take the places in order, by CAS; whoever takes the last one runs the action and trips the
     *         round. So while a round fills up, the one before it is still on record. The round itself and its end are in
     *         Epoch.
     * Edge A  a party takes its place by CAS -> the next to arrive reads it (volatile) before it takes its own; so the
     *         last one has seen all.
     * Slow    a party whose round has ended meanwhile never overwrites a place of a later round. After a reset it may
     *         sign for its old round: the place counts for nobody, and the party sees when it waits that its round is over.
     * Death   of a party that has arrived: its name is in its place, and those who wait break the round. Of the last one
     *         before trip(), or in the action: the same, for its name is in the last place. Of one that was in the round
     *         before, and so is expected: its name is there. Of one that was in neither: nothing is known of it. After a
     *         reset, which leaves out a round, nobody is expected.
     */
    private final Memory memory;
    private final Epoch epoch;
    private final int parties;
    private final Runnable action;
    private final LongWord[][] arrived;

    /**
     * A barrier for the threads of this JVM.
     *
     * @param parties how many must arrive, 1 to 65536
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public CentralBarrier(int parties) {
        this(Memory.heap(), parties);
    }

    /**
     * A barrier in the given memory. Draws two words and two for each party.
     *
     * @param memory where it lives
     * @param parties how many must arrive, 1 to 65536
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public CentralBarrier(Memory memory, int parties) {
        this(memory, parties, null, WaitStrategy.ADAPTIVE);
    }

    /**
     * A barrier in the given memory, with an action. Draws two words and two for each party.
     *
     * @param memory where it lives
     * @param parties how many must arrive, 1 to 65536
     * @param action run once in each round by the last to arrive, after all have arrived and before any passes, or null; each
     *     process gives its own
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if there are fewer than 1 or more than 65536 parties
     */
    public CentralBarrier(Memory memory, int parties, Runnable action, WaitStrategy waiting) {
        this.memory = memory;
        this.parties = Epoch.checkedParties(parties, 1);
        this.action = action;
        this.epoch = new Epoch(memory, waiting, 0, this::allArrived);
        this.arrived = new LongWord[2][parties];
        Memory line = memory.newLine();
        for (LongWord[] places : arrived) {
            for (int i = 0; i < parties; i++) {
                places[i] = line.longWord(-1L << 32); // nobody, in the round before the first
            }
        }
    }

    @Override
    public boolean await() throws InterruptedException, BrokenBarrierException {
        try {
            return await(Memory.NO_DEADLINE);
        } catch (TimeoutException e) {
            throw new AssertionError(e); // there is no deadline
        }
    }

    @Override
    public boolean await(long timeout, TimeUnit unit)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        return await(epoch.deadlineAfter(timeout, unit));
    }

    @Override
    public int parties() {
        return parties;
    }

    @Override
    public boolean isBroken() {
        return epoch.isBroken();
    }

    @Override
    public void reset() {
        epoch.reset();
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "CentralBarrier[" + parties + (isBroken() ? " parties, broken]" : " parties]");
    }

    private boolean await(long deadlineNanos) throws InterruptedException, BrokenBarrierException, TimeoutException {
        for (; ; ) {
            long seen = epoch.enter();
            int place = arrive(Epoch.round(seen));
            if (place == parties - 1) {
                epoch.trip(action, seen);
                return true;
            }
            epoch.await(seen, this::someoneDied, deadlineNanos);
            if (place >= 0) {
                return false;
            }
        }
    }

    /** Takes a place in the round, and returns its number, or -1 if all are taken or the round is over. */
    private int arrive(int round) {
        LongWord[] places = arrived[round & 1];
        long mine = (long) round << 32 | memory.self();
        for (int place = 0; place < parties; place++) {
            long there = places[place].getVolatile(); // A
            while ((int) (there >>> 32) - round < 0) {
                if (places[place].compareAndSet(there, mine)) { // A
                    return place;
                }
                there = places[place].getVolatile(); // A
            }
            if ((int) (there >>> 32) != round) {
                return -1;
            }
        }
        return -1;
    }

    private boolean allArrived(long seen) {
        int round = Epoch.round(seen);
        for (LongWord place : arrived[round & 1]) {
            if ((int) (place.getVolatile() >>> 32) != round) { // A
                return false;
            }
        }
        return true;
    }

    /** Whether one that has arrived in the round, or was in the one before, is dead. */
    private boolean someoneDied(long seen) {
        int round = Epoch.round(seen);
        return someoneDied(arrived[round & 1], round) || someoneDied(arrived[~round & 1], round - 1);
    }

    private boolean someoneDied(LongWord[] places, int round) {
        for (LongWord place : places) {
            long there = place.getVolatile();
            int party = (int) there;
            if (party != 0 && (int) (there >>> 32) == round && !memory.isAlive(party)) {
                return true;
            }
        }
        return false;
    }
}
