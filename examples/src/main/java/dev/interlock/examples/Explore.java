package dev.interlock.examples;

import dev.interlock.explore.Exploration;
import dev.interlock.explore.Report;
import dev.interlock.explore.Section;
import dev.interlock.explore.Violation;
import dev.interlock.spin.LockVariable;
import dev.interlock.spin.PetersonLock;

/**
 * Runs two locks under every interleaving of two parties: how the naive one breaks, and that Peterson's does not.
 *
 * <pre>
 * LockVariable: "while it is taken, wait; then take it". Two parties, each enters once.
 *
 * mutual exclusion is violated: left and right are in the section
 * step  left              right
 *    1  get owner: 0
 *    2                    get owner: 0
 *    3  set owner 0 -> 1
 *    4  enter section
 *    5                    set owner 1 -> 2
 *    6                    enter section
 * ...
 * PetersonLock ... no violation; exhaustive, 6 037 states, 1.2e+13 schedules
 * ...
 * </pre>
 */
public final class Explore {
    private Explore() {}

    /**
     * Explores and prints.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Section section = new Section();
        System.out.println("LockVariable: \"while it is taken, wait; then take it\". Two parties, each enters once.");
        System.out.println();
        Report naive = Exploration.of(LockVariable::new)
                .party("left", section::run)
                .party("right", section::run)
                .search();
        System.out.println(naive.violation().map(Violation::getMessage).orElse("no violation"));
        System.out.println();
        System.out.println(
                "Between looking (steps 1 and 2) and taking (3 and 5) the other may look, too. No test finds this");
        System.out.println(
                "for sure: the steps are nanoseconds apart. The explorer runs all orders, the shortest first.");
        System.out.println();
        System.out.println(
                "PetersonLock: \"say that you are interested, then give way\". Twice each, all interleavings:");
        Report peterson = Exploration.of(PetersonLock::new)
                .party("left", lock -> section.run(lock.party(0)))
                .party("right", lock -> section.run(lock.party(1)))
                .rounds(2)
                .run();
        System.out.println(peterson.summary());
        System.out.println();
        System.out.println(
                "Why: whoever writes turn last waits for the other. The most dangerous start, step by step:");
        System.out.println();
        System.out.println(Exploration.of(PetersonLock::new)
                .party("left", lock -> section.run(lock.party(0)))
                .party("right", lock -> section.run(lock.party(1)))
                .replay("left right left right left right left*2 right*2 left")
                .table());
        System.out.println("And without end, each party free to stop for good between its rounds: nobody starves.");
        System.out.println(Exploration.of(PetersonLock::new)
                .party("left", lock -> section.run(lock.party(0)))
                .party("right", lock -> section.run(lock.party(1)))
                .forever()
                .stops()
                .run()
                .summary());
    }
}
