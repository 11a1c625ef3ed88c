package dev.interlock.examples;

import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A barrier for N threads from semaphores, and why it needs two turnstiles. With one, the last to arrive opens it and it stays
 * open: in the next round whoever comes first walks through. With two, the first closes while the second is open.
 *
 * <pre>
 * one turnstile,  round 1: the first to pass saw 3 of 3 arrived
 * one turnstile,  round 2: the first to pass saw 1 of 3 arrived   BROKEN
 * two turnstiles, round 1: the first to pass saw 3 of 3 arrived
 * two turnstiles, round 2: the first to pass saw 3 of 3 arrived
 * </pre>
 *
 * <p>{@code TurnstileBarrier} is the library's. The source: A. B. Downey, The Little Book of Semaphores, 2016, section 3.7.
 */
public final class BarrierReuse {
    private static final int PARTIES = 3;
    private static final int ROUNDS = 2;

    private BarrierReuse() {}

    /**
     * Passes each barrier twice.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        OneTurnstile once = new OneTurnstile();
        show("one turnstile, ", once::pass);
        TwoTurnstiles again = new TwoTurnstiles();
        show("two turnstiles,", again::pass);
    }

    /** Party 0 hurries; in round 2 the others come when it has passed, or after a while if it has not. */
    private static void show(String name, Parties.Task pass) throws InterruptedException {
        AtomicInteger[] arrived = {new AtomicInteger(), new AtomicInteger()};
        CountingSemaphore passed = new CountingSemaphore(0);
        Parties parties = new Parties().start("party 0", () -> {
            for (int round = 0; round < ROUNDS; round++) {
                arrived[round].incrementAndGet();
                pass.run();
                int seen = arrived[round].get();
                System.out.println(name + " round " + (round + 1) + ": the first to pass saw " + seen + " of " + PARTIES
                        + " arrived" + (seen == PARTIES ? "" : "   BROKEN"));
            }
            passed.release(PARTIES - 1);
        });
        for (int party = 1; party < PARTIES; party++) {
            parties.start("party " + party, () -> {
                arrived[0].incrementAndGet();
                pass.run();
                passed.tryAcquire(100, TimeUnit.MILLISECONDS);
                arrived[1].incrementAndGet();
                pass.run();
            });
        }
        parties.join();
    }

    private static final class OneTurnstile {
        private final BinarySemaphore mutex = new BinarySemaphore(true);
        private final CountingSemaphore turnstile = new CountingSemaphore(0);
        private int count;

        void pass() throws InterruptedException {
            mutex.acquire();
            if (++count == PARTIES) {
                turnstile.release();
            }
            mutex.release();
            turnstile.acquire(); // one at a time
            turnstile.release(); // and never closed again
        }
    }

    private static final class TwoTurnstiles {
        private final BinarySemaphore mutex = new BinarySemaphore(true);
        private final CountingSemaphore in = new CountingSemaphore(0);
        private final CountingSemaphore out = new CountingSemaphore(0);
        private int count;

        void pass() throws InterruptedException {
            mutex.acquire();
            if (++count == PARTIES) {
                in.release(PARTIES); // one permit for each, so that nothing is left of it
            }
            mutex.release();
            in.acquire();
            mutex.acquire();
            if (--count == 0) {
                out.release(PARTIES); // all are through the first: nobody can come round to it too early
            }
            mutex.release();
            out.acquire();
        }
    }
}
