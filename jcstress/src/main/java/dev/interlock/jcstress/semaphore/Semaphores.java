package dev.interlock.jcstress.semaphore;

import dev.interlock.jcstress.Permits;
import dev.interlock.jcstress.SemaphoreProperties;
import dev.interlock.jcstress.generator.Keeps;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;

/** The semaphores under stress. Run those of one with {@code -t BinarySemaphore}. */
final class Semaphores {
    private Semaphores() {}

    @Keeps(SemaphoreProperties.WithNone.class)
    static Permits countingSemaphore() {
        return permits(new CountingSemaphore(0));
    }

    @Keeps(SemaphoreProperties.WithOne.class)
    static Permits countingSemaphoreOfOne() {
        return permits(new CountingSemaphore(1));
    }

    @Keeps(SemaphoreProperties.WithNone.class)
    static Permits fifoSemaphore() {
        return permits(new CountingSemaphore(Memory.heap(), 0, 2, WaitStrategy.ADAPTIVE));
    }

    /** With a line that is too short, so that some compete for their place in it. */
    @Keeps(SemaphoreProperties.WithOne.class)
    static Permits fifoSemaphoreOfOne() {
        return permits(new CountingSemaphore(Memory.heap(), 1, 1, WaitStrategy.ADAPTIVE));
    }

    @Keeps(SemaphoreProperties.WithNone.class)
    static Permits binarySemaphore() {
        return permits(new BinarySemaphore(false));
    }

    @Keeps(SemaphoreProperties.WithOne.class)
    static Permits binarySemaphoreOfOne() {
        return permits(new BinarySemaphore(true));
    }

    @Keeps(SemaphoreProperties.WithOne.class)
    static Permits permitPool() {
        PermitPool pool = new PermitPool(1);
        return new Permits(pool::tryAcquire, pool::tryAcquire, pool::release, pool::availablePermits);
    }

    private static Permits permits(CountingSemaphore semaphore) {
        return new Permits(
                semaphore::tryAcquire, semaphore::tryAcquire, semaphore::release, semaphore::availablePermits);
    }

    private static Permits permits(BinarySemaphore semaphore) {
        return new Permits(
                semaphore::tryAcquire, semaphore::tryAcquire, semaphore::release, semaphore::availablePermits);
    }
}
