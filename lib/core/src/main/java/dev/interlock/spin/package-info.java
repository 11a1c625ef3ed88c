/**
 * Locks whose waiters stay awake: the textbook algorithms, for critical sections shorter than a sleep.
 *
 * <table>
 *   <caption>Which one to choose</caption>
 *   <tr><th>lock<th>parties<th>fair<th>a waiter can give up<th>use when
 *   <tr><td>{@link dev.interlock.spin.LockVariable}<td>any<td>no<td>yes<td>never: it is broken
 *   <tr><td>{@link dev.interlock.spin.StrictAlternation}<td>2, by view<td>turns<td>yes<td>turns are what is wanted
 *   <tr><td>{@link dev.interlock.spin.PetersonLock}<td>2, by view<td>yes<td>yes<td>learning; only reads and writes
 *   <tr><td>{@link dev.interlock.spin.FilterLock}<td>n, by view<td>no starvation<td>yes<td>learning
 *   <tr><td>{@link dev.interlock.spin.BakeryLock}<td>n, by view<td>FIFO<td>yes<td>learning; only reads and writes
 *   <tr><td>{@link dev.interlock.spin.TasLock}<td>any<td>no<td>yes<td>hardly anybody competes
 *   <tr><td>{@link dev.interlock.spin.TtasLock}<td>any<td>no<td>yes<td>few compete
 *   <tr><td>{@link dev.interlock.spin.BackoffLock}<td>any<td>no<td>yes<td>many compete, and throughput counts
 *   <tr><td>{@link dev.interlock.spin.TicketLock}<td>any<td>FIFO<td>no<td>few compete, each with a CPU of its own
 *   <tr><td>{@link dev.interlock.spin.AndersonLock}<td>n expected<td>FIFO<td>no<td>many compete, across processes
 *   <tr><td>{@link dev.interlock.spin.ClhLock}<td>any, heap only<td>FIFO<td>yes<td>many compete, and some give up
 *   <tr><td>{@link dev.interlock.spin.McsLock}<td>any, heap only<td>FIFO<td>no<td>many compete
 * </table>
 *
 * <p>After a bounded number of looks a waiter offers its CPU to others at each further look. So with more parties than CPUs
 * the locks still get on; those that are FIFO slowly, for the one whose turn it is must first be given a CPU. Those that
 * recover from the death of an owner are {@code TasLock}, {@code TtasLock}, {@code BackoffLock}, {@code PetersonLock}, {@code
 * FilterLock} and {@code BakeryLock}; in the others a dead party, inside or in line, keeps the rest waiting for ever, and they
 * {@linkplain dev.interlock.memory.Memory#requireImmortalParties say so} to their memory.
 *
 * <p>Every waiter takes part in the rivalry for the CPUs. So the number of parties has no limit but what a lock says of
 * itself, and however many give up leave no trace; but thousands that wait at once keep the CPUs busy with each other, at the
 * FIFO locks for as long as one turn of all of them takes, at each hand-over. Where more than a few dozen may wait, take {@link
 * dev.interlock.mutex.Mutex}, which lets them sleep.
 */
package dev.interlock.spin;
