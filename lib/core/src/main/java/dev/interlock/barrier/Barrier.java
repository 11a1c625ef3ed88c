package dev.interlock.barrier;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A point that a fixed number of parties pass together: each waits until all have arrived. It can be used again at once.
 *
 * <table>
 *   <caption>Which one to choose</caption>
 *   <tr><th>barrier<th>steps of a party<th>parties<th>use when
 *   <tr><td>{@link CentralBarrier}<td>O(parties), all on one line<td>anybody<td>otherwise: the default
 *   <tr><td>{@link TurnstileBarrier}<td>a few semaphore operations<td>anybody<td>one wants to see how semaphores do it
 *   <tr><td>{@link DisseminationBarrier}<td>O(log parties)<td>numbered<td>there are many CPUs; the shortest critical path
 *   <tr><td>{@link TournamentBarrier}<td>O(log parties), the loser one<td>numbered<td>the same, with fewer writes
 *   <tr><td>{@link Rendezvous}<td>two<td>two, numbered<td>there are two
 * </table>
 *
 * <p><b>Breaking.</b> As in {@link java.util.concurrent.CyclicBarrier CyclicBarrier}: when a party that waits is interrupted or runs
 * out of time, when a barrier action throws, or when somebody calls {@link #reset}, all others that wait get {@link
 * BrokenBarrierException}, and so does whoever comes later, until {@code reset}. In the kinds that run an action, a party
 * that is interrupted or runs out of time when all have arrived breaks nothing: it waits for the end of the action and
 * passes, or hears that it threw. A party whose round is complete but that has not yet looked when {@code reset} is called
 * counts as waiting.
 *
 * <p><b>Death.</b> Across processes, a party that dies breaks the barrier for those who wait for it, within a second: if it
 * has arrived, and if it is known to be expected. Each kind says of whom it knows. After {@code reset} the living pass, with
 * somebody in the place of the dead.
 *
 * <p><b>Memory effects.</b> What a party did before {@code await} happens-before the barrier action, and that
 * happens-before the return of {@code await} in every party of the round.
 */
public interface Barrier {
    /**
     * Arrives, and waits until all parties have.
     *
     * @return true to exactly one party of each round
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; the barrier is broken then
     * @throws BrokenBarrierException if the barrier is broken, or is while this waits
     */
    boolean await() throws InterruptedException, BrokenBarrierException;

    /**
     * Arrives, and waits until all parties have, at most the given time.
     *
     * @param timeout how long to wait; zero or less does not wait
     * @param unit the unit of {@code timeout}
     * @return true to exactly one party of each round
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; the barrier is broken then
     * @throws BrokenBarrierException if the barrier is broken, or is while this waits
     * @throws TimeoutException if the time has passed; the barrier is broken then
     */
    boolean await(long timeout, TimeUnit unit) throws InterruptedException, BrokenBarrierException, TimeoutException;

    /**
     * How many parties must arrive.
     *
     * @return the number of parties
     */
    int parties();

    /**
     * Whether the barrier is broken.
     *
     * @return true from the moment at which it breaks until {@link #reset}
     */
    boolean isBroken();

    /** Makes a barrier new again, broken or not. Parties that wait get {@link BrokenBarrierException}. */
    void reset();
}
