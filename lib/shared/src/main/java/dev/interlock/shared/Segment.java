package dev.interlock.shared;

import dev.interlock.barrier.Barrier;
import dev.interlock.barrier.CentralBarrier;
import dev.interlock.buffer.MessageRing;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.Memory;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.ReadWriteMutex;
import dev.interlock.mutex.ReentrantMutex;
import dev.interlock.posix.Creation;
import dev.interlock.posix.PosixException;
import dev.interlock.posix.SharedMemory;
import dev.interlock.semaphore.CountingSemaphore;
import dev.interlock.semaphore.PermitPool;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * POSIX shared memory that hosts primitives by name, for the threads of several processes.
 *
 * <p>Processes that open a segment of one name, and in it an object of one name, use the same object. An object lives
 * until the segment is {@linkplain #unlink unlinked} and all have closed it; processes may come and go.
 *
 * <p><b>Blocking.</b> Opening and naming wait for another process that creates the segment or an object at that moment;
 * if it dies they go on at once. Primitives wait as on the heap; a sleeping waiter notices an interruption, and the
 * closing of its segment, within 100 ms. A few platform threads
 * sleep in the stead of virtual threads, which park; before Linux 5.16 those look every 2 ms instead.
 *
 * <p><b>Liveness.</b> Each open segment holds one of 1023 slots: a lock on a byte of the shared memory that the kernel
 * drops when the process dies, however it dies. A process that opens a segment twice is two parties.
 *
 * <p><b>Errors.</b> {@link SegmentException} tells what is wrong with the segment, {@link PosixException} what the system
 * refused: {@code NotFound} if there is none, {@code AccessDenied}, {@code NoSpace}. All name the segment. What is read
 * from shared memory is checked, so that a corrupted segment leads to an exception. When another process truncates the
 * memory while it is in use, every use of the segment fails with {@link SegmentException} at most 200 ms later; before that
 * the JVM may throw its own {@link InternalError}, and what is read may be anything. One gap is left: HotSpot's interpreter
 * does not survive a bus error in an atomic update. A read goes before each, and fails instead, unless the truncation
 * falls between the two, which are a few microseconds apart. Compiled code does not have this gap.
 *
 * <p>Instances are safe for use by several threads.
 *
 * <pre>{@code
 * try (Segment segment = Segment.open("/orders")) {
 *     Mutex accounts = segment.mutex("accounts");
 *     Mailbox<String> jobs = segment.mailbox("jobs", Codec.utf8(), 1024, 256);
 * }
 * }</pre>
 */
public final class Segment implements AutoCloseable {
    private final Opening opening;
    private final Directory directory;
    private final Future<?> watch;
    private boolean closed; // guarded by this
    private boolean hosting; // guarded by this

    private Segment(Opening opening) {
        this.opening = opening;
        this.directory = new Directory(opening.mapping());
        this.watch = opening.mapping().watch();
    }

    /**
     * Attaches to a segment, or creates it with {@link SegmentOptions#DEFAULT}.
     *
     * @param name its name, as POSIX says: a slash, then 1 to 254 bytes without a slash
     * @return the segment
     * @throws IllegalArgumentException if it is no such name
     * @throws SegmentException if what has that name is not a segment that can be used
     * @throws PosixException if the system refuses
     */
    public static Segment open(String name) {
        return open(name, SegmentOptions.DEFAULT);
    }

    /**
     * Attaches to a segment, or creates it.
     *
     * @param name its name, as POSIX says: a slash, then 1 to 254 bytes without a slash
     * @param options how to create it
     * @return the segment
     * @throws IllegalArgumentException if it is no such name
     * @throws SegmentException if what has that name is not a segment that can be used
     * @throws PosixException if the system refuses; {@code NoSpace} if the size cannot be reserved
     */
    public static Segment open(String name, SegmentOptions options) {
        return open(name, Creation.OPEN_OR_CREATE, options, () -> {});
    }

    /**
     * Creates a segment.
     *
     * @param name its name, as POSIX says: a slash, then 1 to 254 bytes without a slash
     * @param options how to create it
     * @return the segment
     * @throws IllegalArgumentException if it is no such name
     * @throws SegmentException if there is something of that name already
     * @throws PosixException if the system refuses; {@code NoSpace} if the size cannot be reserved
     */
    public static Segment create(String name, SegmentOptions options) {
        return open(name, Creation.CREATE_NEW, options, () -> {});
    }

    /**
     * Attaches to a segment. One that is being created is waited for. One whose creator died half-way, or has only just
     * begun, is refused at once, as one that is not there yet: {@link #open(String)} finishes it.
     *
     * @param name its name
     * @return the segment
     * @throws IllegalArgumentException if the name is not one that POSIX allows
     * @throws SegmentException if what has that name is not a segment that can be used, or not yet: {@code UNFINISHED}
     * @throws PosixException if the system refuses; {@code NotFound} if there is nothing of that name
     */
    public static Segment attach(String name) {
        return open(name, Creation.OPEN, SegmentOptions.DEFAULT, () -> {});
    }

    /**
     * Removes a segment's name. Processes that have it open keep it; its memory goes when the last of them has closed
     * it, or at the latest when their garbage collectors have found its buffers unreachable.
     *
     * @param name its name
     * @throws IllegalArgumentException if the name is not one that POSIX allows
     * @throws PosixException if the system refuses; {@code NotFound} if there is nothing of that name
     */
    public static void unlink(String name) {
        SharedMemory.unlink(name);
    }

    /**
     * The segment's name.
     *
     * @return the name
     */
    public String name() {
        return opening.name();
    }

    /**
     * The mutex of that name, made if there is none. See {@link Mutex}; give {@link Mutex#onOwnerDeath} a repair if
     * processes may die. Its conditions are objects of their own: see {@link #attach(String, Function, int...)}.
     *
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @return the mutex
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL
     * @throws SegmentException if the name is that of another kind, or there is no room, or the segment is closed
     */
    public Mutex mutex(String name) {
        return host(name, "Mutex", false, Mutex::new);
    }

    /**
     * The reentrant mutex of that name, made if there is none. See {@link ReentrantMutex}.
     *
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @return the mutex
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL
     * @throws SegmentException if the name is that of another kind, or there is no room, or the segment is closed
     */
    public ReentrantMutex reentrantMutex(String name) {
        return host(name, "ReentrantMutex", false, ReentrantMutex::new);
    }

    /**
     * The mutex for readers and writers of that name, made if there is none. See {@link ReadWriteMutex}.
     *
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param readers how many may read at once, from 1
     * @return the mutex
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or a measure makes no sense
     * @throws SegmentException if the name is that of another kind or of one with another measure, or there is no room, or the segment is closed
     */
    public ReadWriteMutex readWriteMutex(String name, int readers) {
        return host(name, "ReadWriteMutex", false, memory -> new ReadWriteMutex(memory, readers), readers);
    }

    /**
     * The semaphore of that name, made if there is none. See {@link CountingSemaphore}.
     *
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param permits how many permits it has at first; all processes must agree on it
     * @return the semaphore
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or a measure makes no sense
     * @throws SegmentException if the name is that of another kind or of one with another measure, or there is no room, or the segment is closed
     */
    public CountingSemaphore semaphore(String name, int permits) {
        return host(name, "CountingSemaphore", false, memory -> new CountingSemaphore(memory, permits), permits);
    }

    /**
     * The pool of permits of that name, made if there is none. See {@link PermitPool}: what a process has taken comes back
     * when it dies.
     *
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param permits how many permits there are, from 1
     * @return the pool
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or a measure makes no sense
     * @throws SegmentException if the name is that of another kind or of one with another measure, or there is no room, or the segment is closed
     */
    public PermitPool permitPool(String name, int permits) {
        return host(name, "PermitPool", false, memory -> new PermitPool(memory, permits), permits);
    }

    /**
     * The barrier of that name, made if there is none. See {@link CentralBarrier}.
     *
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param parties how many must arrive, from 1
     * @return the barrier
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or a measure makes no sense
     * @throws SegmentException if the name is that of another kind or of one with another measure, or there is no room, or the segment is closed
     */
    public Barrier barrier(String name, int parties) {
        return host(name, "CentralBarrier", false, memory -> new CentralBarrier(memory, parties), parties);
    }

    /**
     * The ring of that name, made if there is none. See {@link MessageRing}.
     *
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param capacity how many messages it holds, from 1; rounded up to a power of two
     * @param maxLength how many bytes a message may have, not negative
     * @return the ring
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or a measure makes no sense
     * @throws SegmentException if the name is that of another kind or of one with another measure, or there is no room, or the segment is closed
     */
    public MessageRing ring(String name, int capacity, int maxLength) {
        return host(
                name,
                "MessageRing",
                false,
                memory -> new MessageRing(memory, capacity, maxLength),
                MessageRing.rounded(capacity),
                maxLength);
    }

    /**
     * The bounded mailbox of that name, made if there is none. See {@link RingMailbox}, whose {@code accept} tells whether a message
     * is delivered again.
     *
     * @param <M> the messages
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param codec how messages become bytes; all processes must agree on it, and nothing checks that
     * @param capacity how many messages it holds, from 1; rounded up to a power of two
     * @param maxLength how many bytes a message may have, not negative
     * @return the mailbox
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or a measure makes no sense
     * @throws SegmentException if the name is that of another kind or of one with another measure, or there is no room, or the segment is closed
     */
    public <M> RingMailbox<M> mailbox(String name, Codec<M> codec, int capacity, int maxLength) {
        return host(
                name,
                "RingMailbox",
                false,
                memory -> new RingMailbox<>(memory, codec, capacity, maxLength),
                MessageRing.rounded(capacity),
                maxLength);
    }

    /**
     * The unbounded mailbox of that name, made if there is none. See {@link UnboundedMailbox}: its room is drawn from the segment
     * at once.
     *
     * @param <M> the messages
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param codec how messages become bytes; all processes must agree on it, and nothing checks that
     * @param room how many messages there is room for, from 1
     * @param maxLength how many bytes a message may have, not negative
     * @return the mailbox
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or a measure makes no sense
     * @throws SegmentException if the name is that of another kind or of one with another measure, or there is no room, or the segment is closed
     */
    public <M> UnboundedMailbox<M> unboundedMailbox(String name, Codec<M> codec, int room, int maxLength) {
        return host(
                name,
                "UnboundedMailbox",
                false,
                memory -> new UnboundedMailbox<>(memory, codec, room, maxLength),
                room,
                maxLength);
    }

    /**
     * The mailbox of capacity zero of that name, made if there is none. See {@link RendezvousMailbox}.
     *
     * @param <M> the messages
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param codec how messages become bytes; all processes must agree on it, and nothing checks that
     * @param places how many parties can wait in line, from 1
     * @param maxLength how many bytes a message may have, not negative
     * @return the mailbox
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or a measure makes no sense
     * @throws SegmentException if the name is that of another kind or of one with another measure, or there is no room, or the segment is closed
     */
    public <M> RendezvousMailbox<M> rendezvousMailbox(String name, Codec<M> codec, int places, int maxLength) {
        return host(
                name,
                "RendezvousMailbox",
                false,
                memory -> new RendezvousMailbox<>(memory, codec, places, maxLength),
                places,
                maxLength);
    }

    /**
     * The post office of that name, made if there is none. See {@link PostOffice}.
     *
     * @param <M> the messages
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param codec how messages become bytes; all processes must agree on it, and nothing checks that
     * @param boxes how many mailboxes it has at most, from 1
     * @param letters how many messages there can be in all of them, from 1
     * @param maxLength how many bytes a message may have, not negative
     * @return the office
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or a measure makes no sense
     * @throws SegmentException if the name is that of another kind or of one with another measure, or there is no room, or the segment is closed
     */
    public <M> PostOffice<M> postOffice(String name, Codec<M> codec, int boxes, int letters, int maxLength) {
        return host(
                name,
                "PostOffice",
                false,
                memory -> new PostOffice<>(memory, codec, boxes, letters, maxLength),
                boxes,
                letters,
                maxLength);
    }

    /**
     * The object of that name, of any class that draws its words from a {@link Memory} in its constructor; made if there is
     * none.
     *
     * <p>Its kind is the name of its class. An object that is not drawn as the one that exists is refused: one of another
     * class, or with other words or payload areas, or for which other parameters are given. So parameters are for what does
     * not show in the words drawn, such as their initial values. Kinds that cannot recover from the death of a party are
     * refused here: see {@link #attachUnrecoverable}.
     *
     * <pre>{@code
     * TasLock door = segment.attach("door", TasLock::new);
     * Mutex mutex = segment.mutex("queue");
     * Condition notEmpty = segment.attach("not empty", memory -> new MutexCondition(memory, mutex));
     * BinarySemaphore open = segment.attach("open", memory -> new BinarySemaphore(memory, true), 1);
     * }</pre>
     *
     * @param <T> the object
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param layout its constructor; it must not use this segment, and is called more than once if there is no room where it
     *     is tried first
     * @param parameters up to 4 numbers to be compared with those that the object's maker gave, if both gave any
     * @return the object
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or there are too many parameters
     * @throws SegmentException if the name is that of another kind, or there is no room, or the segment is closed
     */
    public <T> T attach(String name, Function<? super Memory, T> layout, int... parameters) {
        return host(name, null, false, layout, parameters);
    }

    /**
     * As {@link #attach}, and agrees to what may happen: for kinds in which the death of a party may keep the others waiting
     * for ever, such as {@link dev.interlock.spin.TicketLock}. {@code attach} refuses them.
     *
     * @param <T> the object
     * @param name its name in this segment: 1 to 96 bytes of UTF-8
     * @param layout its constructor, as for {@code attach}
     * @param parameters up to 4 numbers, as for {@code attach}
     * @return the object
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL, or there are too many parameters
     * @throws SegmentException if the name is that of another kind, or there is no room, or the segment is closed
     */
    public <T> T attachUnrecoverable(String name, Function<? super Memory, T> layout, int... parameters) {
        return host(name, null, true, layout, parameters);
    }

    /**
     * Removes an object; its name is free at once. Every later use of it, and every wait, ends with a
     * {@link SegmentException} that says so: in this opening of the segment from now on, in others at most 300 ms later.
     * What it protected, and messages in it, are lost.
     *
     * <p>Its room is used again when nobody can use it any more: when each process that has used it has lost its
     * references to it, and the garbage collector has seen that, or has closed the segment, or died. A buffer of a message
     * is not such a reference: to write to one without holding its object does harm to others.
     *
     * @param name its name in this segment
     * @return whether there was an object of that name
     * @throws IllegalArgumentException if the name is empty, too long or holds a NUL
     * @throws SegmentException if the segment is closed, or corrupted
     */
    public synchronized boolean remove(String name) {
        return changed(() -> directory.remove(name));
    }

    /**
     * The names of all objects.
     *
     * @return the names, in no order
     * @throws SegmentException if the segment is closed
     */
    public synchronized List<String> names() {
        return changed(directory::names);
    }

    /**
     * What all objects are in, as far as their words say: see {@link HostedObject}. Changes nothing and waits for nobody; the
     * values of an object that is in use need not fit together.
     *
     * @return the objects, in no order; a corrupted one says so in its state
     * @throws SegmentException if the segment is closed
     */
    public List<HostedObject> describe() {
        try {
            return new Inspector(opening.mapping()).describe();
        } catch (IllegalStateException | IndexOutOfBoundsException | InternalError e) {
            throw opening.mapping().failure(e);
        }
    }

    /**
     * The same of a segment that this process does not open: it takes no slot, and maps the segment for reading only.
     *
     * @param name the segment's name
     * @return the objects, in no order; a corrupted one says so in its state
     * @throws IllegalArgumentException if the name is not one that POSIX allows
     * @throws SegmentException if what has that name is not a segment that can be read
     * @throws PosixException if the system refuses; {@code NotFound} if there is nothing of that name
     */
    public static List<HostedObject> describe(String name) {
        try (SharedMemory memory = SharedMemory.openReadOnly(name)) {
            try {
                return new Inspector(new Mapping(memory, Header.checked(memory), 0, () -> {})).describe();
            } catch (IllegalStateException | IndexOutOfBoundsException | InternalError e) {
                throw Mapping.failure(memory, e);
            }
        }
    }

    /**
     * Leaves the segment; others keep it. Whatever the parties of this process still hold counts as held by the dead. Every
     * later use of this segment and its objects throws {@link SegmentException}; a buffer of a message that is still held stays
     * mapped, and writing to it does harm to others. Closing again does nothing.
     */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            BusErrors.surely(() -> watch.cancel(false));
            opening.close();
        }
    }

    /** The name, for people. */
    @Override
    public String toString() {
        return "Segment[" + name() + "]";
    }

    private synchronized <T> T host(
            String name, String kind, boolean unrecoverable, Function<? super Memory, T> layout, int... parameters) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(layout, "layout");
        if (parameters.length > Format.PARAMETERS) {
            throw new IllegalArgumentException("parameters: " + parameters.length + ", at most " + Format.PARAMETERS);
        }
        return changed(() -> directory.attach(name, kind, unrecoverable, parameters, layout));
    }

    /** Runs an action on the directory that may call a constructor of the user's. */
    private <T> T changed(Supplier<T> action) {
        if (hosting) {
            throw new IllegalStateException("a constructor of an object in " + this + " uses the segment itself");
        }
        hosting = true;
        try {
            return opening.locked(action);
        } finally {
            hosting = false;
        }
    }

    /** As the others; before each change of the segment that is no object's own, the step is run. */
    static Segment open(String name, Creation creation, SegmentOptions options, Runnable step) {
        return new Segment(Opening.open(name, creation, options, step));
    }
}
