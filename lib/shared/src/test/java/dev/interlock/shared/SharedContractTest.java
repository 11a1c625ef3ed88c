package dev.interlock.shared;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.contract.BarrierContractTest;
import dev.interlock.contract.ConditionContractTest;
import dev.interlock.contract.LockContractTest;
import dev.interlock.contract.MailboxContractTest;
import dev.interlock.contract.MessageRingContractTest;
import dev.interlock.contract.SemaphoreContractTest;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Nested;

/** What the primitives promise on the heap, they promise in shared memory. */
class SharedContractTest {
    @Nested
    class OfMutex extends LockContractTest {
        @Override
        protected IntFunction<Lock> newLock(int parties) {
            Lock lock = new Mutex(TestSegments.memory());
            return party -> lock;
        }

        @Override
        protected boolean conditions() {
            return true;
        }
    }

    @Nested
    class OfReentrantMutex extends LockContractTest {
        @Override
        protected IntFunction<Lock> newLock(int parties) {
            Lock lock = new ReentrantMutex(TestSegments.memory());
            return party -> lock;
        }

        @Override
        protected boolean reentrant() {
            return true;
        }

        @Override
        protected boolean conditions() {
            return true;
        }
    }

    @Nested
    class OfConditions extends ConditionContractTest {
        @Override
        protected Lock newLock() {
            return new Mutex(TestSegments.memory());
        }
    }

    @Nested
    class OfTasLock extends LockContractTest {
        @Override
        protected IntFunction<Lock> newLock(int parties) {
            Lock lock = new TasLock(TestSegments.memory());
            return party -> lock;
        }
    }

    @Nested
    class OfPetersonLock extends LockContractTest {
        @Override
        protected IntFunction<Lock> newLock(int parties) {
            return new PetersonLock(TestSegments.memory())::party;
        }

        @Override
        protected int maxParties() {
            return 2;
        }
    }

    @Nested
    class OfBakeryLock extends LockContractTest {
        @Override
        protected IntFunction<Lock> newLock(int parties) {
            return new BakeryLock(TestSegments.memory(), parties, WaitStrategy.YIELD)::party;
        }

        @Override
        protected int maxParties() {
            return 8;
        }

        @Override
        protected int rounds() {
            return 2_000;
        }
    }

    @Nested
    class OfWriteLock extends LockContractTest {
        @Override
        protected IntFunction<Lock> newLock(int parties) {
            Lock lock = new ReadWriteMutex(TestSegments.memory(), 8).writeLock();
            return party -> lock;
        }
    }

    @Nested
    class OfFifoSemaphore extends SemaphoreContractTest {
        @Override
        protected CountingSemaphore semaphore(int permits, WaitStrategy waiting) {
            return new CountingSemaphore(TestSegments.memory(), permits, 64, waiting);
        }

        @Override
        protected boolean isFifo() {
            return true;
        }

        @Override
        protected int crowd() {
            return 1_000;
        }
    }

    @Nested
    class OfCountingSemaphore extends SemaphoreContractTest {
        @Override
        protected CountingSemaphore semaphore(int permits, WaitStrategy waiting) {
            return new CountingSemaphore(TestSegments.memory(), permits, waiting);
        }

        /** Each of them wakes ten times a second to look around: ten thousand would do nothing else. */
        @Override
        protected int crowd() {
            return 1_000;
        }
    }

    @Nested
    class OfMessageRing extends MessageRingContractTest {
        @Override
        protected Memory memory() {
            return TestSegments.memory();
        }
    }

    @Nested
    class OfRingMailbox extends MailboxContractTest {
        @Override
        protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
            return new RingMailbox<>(TestSegments.memory(), Codec.int64(), capacity, Long.BYTES, waiting);
        }
    }

    @Nested
    class OfRendezvousMailbox extends MailboxContractTest {
        @Override
        protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
            return new RendezvousMailbox<>(TestSegments.memory(), Codec.int64(), 8, Long.BYTES, waiting);
        }
    }

    @Nested
    class OfPostOffice extends MailboxContractTest {
        @Override
        protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
            return new PostOffice<>(TestSegments.memory(), Codec.int64(), 1, 100, Long.BYTES, waiting)
                    .create("box", capacity);
        }
    }

    @Nested
    class OfCentralBarrier extends BarrierContractTest {
        @Override
        protected IntFunction<Barrier> barrier(int parties, Runnable action, WaitStrategy waiting) {
            Barrier barrier = new CentralBarrier(TestSegments.memory(), parties, action, waiting);
            return party -> barrier;
        }
    }

    @Nested
    class OfTurnstileBarrier extends BarrierContractTest {
        @Override
        protected IntFunction<Barrier> barrier(int parties, Runnable action, WaitStrategy waiting) {
            Barrier barrier = new TurnstileBarrier(TestSegments.memory(), parties, action, waiting);
            return party -> barrier;
        }
    }

    @Nested
    class OfTournamentBarrier extends BarrierContractTest {
        @Override
        protected IntFunction<Barrier> barrier(int parties, Runnable action, WaitStrategy waiting) {
            return new TournamentBarrier(TestSegments.memory(), parties, action, waiting)::party;
        }
    }

    @Nested
    class OfDisseminationBarrier extends BarrierContractTest {
        @Override
        protected IntFunction<Barrier> barrier(int parties, Runnable action, WaitStrategy waiting) {
            return action != null ? null : new DisseminationBarrier(TestSegments.memory(), parties, waiting)::party;
        }
    }
}
