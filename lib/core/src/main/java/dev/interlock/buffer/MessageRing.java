package dev.interlock.buffer;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Lookout;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A bounded FIFO ring of byte messages for any number of senders and receivers: threads, or threads of processes that
 * share memory. Each message is received once. Nothing is copied: a sender claims a slot, writes in place and publishes;
 * a receiver reads in place and releases.
 *
 * <p><b>Blocking.</b> {@code claim} waits while the ring is full, {@code read} while it is empty: they spin for a while,
 * then sleep. The {@code try} forms never block, nor do publishing and releasing. The ring is not lock-free: a sender that
 * stops between claim and publish holds up the receivers when they reach its slot, and one who stops between reading and
 * releasing holds up the senders when they come round to it.
 *
 * <p><b>Order.</b> That of the claims, so messages of one sender arrive in the order in which it sent them, but for those
 * delivered again. Waiters barge.
 *
 * <p><b>Ownership.</b> A claim or a message belongs to the thread that got it, until it is published or closed; its buffer
 * must not be touched afterwards, for it is reused.
 *
 * <p><b>Owner death.</b> A claim whose sender died is skipped, as if it had been given up. A message whose receiver died is
 * delivered again, to one receiver that lives, and {@linkplain Message#redelivered() says so}, however many have died
 * over it. Nothing else is ever taken from anybody: a party that is slow or stopped keeps what it has. Those who wait look
 * for the dead ten times a second, and so do those who read again and again, whatever backlog there is; {@code tryClaim()}
 * looks now and then when called in vain. A party that only calls them once in a while had better give them a timeout. A
 * message delivered again may come after later ones of its sender; but a ring object's first read takes what the dead have
 * left before anything else, oldest first, so that a lone receiver that is restarted misses nothing and sees all in order.
 *
 * <p><b>Memory effects.</b> Publishing a message happens-before the {@code read} that returns it; releasing one
 * happens-before the claim that reuses its slot.
 *
 * <p><b>Limits.</b> The capacity is rounded up to a power of two, at most 2^24; messages have 0 to {@code maxLength}
 * bytes. Timeouts of zero or less try once. Virtual threads park without pinning their carrier.
 *
 * <p><b>Closing.</b> After {@link #close} claims fail with {@link RingClosedException}; reads do once all that was claimed
 * before has been published and read, or skipped, and no dead receiver has left anything.
 *
 * <pre>{@code
 * MessageRing ring = new MessageRing(1024, 256);
 * try (MessageRing.Claim claim = ring.claim(8)) {
 *     claim.buffer().putLong(42);
 *     claim.publish();
 * }
 * try (MessageRing.Message message = ring.read()) {
 *     handle(message.buffer().getLong());
 * }
 * }</pre>
 *
 * <p>After D. Vyukov, Bounded MPMC queue, 2010, in which a sequence number in each slot says whose turn it is. Here the
 * slot says by whom it is used, too, and the claim is made in the slot itself, so that there is no moment at which a slot
 * is taken and nobody knows by whom.
 */
public final class MessageRing implements AutoCloseable {
    /* Implementation notes
     * Positions are numbered 0, 1, 2, … modulo 2^32; position p uses slot p mod capacity.
     * State   slot.state, [position:32][phase:3][party:29]; of the slot for position p, in order:
     *
     *         FREE p            to be claimed                          party 0
     *         CLAIMED p         a sender writes                        party = the sender
     *         PUBLISHED p       to be read                             party = the sender
     *         READING p         a receiver reads                       party = the receiver
     *         FREE p+capacity
     *         and ABORTED p     instead of PUBLISHED: the sender gave up; skipped, to FREE p+capacity, by a receiver, or
     *                           by a sender that finds the ring full
     *
     *         FREE -> CLAIMED and PUBLISHED -> READING, ABORTED -> FREE by CAS; the other steps by the party named. Of a
     *         dead party: CLAIMED p -> FREE p+capacity if p is at the head, READING p of the dead -> READING p of a
     *         receiver that lives, both by CAS.
     *         slot.length, slot.sender: written by the claimer, and valid from PUBLISHED p to FREE.
     *         recovered: how many claims were skipped and messages delivered again, for people.
     *         tail, head: where to look for the first slot to claim, and to read. Hints: never beyond it, and set back by
     *         a slow party at times, however far; the slots tell the truth, so a stale hint costs steps and nothing
     *         else. At position p a slot that is neither of p nor in use for p-capacity says that the hint is stale.
     *         A search that walks on and on though nobody moves anything is led by slots that contradict each other.
     * Order   position p is claimed only when p-1 has been, and read only when p-1 has been read or skipped. So what is
     *         unread in the slot that a full ring would claim next is at the head.
     * closed  1 after close(). A sender looks at it after its claim, and aborts; a receiver that finds it set looks for
     *         claims once more. So either the sender sees closed, or the receiver sees the claim and waits for it.
     * Edge M  publish() releases slot.state -> read() acquires it.
     * Edge F  a receiver releases slot.state (FREE) -> claim() acquires it.
     * Edge N  a position is taken by CAS, then the hint is released -> whoever acquires the hint sees it taken.
     * Edge S  of the event counts: the slot's state is written in volatile mode before signal() reads their word.
     * Drained the last claim of a closed ring ends with a signal to one receiver, and all must hear of it: one that
     *         wakes to a drained ring wakes all.
     * Death   in CLAIMED: skip, when the slot stands at the head; it is in nobody's way before. In READING: takeOver, and
     *         the mark needs no bit, for a message that is taken over has been read before. After a CAS, before its hint
     *         or its signal, and of a closer before its signals: a stale hint, and waiters that wake by themselves.
     */
    private static final int MAX_CAPACITY = 1 << 24;
    private static final int SPINS = 2_000;
    private static final int LOOK_SLOTS = 1 << 14; // so that a look at a large ring takes no long time
    private static final int MAX_LOSSES = 1 << 17; // how often a search may find that others were faster

    private static final int PARTY = (1 << Memory.PARTY_BITS) - 1;
    private static final int PHASE = ~PARTY;
    private static final int FREE = 0;
    private static final int CLAIMED = 1 << Memory.PARTY_BITS;
    private static final int PUBLISHED = 2 << Memory.PARTY_BITS;
    private static final int READING = 3 << Memory.PARTY_BITS;
    private static final int ABORTED = 4 << Memory.PARTY_BITS;

    private static final long FULL = -1;

    private final Memory memory;
    private final WaitStrategy waiting;
    private final int maxLength;
    private final int mask;
    private final Word closed;
    private final EventCount notEmpty;
    private final EventCount notFull;
    private final Word recovered;
    private final Word tail;
    private final Word head;
    private final Slot[] slots;
    private final Patience senderPatience;
    private final Patience receiverPatience;
    private final Lookout lookout; // of all threads; a race costs or saves a look
    private int calls;
    private int lookedAt;
    private boolean hasLooked;

    /**
     * A ring for the threads of this JVM.
     *
     * @param capacity how many messages it holds, from 1; rounded up to a power of two
     * @param maxLength how many bytes a message may have, not negative
     * @throws IllegalArgumentException if {@code capacity} or {@code maxLength} is out of range
     */
    public MessageRing(int capacity, int maxLength) {
        this(Memory.heap(), capacity, maxLength);
    }

    /**
     * A ring in the given memory. Draws six words and, for each slot, a line with three words and a payload area.
     *
     * @param memory where it lives
     * @param capacity how many messages it holds, from 1; rounded up to a power of two
     * @param maxLength how many bytes a message may have, not negative
     * @throws IllegalArgumentException if {@code capacity} or {@code maxLength} is out of range
     */
    public MessageRing(Memory memory, int capacity, int maxLength) {
        this(memory, capacity, maxLength, WaitStrategy.ADAPTIVE);
    }

    /**
     * A ring in the given memory, whose waiters wait as told. Draws six words and, for each slot, a line with three words
     * and a payload area.
     *
     * @param memory where it lives
     * @param capacity how many messages it holds, from 1; rounded up to a power of two
     * @param maxLength how many bytes a message may have, not negative
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if {@code capacity} or {@code maxLength} is out of range
     */
    public MessageRing(Memory memory, int capacity, int maxLength, WaitStrategy waiting) {
        int rounded = rounded(capacity);
        if (maxLength < 0) {
            throw new IllegalArgumentException("maxLength: " + maxLength + " is negative");
        }
        this.memory = memory;
        this.waiting = Objects.requireNonNull(waiting, "waiting");
        this.maxLength = maxLength;
        this.mask = rounded - 1;
        Memory line = memory.newLine();
        this.closed = line.word(0);
        this.notEmpty = new EventCount(line);
        this.notFull = new EventCount(line);
        this.recovered = line.word(0);
        this.tail = memory.newLine().word(0);
        this.head = memory.newLine().word(0);
        this.slots = new Slot[rounded];
        for (int i = 0; i < rounded; i++) {
            slots[i] = new Slot(memory.newLine(), i, maxLength);
        }
        this.senderPatience = new Patience(memory, waiting);
        this.receiverPatience = new Patience(memory, waiting);
        this.lookout = new Lookout(memory);
    }

    /**
     * The capacity of a ring for which another is asked.
     *
     * @param capacity how many messages it is to hold, from 1
     * @return how many it will hold: the next power of two
     * @throws IllegalArgumentException if the capacity is less than 1 or more than 2^24
     */
    public static int rounded(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity: " + capacity + " is not within 1 to " + MAX_CAPACITY);
        }
        return capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
    }

    /**
     * How many messages the ring holds.
     *
     * @return the capacity, a power of two
     */
    public int capacity() {
        return mask + 1;
    }

    /**
     * How many bytes a message may have.
     *
     * @return the greatest length
     */
    public int maxLength() {
        return maxLength;
    }

    /**
     * Claims a slot for a message if there is room. Never blocks.
     *
     * @param length the message's bytes
     * @return the claim, to be published or closed by the calling thread, or null if the ring is full
     * @throws IllegalArgumentException if the length is negative or greater than {@link #maxLength()}
     * @throws RingClosedException if the ring is closed
     */
    public Claim tryClaim(int length) {
        if (length < 0 || length > maxLength) {
            throw new IllegalArgumentException("a message of " + length + " bytes, in a ring for 0 to " + maxLength);
        }
        refuseClosed();
        Claim claim = claimAt(tail.getAcquire(), length); // N (acquire); unseen, for a look would fetch the line twice
        return claim != null ? claim : searchRoom(length);
    }

    /**
     * Claims a slot for a message, waiting for room as long as it takes unless interrupted.
     *
     * @param length the message's bytes
     * @return the claim, to be published or closed by the calling thread
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws IllegalArgumentException if the length is negative or greater than {@link #maxLength()}
     * @throws RingClosedException if the ring is closed, or is while this waits
     */
    public Claim claim(int length) throws InterruptedException {
        BlockingBuffer.refuseInterrupted();
        Claim claim = tryClaim(length);
        return claim != null ? claim : awaitRoom(length, Memory.NO_DEADLINE);
    }

    /**
     * Claims a slot for a message, waiting for room at most the given time.
     *
     * @param length the message's bytes
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return the claim, to be published or closed by the calling thread, or null if the time has passed
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws IllegalArgumentException if the length is negative or greater than {@link #maxLength()}
     * @throws RingClosedException if the ring is closed, or is while this waits
     */
    public Claim tryClaim(int length, long timeout, TimeUnit unit) throws InterruptedException {
        BlockingBuffer.refuseInterrupted();
        long deadlineNanos = memory.deadlineAfter(timeout, unit);
        Claim claim = tryClaim(length);
        return claim != null ? claim : awaitRoom(length, deadlineNanos);
    }

    /**
     * Takes the next message if there is one. Never blocks.
     *
     * @return the message, to be closed by the calling thread, or null if the ring is empty
     * @throws RingClosedException if the ring is closed and drained
     */
    public Message tryRead() {
        Message message = hasLooked ? nextOrLeft() : firstMessage();
        if (message == null && closed.getVolatile() != 0) {
            message = next(); // claims made before closed was set are seen now
            if (message == null && isDrained()) {
                message = takeOver(0, capacity());
                if (message == null) {
                    throw new RingClosedException();
                }
            }
        }
        return message;
    }

    /**
     * Takes the next message, waiting for it as long as it takes unless interrupted.
     *
     * @return the message, to be closed by the calling thread
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws RingClosedException if the ring is closed and drained, or is while this waits
     */
    public Message read() throws InterruptedException {
        BlockingBuffer.refuseInterrupted();
        Message message = tryRead();
        return message != null ? message : awaitMessage(Memory.NO_DEADLINE);
    }

    /**
     * Takes the next message, waiting for it at most the given time.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return the message, to be closed by the calling thread, or null if the time has passed
     * @throws InterruptedException if the thread is interrupted while it waits, or was before
     * @throws RingClosedException if the ring is closed and drained, or is while this waits
     */
    public Message tryRead(long timeout, TimeUnit unit) throws InterruptedException {
        BlockingBuffer.refuseInterrupted();
        long deadlineNanos = memory.deadlineAfter(timeout, unit);
        Message message = tryRead();
        return message != null ? message : awaitMessage(deadlineNanos);
    }

    /** Closes the ring for all parties and wakes those that wait. Never blocks; closing again does nothing. */
    @Override
    public void close() {
        closed.setVolatile(1);
        notEmpty.signalAll();
        notFull.signalAll();
    }

    /**
     * Whether the ring was closed. Messages may still be in it.
     *
     * @return whether {@link #close} was called by any party
     */
    public boolean isClosed() {
        return closed.getVolatile() != 0;
    }

    /**
     * How many slots are claimed, published or being read: out of date when it returns, for monitoring.
     *
     * @return the number of slots in use
     */
    public int size() {
        int used = 0;
        for (Slot slot : slots) {
            if (phaseOf(slot.state.getOpaque()) != FREE) {
                used++;
            }
        }
        return used;
    }

    /**
     * How often the ring has recovered from a death: claims skipped and messages delivered again, for monitoring.
     *
     * @return the number of recoveries by all parties, modulo 2^32
     */
    public int recoveries() {
        return recovered.getOpaque();
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "MessageRing[" + size() + " of " + capacity() + (isClosed() ? ", closed]" : "]");
    }

    /** Looks before it claims: who waits leaves a full ring's lines to the receivers. */
    private Claim searchRoom(int length) {
        for (; ; ) {
            refuseClosed();
            long found = firstUnclaimed();
            if (found != FULL) {
                Claim claim = claimAt((int) found, length);
                if (claim != null) {
                    return claim;
                }
            } else if (!skip(ABORTED) && !(lookout.isDue(calls++) && skip(CLAIMED))) {
                return null;
            }
        }
    }

    /** Claims the slot if it is free for that position. */
    private Claim claimAt(int position, int length) {
        Slot slot = slots[position & mask];
        int self = memory.self();
        if (!slot.state.compareAndSet(state(position, FREE, 0), state(position, CLAIMED, self))) { // F (acquire)
            return null;
        }
        tail.setRelease(position + 1); // N (release)
        Claim claim = new Claim(slot, position, self, length);
        if (closed.getVolatile() != 0) {
            claim.close();
            throw new RingClosedException();
        }
        return claim;
    }

    private void refuseClosed() {
        if (closed.getVolatile() != 0) {
            throw new RingClosedException();
        }
    }

    /** The first message for this object: one that the dead have left comes before all others. */
    private Message firstMessage() {
        Message message = takeOver(head.getAcquire(), capacity());
        if (message == null) {
            hasLooked = true;
            message = next();
        }
        return message;
    }

    /** The next message, but now and then one that the dead have left, so that no backlog keeps it back. */
    private Message nextOrLeft() {
        Message message = lookout.isDue(calls++) ? look() : null;
        return message != null ? message : next();
    }

    private Message next() {
        for (int position = head.getAcquire(); ; position = firstUnread()) { // N (acquire)
            Slot slot = slots[position & mask];
            long state = slot.state.getVolatile();
            if (isIn(state, position, PUBLISHED)) {
                if (slot.state.compareAndSet(state, state(position, READING, memory.self()))) { // M (acquire)
                    head.setRelease(position + 1); // N (release)
                    return new Message(slot, position, partyOf(state), false);
                }
            } else if (isIn(state, position, ABORTED)) {
                skip(ABORTED);
            } else if (isUnread(state, position)) {
                return null;
            }
        }
    }

    /** Frees the slot at the head if it is in the given phase, ABORTED, or CLAIMED and its sender is dead. */
    private boolean skip(int phase) {
        int position = firstUnread();
        Slot slot = slots[position & mask];
        long state = slot.state.getVolatile();
        if (!isIn(state, position, phase)
                || phase == CLAIMED && memory.isAlive(partyOf(state))
                || !slot.state.compareAndSet(state, state(position + capacity(), FREE, 0))) {
            return false;
        }
        head.setRelease(position + 1); // N (release)
        notFull.signal();
        if (phase == CLAIMED) {
            recovered.getAndAdd(1);
            notEmpty.signal(); // a receiver that was woken for what stands behind may have gone back to sleep
        }
        return true;
    }

    /** What death has kept from the receivers, if anything. */
    private Message look() {
        int first = capacity() <= LOOK_SLOTS ? head.getAcquire() : lookedAt;
        lookedAt = first + LOOK_SLOTS;
        Message message = takeOver(first, Math.min(capacity(), LOOK_SLOTS));
        while (message == null && skip(CLAIMED)) {
            message = next();
        }
        return message;
    }

    /** The first message that a dead receiver has not released, in so many slots: the caller's from now on. */
    private Message takeOver(int first, int count) {
        int self = memory.self();
        int alive = self;
        for (int i = first; i != first + count; i++) {
            Slot slot = slots[i & mask];
            long state = slot.state.getVolatile();
            int party = partyOf(state);
            if (phaseOf(state) == READING && party != alive) {
                int position = checkedPosition(state, i);
                if (memory.isAlive(party)) {
                    alive = party;
                } else if (slot.state.compareAndSet(state, state(position, READING, self))) { // M (acquire)
                    recovered.getAndAdd(1);
                    return new Message(slot, position, slot.sender.getPlain(), true); // plain: ordered by M
                }
            }
        }
        return null;
    }

    /** The position to claim next, or FULL. */
    private long firstUnclaimed() {
        int position = tail.getAcquire(); // N (acquire)
        for (int steps = 0; ; steps++) {
            long state = slots[position & mask].state.getVolatile();
            int at = checkedPosition(state, position);
            boolean free = phaseOf(state) == FREE;
            if (at == position && free) {
                return position & 0xffff_ffffL;
            }
            if (at == position - capacity() && !free) {
                return FULL;
            }
            refuseContradiction(steps);
            position = free ? at - mask : at + 1; // at - capacity, or at, has been claimed: the hint was stale
        }
    }

    /** The position to read next, whether or not it has been claimed. */
    private int firstUnread() {
        int position = head.getAcquire(); // N (acquire)
        for (int steps = 0; ; steps++) {
            long state = slots[position & mask].state.getVolatile();
            if (isUnread(state, position)) {
                return position;
            }
            refuseContradiction(steps);
            int at = positionOf(state);
            boolean passedOver = at == position - capacity() && phaseOf(state) != FREE;
            position =
                    isIn(state, position, READING) ? position + 1 : passedOver ? at : at - mask; // the hint was wrong
        }
    }

    /** Whether no receiver has come to that position yet, as far as its slot tells. */
    private boolean isUnread(long state, int position) {
        int at = checkedPosition(state, position);
        int phase = phaseOf(state);
        return at == position ? phase != READING : at == position - capacity() && phase == READING;
    }

    /** A step for each slot, and after that others must have moved on before each. */
    private void refuseContradiction(int steps) {
        if (steps - 2 * capacity() > MAX_LOSSES) {
            throw new IllegalStateException("corrupted: the slots of " + this + " contradict each other");
        }
    }

    private int checkedPosition(long state, int position) {
        int at = positionOf(state);
        int phase = phaseOf(state) >>> Memory.PARTY_BITS;
        boolean owned = phase == FREE && partyOf(state) != 0; // nobody could ever claim it
        if (((at ^ position) & mask) != 0 || phase > ABORTED >>> Memory.PARTY_BITS || owned) {
            throw new IllegalStateException("corrupted: slot " + (position & mask) + " of " + capacity() + " has state "
                    + Long.toHexString(state));
        }
        return at;
    }

    private boolean isDrained() {
        int position = firstUnread();
        long state = slots[position & mask].state.getVolatile();
        return positionOf(state) - position < 0 || state == state(position, FREE, 0);
    }

    private Claim awaitRoom(int length, long deadlineNanos) throws InterruptedException {
        Attempt<Claim> attempt = new Attempt<>(() -> searchRoom(length));
        if (senderPatience.spin(tail.getOpaque(), attempt)) {
            return attempt.result;
        }
        notFull.await(attempt, this::passRoomOn, () -> skip(CLAIMED), waiting, SPINS, deadlineNanos);
        return attempt.result;
    }

    private Message awaitMessage(long deadlineNanos) throws InterruptedException {
        Attempt<Message> attempt = new Attempt<>(this::tryRead);
        try {
            if (receiverPatience.spin(head.getOpaque(), attempt)) {
                return attempt.result;
            }
            notEmpty.await(attempt, this::passMessageOn, () -> attempt.look(this::look), waiting, SPINS, deadlineNanos);
        } catch (RingClosedException e) {
            notEmpty.signalAll(); // the claim that ended last woke one party, perhaps this one
            throw e;
        }
        return attempt.result;
    }

    private void passRoomOn() {
        if (firstUnclaimed() != FULL || skip(ABORTED)) {
            notFull.signal();
        }
    }

    private void passMessageOn() {
        if (!isDrained() || closed.getVolatile() != 0) {
            notEmpty.signal();
        }
    }

    private static long state(int position, int phase, int party) {
        return (long) position << 32 | (phase | party) & 0xffff_ffffL;
    }

    private static boolean isIn(long state, int position, int phase) {
        return state == state(position, phase, partyOf(state));
    }

    private static int positionOf(long state) {
        return (int) (state >>> 32);
    }

    private static int phaseOf(long state) {
        return (int) state & PHASE;
    }

    private static int partyOf(long state) {
        return (int) state & PARTY;
    }

    /** A slot that the calling thread has claimed: to be written, then published or, by closing it, given up. */
    public final class Claim implements AutoCloseable {
        private final Slot slot;
        private final int position;
        private final int sender;
        private final ByteBuffer buffer;
        private boolean open = true;

        private Claim(Slot slot, int position, int sender, int length) {
            this.slot = slot;
            this.position = position;
            this.sender = sender;
            this.buffer = slot.writing.limit(length).position(0);
            slot.length.setPlain(length); // plain: published with the payload
            slot.sender.setPlain(sender); // likewise
        }

        /**
         * Where to write the message, from position 0 to the limit, which is its length. Holds what an earlier message
         * left there. In native byte order.
         *
         * @return the slot's buffer, not to be touched after {@link #publish()} or {@link #close()}
         */
        public ByteBuffer buffer() {
            return buffer;
        }

        /**
         * Publishes the message: all of the claimed length. Never blocks.
         *
         * @throws IllegalStateException if the claim was published or closed
         */
        public void publish() {
            if (!open) {
                throw new IllegalStateException("published or closed already: position " + position);
            }
            end(PUBLISHED);
        }

        /** Gives the claim up, unless it was published; receivers skip its slot. Never blocks. */
        @Override
        public void close() {
            if (open) {
                end(ABORTED);
            }
        }

        private void end(int phase) {
            open = false;
            slot.state.setVolatile(state(position, phase, sender)); // M (release), S
            notEmpty.signal();
            if (phase == ABORTED) {
                notFull.signal(); // a sender that waits for room skips it
            }
        }
    }

    /** A message that the calling thread has taken: to be read in place, then released by closing it. */
    public final class Message implements AutoCloseable {
        private final Slot slot;
        private final int position;
        private final boolean redelivered;
        private final int sender;
        private final ByteBuffer buffer;
        private boolean open = true;

        private Message(Slot slot, int position, int sender, boolean redelivered) {
            this.slot = slot;
            this.position = position;
            this.redelivered = redelivered;
            this.sender = sender;
            int length = slot.length.getPlain(); // plain: ordered by M
            if (length < 0 || length > maxLength) {
                close();
                throw new IllegalStateException("corrupted: a message of " + length + " bytes in " + MessageRing.this);
            }
            this.buffer = slot.reading.limit(length).position(0);
        }

        /**
         * The message, from position 0 to the limit. Read-only, in native byte order.
         *
         * @return the slot's buffer, not to be touched after {@link #close()}
         */
        public ByteBuffer buffer() {
            return buffer;
        }

        /**
         * Who sent it.
         *
         * @return the party that published the message
         */
        public int sender() {
            return sender;
        }

        /**
         * Whether another receiver has taken the message before, and died before it released it. What that receiver has
         * done with the message, if anything, is unknown.
         *
         * @return false if this is the first delivery
         */
        public boolean redelivered() {
            return redelivered;
        }

        /** Releases the slot, so that it can be claimed again. Never blocks; closing again does nothing. */
        @Override
        public void close() {
            if (open) {
                open = false;
                slot.state.setVolatile(state(position + capacity(), FREE, 0)); // F (release), S
                notFull.signal();
            }
        }
    }

    private static final class Slot {
        final LongWord state;
        final Word length;
        final Word sender;
        final ByteBuffer writing;
        final ByteBuffer reading;

        Slot(Memory line, int index, int maxLength) {
            state = line.longWord(MessageRing.state(index, FREE, 0));
            length = line.word(0);
            sender = line.word(0);
            writing = line.bytes(maxLength);
            reading = writing.asReadOnlyBuffer().order(writing.order());
        }
    }

    private static final class Attempt<T> implements BooleanSupplier {
        private final Supplier<T> supplier;
        private T result;

        Attempt(Supplier<T> supplier) {
            this.supplier = supplier;
        }

        void look(Supplier<T> other) {
            if (result == null) {
                result = other.get();
            }
        }

        @Override
        public boolean getAsBoolean() {
            if (result == null) {
                result = supplier.get();
            }
            return result != null;
        }
    }
}
