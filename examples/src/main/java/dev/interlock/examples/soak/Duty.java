package dev.interlock.examples.soak;

import java.util.concurrent.BrokenBarrierException;

/** One thing that a worker does over and over with one primitive, checking what it promises. */
abstract class Duty {
    private final String name;
    protected final Arena arena;

    Duty(Arena arena, String name) {
        this.arena = arena;
        this.name = name;
    }

    final String name() {
        return name;
    }

    /** Does it once. A death may come at any point, in this thread or in one of another worker. */
    abstract void step() throws InterruptedException, BrokenBarrierException;

    /** How long a step may take: recovery takes less than a second, but all processes share the CPUs. */
    int limitSeconds() {
        return 10;
    }

    /** Checks what must hold when all workers have left; by the process that started them. */
    void checkAtEnd() {}
}
