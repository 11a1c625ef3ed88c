package dev.interlock.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZII_Result;

/** What a buffer that holds two elements must keep under stress. */
public final class BufferProperties {
    private BufferProperties() {}

    private static int[] element(int value) {
        int[] element = new int[1];
        element[0] = value;
        return element;
    }

    /** The next element's value, 0 if none comes. */
    private static int take(BlockingQueue<int[]> buffer) {
        try {
            int[] element = buffer.poll(2, TimeUnit.SECONDS);
            return element == null ? 0 : element[0];
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean put(BlockingQueue<int[]> buffer, int value, long nanos) {
        try {
            return buffer.offer(element(value), nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** An element is published with what was written to it. */
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "5", expect = ACCEPTABLE, desc = "whole")
    @Outcome(expect = FORBIDDEN, desc = "published before it was written")
    public abstract static class Publication {
        private final BlockingQueue<int[]> buffer;

        protected Publication(BlockingQueue<int[]> buffer) {
            this.buffer = buffer;
        }

        @Actor
        public void producer() {
            buffer.add(element(5));
        }

        @Actor
        public void consumer(I_Result r) {
            int[] element = buffer.poll();
            r.r1 = element == null ? 0 : element[0] == 5 ? 5 : -1;
        }
    }

    /** More elements than there is room for, from one producer to one consumer that both wait: in order, nobody sleeps on. */
    @Outcome(id = "1, 2, 3, 4", expect = ACCEPTABLE, desc = "in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, out of order, or a wake-up was lost")
    public abstract static class Fifo {
        private final BlockingQueue<int[]> buffer;

        protected Fifo(BlockingQueue<int[]> buffer) {
            this.buffer = buffer;
        }

        @Actor
        public void producer() {
            for (int i = 1; i <= 4; i++) {
                put(buffer, i, TimeUnit.SECONDS.toNanos(2));
            }
        }

        @Actor
        public void consumer(IIII_Result r) {
            r.r1 = take(buffer);
            r.r2 = take(buffer);
            r.r3 = take(buffer);
            r.r4 = take(buffer);
        }
    }

    /** Two that produce and then consume: each element to one, and nobody sleeps on. */
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "each taken once")
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "each taken once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled, or a wake-up was lost")
    public abstract static class NoLossNoDuplicate {
        private final BlockingQueue<int[]> buffer;

        protected NoLossNoDuplicate(BlockingQueue<int[]> buffer) {
            this.buffer = buffer;
        }

        @Actor
        public void one(II_Result r) {
            buffer.add(element(1));
            r.r1 = take(buffer);
        }

        @Actor
        public void other(II_Result r) {
            buffer.add(element(2));
            r.r2 = take(buffer);
        }
    }

    /** A producer that gives up has put nothing, one that does not has put one; a full buffer loses nothing to it. */
    @Outcome(id = "true, 1, 5", expect = ACCEPTABLE, desc = "put, and there in the end")
    @Outcome(id = "false, 1, 2", expect = ACCEPTABLE, desc = "gave up, and left no trace")
    @Outcome(expect = FORBIDDEN, desc = "an element was lost or came from nowhere")
    public abstract static class TimedOut {
        private final BlockingQueue<int[]> buffer;

        protected TimedOut(BlockingQueue<int[]> buffer) {
            this.buffer = buffer;
            buffer.add(element(1));
            buffer.add(element(2));
        }

        @Actor
        public void impatient(ZII_Result r) {
            r.r1 = put(buffer, 3, 300);
        }

        @Actor
        public void consumer(ZII_Result r) {
            r.r2 = take(buffer);
        }

        @Arbiter
        public void after(ZII_Result r) {
            for (int[] element = buffer.poll(); element != null; element = buffer.poll()) {
                r.r3 += element[0];
            }
        }
    }

    /** A consumer that gives up has taken nothing: the element is its or is still there. */
    @Outcome(id = "0, 7", expect = ACCEPTABLE, desc = "gave up, and the element is there")
    @Outcome(id = "7, 0", expect = ACCEPTABLE, desc = "taken")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    public abstract static class TimedOutEmpty {
        private final BlockingQueue<int[]> buffer;

        protected TimedOutEmpty(BlockingQueue<int[]> buffer) {
            this.buffer = buffer;
        }

        @Actor
        public void producer() {
            buffer.add(element(7));
        }

        @Actor
        public void impatient(II_Result r) {
            try {
                int[] element = buffer.poll(300, TimeUnit.NANOSECONDS);
                r.r1 = element == null ? 0 : element[0];
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Arbiter
        public void after(II_Result r) {
            int[] element = buffer.poll();
            r.r2 = element == null ? 0 : element[0];
        }
    }

    /** A consumer that is interrupted has taken nothing: the element is its or is still there. */
    @Outcome(id = "0, 7", expect = ACCEPTABLE, desc = "interrupted, and the element is there")
    @Outcome(id = "7, 0", expect = ACCEPTABLE, desc = "taken")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    public abstract static class Interrupted {
        private final BlockingQueue<int[]> buffer;
        private final Locking.Interruption interruption = new Locking.Interruption();

        protected Interrupted(BlockingQueue<int[]> buffer) {
            this.buffer = buffer;
        }

        @Actor
        public void producer() {
            interruption.send();
            buffer.add(element(7));
        }

        @Actor
        public void consumer(II_Result r) {
            interruption.expect();
            try {
                r.r1 = buffer.take()[0];
            } catch (InterruptedException e) {
                r.r1 = 0;
            }
            interruption.absorb();
        }

        @Arbiter
        public void after(II_Result r) {
            int[] element = buffer.poll();
            r.r2 = element == null ? 0 : element[0];
        }
    }
}
