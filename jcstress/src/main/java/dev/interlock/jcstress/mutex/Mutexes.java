package dev.interlock.jcstress.mutex;

import dev.interlock.jcstress.ConditionProperties;
import dev.interlock.jcstress.LockProperties.Interrupted;
import dev.interlock.jcstress.LockProperties.MutualExclusion;
import dev.interlock.jcstress.LockProperties.Publication;
import dev.interlock.jcstress.LockProperties.TimedOut;
import dev.interlock.jcstress.LockProperties.TryLockPair;
import dev.interlock.jcstress.Pair;
import dev.interlock.jcstress.generator.Keeps;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import java.util.concurrent.locks.Lock;

/** The mutexes and their conditions under stress. Run one with {@code -t MutexStress}. */
final class Mutexes {
    private Mutexes() {}

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> mutex() {
        return Pair.both(new Mutex());
    }

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> reentrantMutex() {
        return Pair.both(new ReentrantMutex());
    }

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> writeLock() {
        return Pair.both(new ReadWriteMutex(Memory.heap(), 2).writeLock());
    }

    @Keeps(ConditionProperties.class)
    static Lock mutexCondition() {
        return new Mutex();
    }

    @Keeps(ConditionProperties.class)
    static Lock reentrantMutexCondition() {
        return new ReentrantMutex();
    }
}
