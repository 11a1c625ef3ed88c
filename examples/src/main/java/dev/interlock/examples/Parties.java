package dev.interlock.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The threads of an example. */
final class Parties {
    private final List<FutureTask<Void>> tasks = new ArrayList<>();

    /** What a thread does. */
    interface Task {
        void run() throws InterruptedException;
    }

    /** Starts a thread. */
    Parties start(String name, Task task) {
        FutureTask<Void> future = new FutureTask<>(() -> {
            task.run();
            return null;
        });
        tasks.add(future);
        Thread thread = new Thread(future, name);
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** Waits until all have ended; throws what one of them threw. */
    void join() throws InterruptedException {
        for (FutureTask<Void> task : tasks) {
            try {
                task.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }
}
