package dev.interlock.jcstress.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Waiting for a condition. Run with {@code -t EventCountStress}. */
public final class EventCountStress {
    private EventCountStress() {}

    /** The condition is made true and signalled while a party looks and goes to sleep. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "passed")
    @Outcome(expect = FORBIDDEN, desc = "slept on: the signal was lost")
    @State
    public static class NoLostSignal extends Tokens {
        @Actor
        public void signaller() {
            put();
        }

        @Actor
        public void waiter(Z_Result r) {
            try {
                r.r1 = take();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Two signals for two sleepers: the second signal may find a wake-up on its way, and rely on it. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both passed")
    @Outcome(expect = FORBIDDEN, desc = "one slept on")
    @State
    public static class PassedOn extends Tokens {
        @Actor
        public void signaller() {
            put();
            put();
        }

        @Actor
        public void one(ZZ_Result r) {
            try {
                r.r1 = take();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void other(ZZ_Result r) {
            try {
                r.r2 = take();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** One signal to all reaches both. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both passed")
    @Outcome(expect = FORBIDDEN, desc = "one slept on")
    @State
    public static class SignalAll extends Tokens {
        @Actor
        public void signaller() {
            tokens.set(2);
            events.signalAll();
        }

        @Actor
        public void one(ZZ_Result r) {
            try {
                r.r1 = take();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void other(ZZ_Result r) {
            try {
                r.r2 = take();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Tokens to be taken, and where to wait for them: no longer than a lost signal would show. */
    public abstract static class Tokens {
        final EventCount events = new EventCount(Memory.heap());
        final AtomicInteger tokens = new AtomicInteger();

        final void put() {
            tokens.incrementAndGet();
            events.signal();
        }

        final boolean take() throws InterruptedException {
            return events.await(
                    this::tryTake,
                    () -> {
                        if (tokens.get() > 0) {
                            events.signal();
                        }
                    },
                    WaitStrategy.PARK,
                    0,
                    Memory.heap().deadlineAfter(2, TimeUnit.SECONDS));
        }

        private boolean tryTake() {
            int available = tokens.get();
            return available > 0 && (tokens.compareAndSet(available, available - 1) || tryTake());
        }
    }
}
