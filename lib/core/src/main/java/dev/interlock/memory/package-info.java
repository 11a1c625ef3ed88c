/**
 * Where words live, who the parties are and how they wait: the ground on which every primitive stands.
 *
 * <p>A primitive is written once, over the {@link dev.interlock.memory.Word words} that it draws from a {@link
 * dev.interlock.memory.Memory}: the heap of one JVM, a segment that processes share, or the memory of an explorer that
 * runs every interleaving. Its constructor takes the memory first and draws its words in a fixed order, so that the same
 * constructor run over words that exist attaches to them: a constructor is a layout.
 *
 * <p>Terms used by all packages:
 *
 * <dl>
 *   <dt>party
 *   <dd>who calls: a thread; across processes, a thread of a process. Named by 29 bits that are not zero.
 *   <dt>progress
 *   <dd><em>blocking</em>: a party that stops can hold up others; <em>lock-free</em>: some party always advances;
 *       <em>wait-free</em>: each party advances in a bounded number of its own steps.
 *   <dt>fairness
 *   <dd><em>FIFO</em>: parties pass in the order in which they arrived; <em>barging</em>: one that arrives may pass
 *       before one that waits.
 *   <dt>timeout
 *   <dd>measured by a monotonic clock; zero or less means "try once". Inside, an absolute {@code deadlineNanos} of
 *       {@link dev.interlock.memory.Memory#nanoTime()}.
 *   <dt>memory effects
 *   <dd>what precedes a release, in the order of one party's program, <em>happens-before</em> what follows the acquire
 *       that it enables, as the Java memory model defines it; shared memory obeys the same order between processes. A
 *       try that fails and a wait that times out order nothing.
 * </dl>
 */
package dev.interlock.memory;
