package dev.interlock.jcstress.controls;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.semaphore.CountingSemaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A barrier with one turnstile only, used twice: whoever passes first arrives again at a turnstile that still stands open,
 * and laps the other. Must fail.
 */
@JCStressTest
@Outcome(id = "12, 12", expect = ACCEPTABLE, desc = "round after round")
@Outcome(expect = FORBIDDEN, desc = "one lapped the other, or was left behind")
@State
public class OneTurnstileWeakened {
    private final CountingSemaphore turnstile = new CountingSemaphore(0);
    private final AtomicInteger count = new AtomicInteger();
    private volatile int left;
    private volatile int right;

    @Actor
    public void one(II_Result r) {
        left = 1;
        pass();
        int seen = right;
        pass();
        left = 2;
        pass();
        r.r1 = 10 * seen + right;
    }

    @Actor
    public void other(II_Result r) {
        right = 1;
        pass();
        int seen = left;
        pass();
        right = 2;
        pass();
        r.r2 = 10 * seen + left;
    }

    private void pass() {
        if (count.incrementAndGet() % 2 == 0) {
            turnstile.release(2);
        }
        try {
            turnstile.tryAcquire(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
