package dev.interlock.jcstress.buffer;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.buffer.BoundedBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a buffer must keep under stress. Run with {@code -t BoundedBufferStress}. */
public final class BoundedBufferStress {
    private BoundedBufferStress() {}

    /** An element is published with what was written to it. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "5", expect = ACCEPTABLE, desc = "whole")
    @Outcome(expect = FORBIDDEN, desc = "published before it was written")
    @State
    public static class Publication {
        private final BoundedBuffer<int[]> buffer = new BoundedBuffer<>(2);

        @Actor
        public void producer() {
            int[] element = new int[1];
            element[0] = 5;
            buffer.offer(element);
        }

        @Actor
        public void consumer(I_Result r) {
            int[] element = buffer.poll();
            r.r1 = element == null ? 0 : element[0] == 5 ? 5 : -1;
        }
    }

    /** More elements than there is room for, from one producer to one consumer that both wait: in order, nobody sleeps on. */
    @JCStressTest
    @Outcome(id = "1, 2, 3, 4", expect = ACCEPTABLE, desc = "in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, out of order, or a wake-up was lost")
    @State
    public static class Fifo {
        private final BoundedBuffer<Integer> buffer = new BoundedBuffer<>(2);

        @Actor
        public void producer() {
            try {
                for (int i = 1; i <= 4; i++) {
                    buffer.offer(i, 2, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void consumer(IIII_Result r) {
            try {
                r.r1 = take();
                r.r2 = take();
                r.r3 = take();
                r.r4 = take();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private int take() throws InterruptedException {
            Integer element = buffer.poll(2, TimeUnit.SECONDS);
            return element == null ? 0 : element;
        }
    }

    /** Two producers and two consumers: each element to one, and nobody sleeps on. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "each taken once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled, or a wake-up was lost")
    @State
    public static class NoLossNoDuplicate {
        private final BoundedBuffer<Integer> buffer = new BoundedBuffer<>(2);

        @Actor
        public void oneProducer() {
            buffer.offer(1);
        }

        @Actor
        public void otherProducer() {
            buffer.offer(2);
        }

        @Actor
        public void oneConsumer(II_Result r) {
            try {
                Integer element = buffer.poll(2, TimeUnit.SECONDS);
                r.r1 = element == null ? 0 : element;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void otherConsumer(II_Result r) {
            try {
                Integer element = buffer.poll(2, TimeUnit.SECONDS);
                r.r2 = element == null ? 0 : element;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
