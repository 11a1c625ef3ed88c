package dev.interlock.examples.soak;

import dev.interlock.shared.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ThreadLocalRandom;

/** A process that does every duty, each in a thread, until it is told to stop, or killed. */
final class Worker {
    private static final long LOOK_MILLIS = 50;
    /** After how many steps a thread rests: so many share few CPUs, and whoever starts anew must get its share. */
    private static final int REST = 4;

    private Worker() {}

    public static void main(String[] args) throws InterruptedException {
        try (Segment segment = Segment.attach(args[0])) {
            Arena arena = new Arena(segment, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
            List<Thread> threads = new ArrayList<>();
            for (Duty duty : Duties.of(arena)) {
                Thread thread = new Thread(perform(arena, duty, threads.size()), duty.name());
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.start();
            }
            while (!arena.tally().isStopping()) {
                Thread.sleep(LOOK_MILLIS);
            }
            for (Thread thread : threads) {
                thread.interrupt();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static Runnable perform(Arena arena, Duty duty, int number) {
        return () -> {
            try {
                while (!arena.tally().isStopping()) {
                    duty.step();
                    arena.tally().stepped(arena.worker(), number);
                    if (ThreadLocalRandom.current().nextInt(REST) == 0) {
                        Thread.sleep(1);
                    }
                }
            } catch (InterruptedException e) {
                if (!arena.tally().isStopping()) {
                    arena.violation(duty.name() + ": " + e);
                }
            } catch (BrokenBarrierException | RuntimeException e) {
                arena.violation(duty.name() + ": " + e);
                e.printStackTrace();
            }
        };
    }
}
