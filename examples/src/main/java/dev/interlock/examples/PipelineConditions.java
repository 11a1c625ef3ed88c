package dev.interlock.examples;

import dev.interlock.mutex.Mutex;
import java.util.concurrent.locks.Condition;

/**
 * Three threads take steps in a given order: a mutex guards how far it has got, and each thread waits on its own condition
 * until the next step is its.
 *
 * <pre>
 * A-B-C:     ABC ABC ABC
 * A-B-C-B-A: ABCBA ABCBA ABCBA
 * </pre>
 */
public final class PipelineConditions {
    private static final int ROUNDS = 3;
    private static final String NAMES = "ABC";

    private final String order;
    private final Mutex mutex = new Mutex();
    private final Condition[] turns = {mutex.newCondition(), mutex.newCondition(), mutex.newCondition()};
    private final StringBuilder steps = new StringBuilder();
    private int taken;

    private PipelineConditions(String order) {
        this.order = order;
    }

    /**
     * Runs both orders.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        System.out.println("A-B-C:     " + new PipelineConditions("ABC").run());
        System.out.println("A-B-C-B-A: " + new PipelineConditions("ABCBA").run());
    }

    private String run() throws InterruptedException {
        Parties parties = new Parties();
        for (char name : NAMES.toCharArray()) {
            parties.start("" + name, () -> takeSteps(name));
        }
        parties.join();
        return steps.toString().trim();
    }

    private void takeSteps(char name) throws InterruptedException {
        mutex.lock();
        try {
            while (true) {
                while (!isOver() && next() != name) {
                    turns[NAMES.indexOf(name)].await();
                }
                if (isOver()) {
                    return;
                }
                steps.append(name);
                taken++;
                if (isOver()) {
                    for (Condition turn : turns) {
                        turn.signal();
                    }
                } else {
                    turns[NAMES.indexOf(next())].signal();
                }
                if (taken % order.length() == 0) {
                    steps.append(' ');
                }
            }
        } finally {
            mutex.unlock();
        }
    }

    private char next() {
        return order.charAt(taken % order.length());
    }

    private boolean isOver() {
        return taken == ROUNDS * order.length();
    }
}
