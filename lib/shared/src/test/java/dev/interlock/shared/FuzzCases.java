package dev.interlock.shared;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.DisseminationBarrier;
import dev.interlock.barrier.Rendezvous;
import dev.interlock.barrier.TournamentBarrier;
import dev.interlock.barrier.TurnstileBarrier;
import dev.interlock.buffer.MessageRing;
import dev.interlock.buffer.RingClosedException;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.MutexCondition;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.posix.Creation;
import dev.interlock.posix.PosixException;
import dev.interlock.posix.SharedMemory;
import dev.interlock.semaphore.BinarySemaphore;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import dev.interlock.spin.BackoffLock;
import dev.interlock.spin.BakeryLock;
import dev.interlock.spin.FilterLock;
import dev.interlock.spin.PetersonLock;
import dev.interlock.spin.TasLock;
import dev.interlock.spin.TtasLock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * Damages segments in all ways and uses them all the same: a child JVM of {@link FuzzTest}. Each case depends on the seed
 * and its number alone, but for the moments at which threads run. In each fourth round of all kinds of damage a second thread
 * uses the objects while it is done.
 *
 * <p>Arguments: the seed, the first case, how many. Prints "case N" before each, and a stack trace after a "fault" for each
 * answer that is none of those documented. A case that does not end in time is reported with its threads' stacks, and ends
 * the JVM.
 */
final class FuzzCases {
    static final int HUNG = 3;

    private static final long LIMIT_MILLIS = 20_000;
    /** Of each four rounds of all kinds of damage, in one another thread goes on meanwhile. */
    private static final int BUSY = 4;
    /** After which both are told to leave who wait for a lock: a damaged word may say that one who lives holds it. */
    private static final long BUSY_MILLIS = 10_000;

    private static final int HARMS = 3;
    private static final int PAUSE_MILLIS = 10;
    /** Directory entries, and bytes of objects, in which there is something to damage. */
    private static final int KINDS = 26;

    private static final int OBJECTS_LENGTH = 1 << 13;
    private static final int SIZE = Format.OBJECTS + (1 << 15);
    private static final SegmentOptions OPTIONS = SegmentOptions.DEFAULT.withSize(SIZE);

    private final String name;
    private final int number;
    private final Random random;
    private final Damage damage;
    private final List<Segment> opened = new CopyOnWriteArrayList<>();
    private volatile Thread bystander;
    private volatile boolean faulty;

    /** What happens to a segment. */
    private enum Damage {
        OBJECTS,
        DIRECTORY,
        OFFSETS,
        SLOTS,
        HEADER,
        ANYWHERE,
        STRANGER,
        TRUNCATION
    }

    private interface Use {
        void run() throws Exception;
    }

    private FuzzCases(long seed, int number) {
        this.name = name(ProcessHandle.current().pid(), number);
        this.number = number;
        this.random = new Random(seed * 1_000_003 + number);
        this.damage = Damage.values()[number % Damage.values().length];
    }

    static String name(long pid, int number) {
        return "/interlock-fuzz-" + pid + "-" + number;
    }

    public static void main(String[] arguments) throws InterruptedException {
        long seed = Long.parseLong(arguments[0]);
        int first = Integer.parseInt(arguments[1]);
        int count = Integer.parseInt(arguments[2]);
        int faults = 0;
        for (int number = first; number < first + count; number++) {
            FuzzCases fuzz = new FuzzCases(seed, number);
            System.out.println("case " + number + " " + fuzz.damage);
            Thread thread = new Thread(fuzz::run, "case " + number);
            thread.setDaemon(true);
            thread.start();
            thread.join(fuzz.isBusy() ? BUSY_MILLIS : LIMIT_MILLIS);
            if (thread.isAlive() && fuzz.isBusy()) {
                fuzz.requireThatItWaitsForALock(thread);
                fuzz.leave();
                thread.join(LIMIT_MILLIS);
            }
            if (thread.isAlive()) {
                fuzz.fault(thread, "does not end");
                TestSegments.remove(fuzz.name);
                Runtime.getRuntime().halt(HUNG);
            }
            faults += fuzz.faulty ? 1 : 0;
        }
        System.out.println("end " + count + " " + faults);
    }

    private void run() {
        try {
            if (damage == Damage.STRANGER) {
                stranger();
                use(() -> Segment.describe(name));
                use(() -> useAll(Segment.attach(name)));
                use(() -> useAll(Segment.open(name, OPTIONS)));
            } else {
                useAll(Segment.create(name, OPTIONS));
            }
        } catch (RuntimeException | Error e) {
            fault(e);
        } finally {
            TestSegments.remove(name);
        }
    }

    /** Something of that name that is hardly a segment. */
    private void stranger() {
        try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW)) {
            int size = random.nextInt(4) == 0 ? random.nextInt(64) : random.nextInt(SIZE + 4096);
            if (size > 0) {
                memory.resize(size);
                ByteBuffer bytes = memory.map(0, size).order(ByteOrder.nativeOrder());
                if (size >= Format.SLOT_TABLE && random.nextBoolean()) {
                    bytes.putInt(Format.VERSION_AT, Format.VERSION);
                    bytes.putInt(Format.BYTE_ORDER_AT, Format.BYTE_ORDER);
                    bytes.putLong(Format.SIZE_AT, random.nextBoolean() ? size : random.nextLong());
                    bytes.putInt(Format.SLOTS_AT, Format.SLOTS);
                    bytes.putInt(Format.ENTRIES_AT, Format.ENTRIES);
                    bytes.putLong(Format.MAGIC_AT, Format.MAGIC);
                }
                flip(bytes, random.nextInt(size), size, 1 + random.nextInt(200));
            }
        }
    }

    /** Makes objects, does harm to the segment, and uses it: what is at hand, what is attached anew, and opened anew. */
    private void useAll(Segment segment) {
        opened.add(segment);
        try (segment) {
            Objects objects = new Objects(segment, random, "anna");
            objects.use();
            if (isBusy()) {
                harmWhileUsed(segment, objects);
            } else {
                harm();
                objects.use();
            }
            for (Use use : new Use[] {
                segment::names,
                segment::describe,
                () -> Segment.describe(name),
                () -> new Objects(segment, random, "anna").use(),
                () -> segment.attach("user's", Mutex::new).tryLock(),
                () -> segment.mutex("another").tryLock(),
                () -> segment.remove("mutex"),
                () -> segment.remove("ring"),
                () -> segment.semaphore("mutex", 3).release(),
                segment::names,
                () -> {
                    try (Segment again = Segment.open(name, OPTIONS)) {
                        opened.add(again);
                        new Objects(again, random, "anna").use();
                    }
                },
                objects::use
            }) {
                use(use);
            }
        } catch (SegmentException | PosixException e) {
            // documented
        } catch (InternalError e) {
            truncated(e);
        }
    }

    /** Does harm several times while another thread goes on, which may meet the same exceptions as this one. */
    private void harmWhileUsed(Segment segment, Objects objects) {
        Objects others = new Objects(segment, new Random(number), "bert");
        AtomicBoolean over = new AtomicBoolean();
        Thread other = new Thread(() -> use(() -> useUntil(over, others)), "bystander of case " + number);
        other.setDaemon(true);
        bystander = other;
        other.start();
        try {
            for (int harms = 1 + random.nextInt(HARMS); harms > 0; harms--) {
                pause();
                harm();
            }
            objects.use();
        } finally {
            over.set(true);
            join(other);
        }
    }

    private static void useUntil(AtomicBoolean over, Objects objects) {
        while (!over.get()) {
            objects.use();
        }
    }

    private void pause() {
        use(() -> Thread.sleep(random.nextInt(PAUSE_MILLIS)));
    }

    private void join(Thread other) {
        use(other::join);
    }

    private boolean isBusy() {
        return number / Damage.values().length % BUSY == 0;
    }

    /** That it, or its bystander, waits for a lock: all other waits end by themselves. */
    private void requireThatItWaitsForALock(Thread thread) {
        boolean waits = false;
        for (Thread each : new Thread[] {thread, bystander}) {
            for (StackTraceElement element : each == null ? new StackTraceElement[0] : each.getStackTrace()) {
                waits |= element.getClassName().equals(Mutex.class.getName());
            }
        }
        if (!waits) {
            fault(thread, "goes on and on");
        }
    }

    /** Ends all waits. */
    private void leave() {
        opened.forEach(segment -> use(segment::close));
    }

    /** Another opening of the memory, as a program gone wild has one. */
    private void harm() {
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN)) {
            long size = memory.size();
            if (damage == Damage.TRUNCATION) {
                long end = random.nextBoolean() ? random.nextInt(SIZE) : random.nextInt(SIZE >> 12) << 12;
                memory.resize(Math.max(1, end));
                return;
            }
            if (size < SIZE) {
                return;
            }
            ByteBuffer bytes = memory.map(0, SIZE).order(ByteOrder.nativeOrder());
            int entries = Format.DIRECTORY + KINDS * Format.ENTRY_LENGTH;
            switch (damage) {
                case OBJECTS -> flip(bytes, Format.OBJECTS, Format.OBJECTS + OBJECTS_LENGTH, 1 + random.nextInt(400));
                case DIRECTORY -> flip(bytes, Format.DIRECTORY, entries, 1 + random.nextInt(60));
                case OFFSETS -> misplace(bytes);
                case SLOTS -> flip(bytes, Format.SLOT_TABLE, Format.SLOT_TABLE + 128, 1 + random.nextInt(60));
                case HEADER -> flip(bytes, 0, Format.SLOT_TABLE, 1 + random.nextInt(8));
                default -> flip(bytes, 0, SIZE, 1 + random.nextInt(20_000));
            }
        } catch (PosixException e) {
            // it has no name any more
        }
    }

    /** Entries that lie outside, over each other, over the directory, or have the names of others. */
    private void misplace(ByteBuffer bytes) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            int entry = Format.DIRECTORY + random.nextInt(KINDS) * Format.ENTRY_LENGTH;
            int other = Format.DIRECTORY + random.nextInt(KINDS) * Format.ENTRY_LENGTH;
            switch (random.nextInt(5)) {
                case 0 -> bytes.putLong(entry + Format.ENTRY_OFFSET, bytes.getLong(other + Format.ENTRY_OFFSET));
                case 1 -> bytes.putLong(entry + Format.ENTRY_OFFSET, (long) random.nextInt(SIZE * 2) & -Format.LINE);
                case 2 -> bytes.putLong(entry + Format.ENTRY_OFFSET, random.nextLong());
                case 3 -> bytes.putLong(entry + Format.ENTRY_SIZE, random.nextLong() >> random.nextInt(64));
                default -> {
                    for (int at = 0; at < Format.ENTRY_LENGTH; at++) {
                        bytes.put(entry + at, bytes.get(other + at));
                    }
                }
            }
        }
    }

    private void flip(ByteBuffer bytes, int from, int to, int count) {
        for (int i = 0; i < count; i++) {
            int at = from + random.nextInt(to - from);
            int value = random.nextInt(3) == 0 ? random.nextInt(2) - 1 : bytes.get(at) ^ 1 << random.nextInt(8);
            bytes.put(at, (byte) value);
        }
    }

    private final class Objects {
        final Mutex mutex;
        final ReadWriteMutex readWrite;
        final CountingSemaphore semaphore;
        final PermitPool pool;
        final Barrier barrier;
        final MessageRing ring;
        final Mailbox<String> mailbox;
        final List<Lock> locks = new ArrayList<>();
        final List<Barrier> barriers = new ArrayList<>();
        final List<Mailbox<String>> mailboxes = new ArrayList<>();
        final PostOffice<String> office;
        final ReentrantMutex reentrant;
        final Condition condition;
        final BinarySemaphore binary;
        final CountingSemaphore fifo;
        private final Random random;
        private final String self;

        /** {@code self} is the name by which the thread is known in the office. */
        Objects(Segment segment, Random random, String self) {
            this.random = random;
            this.self = self;
            mutex = segment.mutex("mutex");
            readWrite = segment.readWriteMutex("readWrite", 4);
            semaphore = segment.semaphore("semaphore", 2);
            pool = segment.permitPool("pool", 3);
            barrier = segment.barrier("barrier", 2);
            ring = segment.ring("ring", 8, 32);
            mailbox = segment.mailbox("mailbox", Codec.utf8(), 4, 64);
            reentrant = segment.reentrantMutex("reentrant");
            condition = segment.attach("condition", memory -> new MutexCondition(memory, reentrant));
            binary = segment.attach("binary", memory -> new BinarySemaphore(memory, true));
            fifo = segment.attach("fifo", memory -> new CountingSemaphore(memory, 2, 2, WaitStrategy.ADAPTIVE));
            office = segment.postOffice("office", Codec.utf8(), 2, 3, 16);
            mailboxes.add(mailbox);
            mailboxes.add(segment.unboundedMailbox("unbounded", Codec.utf8(), 3, 16));
            mailboxes.add(segment.rendezvousMailbox("rendezvous", Codec.utf8(), 3, 16));
            locks.add(mutex);
            locks.add(readWrite.readLock());
            locks.add(readWrite.writeLock());
            locks.add(reentrant);
            locks.add(segment.attach("tas", TasLock::new));
            locks.add(segment.attach("ttas", TtasLock::new));
            locks.add(segment.attach("backoff", BackoffLock::new));
            locks.add(segment.attach("peterson", PetersonLock::new).party(1));
            locks.add(segment.attach("filter", memory -> new FilterLock(memory, 3))
                    .party(1));
            locks.add(segment.attach("bakery", memory -> new BakeryLock(memory, 3))
                    .party(1));
            barriers.add(barrier);
            barriers.add(segment.attach("turnstile", memory -> new TurnstileBarrier(memory, 2)));
            barriers.add(segment.attach("dissemination", memory -> new DisseminationBarrier(memory, 3))
                    .party(1));
            barriers.add(segment.attach("tournament", memory -> new TournamentBarrier(memory, 3))
                    .party(1));
            barriers.add(segment.attach("meeting", Rendezvous::new).party(1));
        }

        /**
         * Each verb once, in its timed form where there is one: what is damaged may well never come. Not {@code repair},
         * which waits as long as a word says that one who lives is inside.
         */
        void use() {
            for (Lock lock : locks) {
                FuzzCases.this.use(() -> {
                    if (lock.tryLock(1, TimeUnit.MILLISECONDS)) {
                        lock.unlock();
                    }
                });
                FuzzCases.this.use(lock::unlock);
            }
            FuzzCases.this.use(() -> semaphore.tryAcquire(1, TimeUnit.MILLISECONDS));
            FuzzCases.this.use(semaphore::release);
            FuzzCases.this.use(() -> pool.tryAcquire(1, TimeUnit.MILLISECONDS));
            FuzzCases.this.use(pool::release);
            FuzzCases.this.use(pool::reclaim);
            FuzzCases.this.use(() -> fifo.tryAcquire(1, TimeUnit.MILLISECONDS));
            FuzzCases.this.use(fifo::release);
            FuzzCases.this.use(() -> binary.tryAcquire(1, TimeUnit.MILLISECONDS));
            FuzzCases.this.use(binary::release);
            FuzzCases.this.use(this::await);
            for (Barrier each : barriers) {
                FuzzCases.this.use(() -> each.await(1, TimeUnit.MILLISECONDS));
                if (!(each instanceof TurnstileBarrier)) { // its reset waits until all whom its words name have left
                    FuzzCases.this.use(each::reset);
                }
                FuzzCases.this.use(each::toString);
            }
            FuzzCases.this.use(this::exchange);
            for (Mailbox<String> each : mailboxes) {
                FuzzCases.this.use(() -> each.trySend("as sent", 1, TimeUnit.MILLISECONDS));
                FuzzCases.this.use(() -> each.tryReceive(1, TimeUnit.MILLISECONDS));
                FuzzCases.this.use(each::toString);
            }
            FuzzCases.this.use(this::correspond);
            if (random.nextInt(8) == 0) {
                FuzzCases.this.use(
                        random.nextBoolean() ? ring::close : mailboxes.get(random.nextInt(mailboxes.size()))::close);
            }
            FuzzCases.this.use(() -> (mutex + "" + readWrite + semaphore + pool + barrier + ring + mailbox).length());
        }

        private void await() throws InterruptedException {
            if (reentrant.tryLock(1, TimeUnit.MILLISECONDS)) {
                try {
                    condition.await(1, TimeUnit.MILLISECONDS);
                    condition.signal();
                } finally {
                    reentrant.unlock();
                }
            }
        }

        private void correspond() throws InterruptedException {
            FuzzCases.this.use(office::names);
            try (PostOffice<String>.Correspondent correspondent = office.join(self)) {
                correspondent.trySend(self, "to oneself", 1, TimeUnit.MILLISECONDS);
                correspondent.tryReceive(self, 1, TimeUnit.MILLISECONDS);
            }
            String name = "box of " + self;
            PostOffice<String>.Box box = office.find(name);
            box = box == null ? office.create(name, random.nextInt(3)) : box;
            box.trySend("as sent", 1, TimeUnit.MILLISECONDS);
            box.tryReceive(1, TimeUnit.MILLISECONDS);
            if (random.nextInt(4) == 0) {
                office.delete(name);
            }
        }

        private void exchange() throws InterruptedException {
            for (int i = 0; i < 2; i++) {
                try (MessageRing.Claim claim = ring.tryClaim(16, 1, TimeUnit.MILLISECONDS)) {
                    if (claim != null) {
                        claim.buffer().putLong(i);
                        if (random.nextInt(4) != 0) {
                            claim.publish();
                        }
                    }
                }
            }
            try (MessageRing.Message message = ring.tryRead(1, TimeUnit.MILLISECONDS)) {
                if (message != null) {
                    while (message.buffer().hasRemaining()) {
                        message.buffer().get();
                    }
                }
            }
        }
    }

    private void use(Use use) {
        try {
            use.run();
        } catch (SegmentException
                | PosixException
                | OwnerDiedException
                | IllegalMonitorStateException
                | RingClosedException
                | MailboxClosedException
                | BrokenBarrierException
                | TimeoutException e) {
            // documented
        } catch (InternalError e) {
            truncated(e);
        } catch (Exception | Error e) {
            boolean refused = e instanceof IllegalStateException
                            && (e.getMessage().startsWith("corrupted: ")
                                    || e.getMessage().endsWith(" boxes are in use"))
                    || e.getClass() == Error.class && e.getMessage().startsWith("maximum permit count exceeded");
            if (!refused) { // the words of an object contradict each other, or seem to be in use, and it says so
                fault(e);
            }
        }
    }

    /** The JVM's own answer to a bus error is documented for memory that is truncated, and for that only. */
    private void truncated(InternalError e) {
        if (damage != Damage.TRUNCATION) {
            fault(e);
        }
    }

    private void fault(Throwable e) {
        fault(e.toString(), e.getStackTrace());
    }

    private void fault(Thread thread, String what) {
        fault(what, thread.getStackTrace());
        if (bystander != null) {
            fault("meanwhile", bystander.getStackTrace());
        }
    }

    private synchronized void fault(String what, StackTraceElement[] stack) {
        faulty = true;
        System.out.println("fault: case " + number + " " + damage + ": " + what);
        for (StackTraceElement element : stack) {
            System.out.println("    at " + element);
        }
    }
}
