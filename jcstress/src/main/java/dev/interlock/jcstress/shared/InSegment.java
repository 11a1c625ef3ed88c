package dev.interlock.jcstress.shared;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.jcstress.BarrierProperties;
import dev.interlock.jcstress.BarrierProperties.AllSeeAll;
import dev.interlock.jcstress.BarrierProperties.Reuse;
import dev.interlock.jcstress.BarrierProperties.TimedOutLate;
import dev.interlock.jcstress.LockProperties.Interrupted;
import dev.interlock.jcstress.LockProperties.MutualExclusion;
import dev.interlock.jcstress.LockProperties.Publication;
import dev.interlock.jcstress.LockProperties.TimedOut;
import dev.interlock.jcstress.LockProperties.TimidTryLockPair;
import dev.interlock.jcstress.LockProperties.TryLockPair;
import dev.interlock.jcstress.MailboxProperties;
import dev.interlock.jcstress.Pair;
import dev.interlock.jcstress.Permits;
import dev.interlock.jcstress.SemaphoreProperties;
import dev.interlock.jcstress.generator.Keeps;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import java.util.concurrent.locks.Lock;

/** A primitive of each kind in shared memory. Run all with {@code -t jcstress.shared}. */
final class InSegment {
    private static final Recycled<TasLock> TAS_LOCKS = new Recycled<>(TasLock::new);
    private static final Recycled<PetersonLock> PETERSON_LOCKS = new Recycled<>(PetersonLock::new);
    private static final Recycled<Mutex> MUTEXES = new Recycled<>(Mutex::new);
    private static final Recycled<ReentrantMutex> REENTRANT_MUTEXES = new Recycled<>(ReentrantMutex::new);
    private static final Recycled<ReadWriteMutex> READ_WRITE_MUTEXES =
            new Recycled<>(memory -> new ReadWriteMutex(memory, 2));
    private static final Recycled<CountingSemaphore> SEMAPHORES =
            new Recycled<>(memory -> new CountingSemaphore(memory, 0));
    private static final Recycled<PermitPool> PERMIT_POOLS = new Recycled<>(memory -> new PermitPool(memory, 1));
    private static final Recycled<CentralBarrier> CENTRAL_BARRIERS =
            new Recycled<>(memory -> new CentralBarrier(memory, 2));
    private static final Recycled<Rendezvous> RENDEZVOUS = new Recycled<>(Rendezvous::new);
    private static final Recycled<RingMailbox<Long>> MAILBOXES =
            new Recycled<>(memory -> new RingMailbox<>(memory, Codec.int64(), 2, Long.BYTES));
    private static final Recycled<RendezvousMailbox<Long>> RENDEZVOUS_MAILBOXES =
            new Recycled<>(memory -> new RendezvousMailbox<>(memory, Codec.int64(), 4, Long.BYTES));
    private static final Recycled<UnboundedMailbox<Long>> UNBOUNDED_MAILBOXES =
            new Recycled<>(memory -> new UnboundedMailbox<>(memory, Codec.int64(), 4, Long.BYTES));
    private static final Recycled<PostOffice<Long>> POST_OFFICES =
            new Recycled<>(memory -> new PostOffice<>(memory, Codec.int64(), 1, 4, Long.BYTES));

    private InSegment() {}

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> sharedTasLock() {
        return Pair.both(TAS_LOCKS.get());
    }

    @Keeps({MutualExclusion.class, Publication.class, TimidTryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> sharedPetersonLock() {
        return Pair.views(PETERSON_LOCKS.get()::party);
    }

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> sharedMutex() {
        return Pair.both(MUTEXES.get());
    }

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> sharedReentrantMutex() {
        return Pair.both(REENTRANT_MUTEXES.get());
    }

    @Keeps({MutualExclusion.class, Publication.class, TryLockPair.class, TimedOut.class, Interrupted.class})
    static Pair<Lock> sharedWriteLock() {
        return Pair.both(READ_WRITE_MUTEXES.get().writeLock());
    }

    @Keeps(SemaphoreProperties.WithNone.class)
    static Permits sharedCountingSemaphore() {
        CountingSemaphore semaphore = SEMAPHORES.get();
        return new Permits(
                semaphore::tryAcquire, semaphore::tryAcquire, semaphore::release, semaphore::availablePermits);
    }

    @Keeps(SemaphoreProperties.WithOne.class)
    static Permits sharedPermitPool() {
        PermitPool pool = PERMIT_POOLS.get();
        return new Permits(pool::tryAcquire, pool::tryAcquire, pool::release, pool::availablePermits);
    }

    @Keeps({AllSeeAll.class, Reuse.class, BarrierProperties.TimedOut.class, BarrierProperties.Interrupted.class})
    static Pair<Barrier> sharedCentralBarrier() {
        return Pair.both(CENTRAL_BARRIERS.get());
    }

    @Keeps({AllSeeAll.class, Reuse.class, TimedOutLate.class})
    static Pair<Barrier> sharedRendezvous() {
        return Pair.views(RENDEZVOUS.get()::party);
    }

    @Keeps(MailboxProperties.class)
    static Mailbox<Long> sharedRingMailbox() {
        return MAILBOXES.get();
    }

    @Keeps({
        MailboxProperties.Fifo.class,
        MailboxProperties.FourParties.class,
        MailboxProperties.Publication.class,
        MailboxProperties.ClosedWhileSending.class,
        MailboxProperties.ClosedWhileReceiving.class,
        MailboxProperties.TimedOut.class,
        MailboxProperties.Interrupted.class
    })
    static Mailbox<Long> sharedRendezvousMailbox() {
        return RENDEZVOUS_MAILBOXES.get();
    }

    @Keeps(MailboxProperties.class)
    static Mailbox<Long> sharedUnboundedMailbox() {
        return UNBOUNDED_MAILBOXES.get();
    }

    @Keeps(MailboxProperties.class)
    static Mailbox<Long> sharedPostOfficeBox() {
        return POST_OFFICES.get().create("box", 2);
    }
}
