package dev.interlock.examples.soak;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SegmentException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Opens the segment once more, makes objects in it, uses them and removes them, and closes it. An object that is new is
 * whole; one that was removed is gone, and its room is given to no other while anybody uses it.
 */
final class ChurnDuty extends Duty {
    private static final String PREFIX = "plot ";
    private static final int SHARED = 3;
    /** After how many steps the segment is opened anew. */
    private static final int STAY = 16;

    private Segment segment;

    ChurnDuty(Arena arena) {
        super(arena, "Segment");
    }

    @Override
    void step() throws InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        if (segment == null) {
            segment = Segment.attach(arena.segment().name());
        }
        useMine(PREFIX + "of worker " + arena.worker());
        useOurs(PREFIX + random.nextInt(SHARED), random.nextInt(4) == 0);
        if (random.nextInt(STAY) == 0) {
            segment.close();
            segment = null;
        }
    }

    @Override
    void checkAtEnd() {
        for (String left : plots()) {
            if (!arena.segment().remove(left)) {
                arena.violation(name() + ": " + left + " is there, and is not");
            }
        }
        if (!plots().isEmpty()) {
            arena.violation(name() + ": " + plots() + " are there, and were removed");
        }
    }

    private List<String> plots() {
        return arena.segment().names().stream()
                .filter(name -> name.startsWith(PREFIX))
                .toList();
    }

    /** One that nobody else knows. */
    private void useMine(String mine) throws InterruptedException {
        if (segment.remove(mine)) {
            arena.recovered(); // left by a dead worker
        }
        Plot plot = segment.attach(mine, Plot::new);
        if (!plot.isNew()) {
            arena.violation(name() + ": " + mine + " is new, and not as it was made");
        }
        sow(plot, mine);
        if (!segment.remove(mine) || segment.names().contains(mine)) {
            arena.violation(name() + ": " + mine + " cannot be removed");
        }
        try {
            plot.set(1);
            arena.violation(name() + ": " + mine + " can be used after it was removed");
        } catch (SegmentException e) {
            requireRemoved(e);
        }
    }

    /** One that others use, too, and remove at any time. */
    private void useOurs(String ours, boolean removes) throws InterruptedException {
        try {
            Plot plot = segment.attach(ours, Plot::new);
            plot.mutex.onOwnerDeath(() -> {
                plot.set(0);
                arena.recovered();
            });
            sow(plot, ours);
        } catch (SegmentException e) {
            requireRemoved(e);
        }
        if (removes) {
            segment.remove(ours);
        }
    }

    private void sow(Plot plot, String name) throws InterruptedException {
        if (plot.mutex.tryLock(10, TimeUnit.MILLISECONDS)) {
            try {
                if (!plot.isWhole()) {
                    arena.violation(name() + ": " + name + " is written by others than its users");
                }
                plot.set(ThreadLocalRandom.current().nextInt());
            } finally {
                plot.mutex.unlock();
            }
        }
    }

    private static void requireRemoved(SegmentException e) {
        if (e.reason() != SegmentException.Reason.REMOVED) {
            throw e;
        }
    }

    /** Words that are all the same, but while the mutex is held. */
    private static final class Plot {
        private final Mutex mutex;
        private final Word[] words = new Word[12];

        Plot(Memory memory) {
            mutex = new Mutex(memory);
            for (int i = 0; i < words.length; i++) {
                words[i] = memory.word(0);
            }
        }

        boolean isNew() {
            return words[0].getVolatile() == 0 && isWhole() && !mutex.isLocked();
        }

        boolean isWhole() {
            int first = words[0].getVolatile();
            for (Word word : words) {
                if (word.getVolatile() != first) {
                    return false;
                }
            }
            return true;
        }

        void set(int value) {
            for (Word word : words) {
                word.setVolatile(value);
            }
        }
    }
}
