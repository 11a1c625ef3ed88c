package dev.interlock.shared;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.posix.Futex;
import dev.interlock.posix.FutexGroup;
import dev.interlock.posix.PosixException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** A platform thread that sleeps on futex words in the stead of virtual threads, which park meanwhile. */
final class StandIn implements Runnable {
    /* Implementation notes
     * A stand-in sleeps on up to 63 words at once; there are as many stand-ins as that takes, and they stay. A word has one
     * stand-in and a queue of those who sleep on it. Each word is in the group twice, so that the kernel tells a wake-up of
     * one, which is passed on to the first in the queue, from one of several, which is passed on to all.
     * Between two waits of the stand-in nobody sleeps on its words, and a wake-up reaches nobody. A waker must change the
     * value first: so it is compared with the one of before, and if it differs one in the queue is woken, who looks, and
     * says again that it sleeps. So are those of other words whose wake-up the kernel did not report. One too many is
     * woken at times; a wake-up of all that falls into the gap reaches the others late, when they look by themselves.
     * Looks   the first in each queue is woken after 100 ms, to look who lives; it goes to the end of the queue. The others
     *         wake after half a second: all that wait find out within a second that somebody died who was to wake them.
     * Leaving one whose time is over, or who is interrupted, takes itself out of the queue under the lock, unless it was woken
     *         before: so a wake-up is never given to one who has left.
     */
    private static final int MOST_WORDS = FutexGroup.CAPACITY / 2;
    private static final long LOOK_NANOS = 100_000_000;
    private static final long LATEST_NANOS = 500_000_000;
    private static final boolean SUPPORTED = FutexGroup.isSupported();

    private static final ReentrantLock LOCK =
            new ReentrantLock(); // not a monitor: that would pin carriers before Java 24
    private static final List<StandIn> ALL = new CopyOnWriteArrayList<>(); // changed under LOCK, as all queues

    private final FutexGroup group = new FutexGroup();
    private final Map<Key, Queue> queues = new LinkedHashMap<>();

    private StandIn() {}

    /** Whether virtual threads can be stood in for on this kernel. */
    static boolean isSupported() {
        return SUPPORTED;
    }

    /** As {@link Word#sleep}, for a virtual thread. */
    static Word.Outcome sleep(SharedWord word, Futex futex, int expected, long deadlineNanos)
            throws InterruptedException {
        Sleeper sleeper = new Sleeper(Thread.currentThread());
        Queue queue;
        LOCK.lock();
        try {
            queue = queueOf(word, futex);
            if (word.getVolatile() != expected) {
                queue.standIn.drop(queue);
                return Word.Outcome.CHANGED;
            }
            boolean isNews = !queue.isWatched || queue.value != expected;
            if (queue.isWatched && isNews) {
                queue.wake(1); // it has changed unnoticed
            }
            queue.sleepers.add(sleeper);
            if (isNews) {
                queue.value = expected;
                queue.isWatched = true;
                queue.standIn.group.wakeup();
            }
        } finally {
            LOCK.unlock();
        }
        long latest = System.nanoTime() + LATEST_NANOS;
        boolean timed = deadlineNanos != Memory.NO_DEADLINE && deadlineNanos - latest < 0;
        long until = timed ? deadlineNanos : latest;
        while (!sleeper.woken) {
            long remaining = until - System.nanoTime();
            if (remaining <= 0 || Thread.currentThread().isInterrupted()) {
                return leave(queue, sleeper) ? givenUp(timed && remaining <= 0) : Word.Outcome.WOKEN;
            }
            LockSupport.parkNanos(word, remaining);
        }
        return Word.Outcome.WOKEN;
    }

    /** Lets all stand-ins look: words may have been revoked. Takes no lock: a bus error may come late, and leave it locked. */
    static void nudge() {
        ALL.forEach(standIn -> standIn.group.wakeup());
    }

    @Override
    public void run() {
        List<Queue> watched = new ArrayList<>();
        long nextLook = System.nanoTime() + LOOK_NANOS;
        while (true) {
            LOCK.lock();
            try {
                fill(watched);
            } finally {
                LOCK.unlock();
            }
            int woken;
            try {
                woken = group.await(Math.max(0, nextLook - System.nanoTime()));
            } catch (PosixException e) {
                woken = FutexGroup.NONE;
                wake(watched, Integer.MAX_VALUE); // a page is gone: they meet it, and say so
            }
            LOCK.lock();
            try {
                if (woken != FutexGroup.NONE) {
                    watched.get(woken / 2).pass(woken % 2 == 0 ? 1 : Integer.MAX_VALUE);
                }
                if (nextLook - System.nanoTime() <= 0) {
                    nextLook = System.nanoTime() + LOOK_NANOS;
                    watched.forEach(queue -> queue.wake(1));
                }
            } finally {
                LOCK.unlock();
            }
        }
    }

    private static void wake(List<Queue> queues, int sleepers) {
        LOCK.lock();
        try {
            queues.forEach(queue -> queue.wake(sleepers));
        } finally {
            LOCK.unlock();
        }
    }

    /** Puts the words on which somebody sleeps into the group, and wakes one of each that has changed unnoticed. */
    private void fill(List<Queue> watched) {
        watched.clear();
        group.clear();
        queues.values().removeIf(queue -> queue.sleepers.isEmpty());
        for (Queue queue : List.copyOf(queues.values())) {
            int value;
            try {
                value = queue.word.getVolatile();
            } catch (SegmentException e) {
                queue.wake(Integer.MAX_VALUE); // closed or removed: they meet it, and say so
                queues.remove(queue.key);
                continue;
            }
            if (value != queue.value) {
                queue.value = value;
                queue.wake(1);
            }
            queue.isWatched = true;
            watched.add(queue);
            group.add(queue.futex, value);
            group.add(queue.futex, value);
        }
    }

    private static Queue queueOf(SharedWord word, Futex futex) {
        Key key = new Key(word.mapping(), word.offset());
        StandIn roomy = null;
        for (StandIn standIn : ALL) {
            Queue queue = standIn.queues.get(key);
            if (queue != null) {
                return queue;
            }
            roomy = standIn.queues.size() < MOST_WORDS ? standIn : roomy;
        }
        if (roomy == null) {
            roomy = new StandIn();
            ALL.add(roomy);
            Thread thread = new Thread(roomy, "interlock stand-in " + ALL.size());
            thread.setDaemon(true);
            thread.start();
        }
        Queue queue = new Queue(roomy, key, word, futex);
        roomy.queues.put(key, queue);
        return queue;
    }

    private void drop(Queue queue) {
        if (queue.sleepers.isEmpty()) {
            queues.remove(queue.key);
        }
    }

    /** Takes a sleeper out unless it was woken; says whether it did. */
    private static boolean leave(Queue queue, Sleeper sleeper) {
        LOCK.lock();
        try {
            return !sleeper.woken && queue.sleepers.remove(sleeper);
        } finally {
            LOCK.unlock();
        }
    }

    private static Word.Outcome givenUp(boolean timedOut) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return timedOut ? Word.Outcome.TIMED_OUT : Word.Outcome.WOKEN;
    }

    /** A word, whichever object stands for it. */
    private record Key(Mapping mapping, int offset) {}

    private static final class Queue {
        final StandIn standIn;
        final Key key;
        final SharedWord word;
        final Futex futex;
        final Deque<Sleeper> sleepers = new ArrayDeque<>();
        int value;
        boolean isWatched;

        Queue(StandIn standIn, Key key, SharedWord word, Futex futex) {
            this.standIn = standIn;
            this.key = key;
            this.word = word;
            this.futex = futex;
        }

        /** Passes the kernel's wake-up on; to others of this or another process if nobody is left here to take it. */
        void pass(int count) {
            if (wake(count) == 0) {
                futex.wake(count);
            }
            try {
                value = word.getVolatile();
            } catch (SegmentException e) {
                wake(Integer.MAX_VALUE); // closed or removed: they meet it, and say so
            }
        }

        int wake(int count) {
            int woken = 0;
            for (; woken < count && !sleepers.isEmpty(); woken++) {
                Sleeper sleeper = sleepers.poll();
                sleeper.woken = true;
                LockSupport.unpark(sleeper.thread);
            }
            return woken;
        }
    }

    private static final class Sleeper {
        final Thread thread;
        volatile boolean woken; // written under LOCK

        Sleeper(Thread thread) {
            this.thread = thread;
        }
    }
}
