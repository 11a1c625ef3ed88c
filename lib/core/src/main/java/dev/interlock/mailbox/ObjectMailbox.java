package dev.interlock.mailbox;

import dev.interlock.memory.EventCount;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.mutex.Mutex;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A mailbox of references for the threads of one JVM, of any capacity: zero, which is a rendezvous, bounded, or unbounded.
 *
 * <p><b>Blocking.</b> {@code send} waits while the mailbox is full; in a rendezvous, until a receiver has taken the message.
 * {@code receive} waits while there is no message. They spin for a while, then sleep. The {@code try} forms without a
 * timeout wait for nothing but the short critical section; in a rendezvous {@code trySend} succeeds if a receiver waits
 * that does not choose: one in {@link #receiveFrom} it does not see.
 *
 * <p><b>Order.</b> FIFO; those who wait for room barge. {@link #receiveFrom} takes the first message of one sender, wherever
 * it stands.
 *
 * <p><b>Closing.</b> As in {@link Mailbox}; a sender that waits in a rendezvous has not sent, and gets {@link
 * MailboxClosedException}.
 *
 * <p><b>Limits.</b> Any capacity from 0, as given; {@link #UNBOUNDED} is bounded by the heap. Timeouts of zero or less try
 * once. Virtual threads park without pinning their carrier. Heap only: between processes there is {@link RingMailbox}.
 *
 * <pre>{@code
 * Mailbox<Job> handOver = new ObjectMailbox<>(0);
 * handOver.send(job);              // returns when the other has it
 * Job job = handOver.receive();    // in another thread
 * }</pre>
 *
 * <p>The rendezvous is that of C. A. R. Hoare, Communicating sequential processes, CACM 21(8), 1978; the mailbox that of A.
 * S. Tanenbaum, H. Bos, Modern Operating Systems, 4th edition, section 2.3.8.
 *
 * @param <M> the messages; null is not one
 */
public final class ObjectMailbox<M> implements Mailbox<M> {
    /* Implementation notes
     * State   letters, receivers, selective, closed: changed by whoever holds mutex, for a few steps. posted: the number of
     *         letters. Those who wait awake read posted, closed and the state of their letter without the mutex, so as not
     *         to hold up those for whom they wait, and lock when there is something to be had.
     *         A letter is SENT when its sender's call has succeeded or is bound to: it will be received. In a rendezvous the
     *         letter of a sender that waits is OFFERED until a receiver takes it (-> TAKEN), the sender withdraws it, or
     *         the mailbox is closed (-> REFUSED).
     *         receivers: how many wait without choosing. In a rendezvous trySend puts a SENT letter only if there are more of
     *         them than letters; one that gives up takes a letter if there is one, so each such letter is received.
     * Waiting arrived: for letters. moved: for room, or for one's letter to be taken. A receiver that chooses may be woken
     *         for another's letter; while there is one, all are woken.
     * Edge M  a letter is put under mutex -> it is taken under mutex.
     * Edge P  posted, closed, state are written in volatile mode -> those who wait read them: see EventCount, edge S.
     */
    /** The capacity of a mailbox whose senders never wait. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    private static final int SPINS = 400;
    private static final int ANYBODY = 0;

    private enum State {
        OFFERED,
        SENT,
        TAKEN,
        REFUSED
    }

    private final Mutex mutex = new Mutex();
    private final EventCount arrived = new EventCount(Memory.heap());
    private final EventCount moved = new EventCount(Memory.heap());
    private final Deque<Letter<M>> letters = new ArrayDeque<>();
    private final int capacity;
    private final WaitStrategy waiting;
    private int receivers;
    private int selective;
    private volatile int posted;
    private volatile boolean closed;

    /**
     * An empty mailbox.
     *
     * @param capacity how many messages it holds: 0 for a rendezvous, {@link #UNBOUNDED} for no bounds
     * @throws IllegalArgumentException if the capacity is negative
     */
    public ObjectMailbox(int capacity) {
        this(capacity, WaitStrategy.ADAPTIVE);
    }

    /**
     * An empty mailbox, whose callers wait as told.
     *
     * @param capacity how many messages it holds: 0 for a rendezvous, {@link #UNBOUNDED} for no bounds
     * @param waiting how senders and receivers wait
     * @throws IllegalArgumentException if the capacity is negative
     */
    public ObjectMailbox(int capacity, WaitStrategy waiting) {
        if (capacity < 0) {
            throw new IllegalArgumentException("capacity: " + capacity + " is negative");
        }
        this.capacity = capacity;
        this.waiting = Objects.requireNonNull(waiting, "waiting");
    }

    @Override
    public void send(M message) throws InterruptedException {
        send(message, Memory.NO_DEADLINE);
    }

    @Override
    public boolean trySend(M message, long timeout, TimeUnit unit) throws InterruptedException {
        return send(message, Memory.heap().deadlineAfter(timeout, unit));
    }

    @Override
    public boolean trySend(M message) {
        return put(new Letter<>(Objects.requireNonNull(message, "message")));
    }

    @Override
    public M receive() throws InterruptedException {
        return receive(ANYBODY, Memory.NO_DEADLINE);
    }

    @Override
    public M tryReceive() {
        return take(ANYBODY);
    }

    @Override
    public M tryReceive(long timeout, TimeUnit unit) throws InterruptedException {
        return receive(ANYBODY, Memory.heap().deadlineAfter(timeout, unit));
    }

    /**
     * Receives the next message of one sender, waiting for it as long as it takes unless interrupted. Others stay.
     *
     * @param sender the party that sent it: what {@link Memory#self} says in that thread
     * @return the message
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
     * @throws IllegalArgumentException if the sender is no party
     * @throws MailboxClosedException if the mailbox is closed and has no message of that sender, or is while this waits
     */
    public M receiveFrom(int sender) throws InterruptedException {
        return receive(checkedSender(sender), Memory.NO_DEADLINE);
    }

    /**
     * Receives the next message of one sender, waiting for it at most the given time. Others stay.
     *
     * @param sender the party that sent it: what {@link Memory#self} says in that thread
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return the message, or null if the time has passed
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
     * @throws IllegalArgumentException if the sender is no party
     * @throws MailboxClosedException if the mailbox is closed and has no message of that sender, or is while this waits
     */
    public M tryReceiveFrom(int sender, long timeout, TimeUnit unit) throws InterruptedException {
        return receive(checkedSender(sender), Memory.heap().deadlineAfter(timeout, unit));
    }

    @Override
    public void close() {
        mutex.lock();
        try {
            closed = true;
            for (Iterator<Letter<M>> each = letters.iterator(); each.hasNext(); ) {
                Letter<M> letter = each.next();
                if (letter.state == State.OFFERED) {
                    letter.state = State.REFUSED; // P
                    each.remove();
                }
            }
            posted = letters.size(); // P
        } finally {
            mutex.unlock();
        }
        arrived.signalAll();
        moved.signalAll();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    /** The state, for people. */
    @Override
    public String toString() {
        mutex.lock();
        try {
            String of = capacity == UNBOUNDED ? "unbounded" : "of " + capacity;
            return "ObjectMailbox[" + letters.size() + " " + of + (closed ? ", closed]" : "]");
        } finally {
            mutex.unlock();
        }
    }

    private static int checkedSender(int sender) {
        if (sender <= 0) {
            throw new IllegalArgumentException("sender: " + sender + " is no party");
        }
        return sender;
    }

    private boolean send(M message, long deadlineNanos) throws InterruptedException {
        Letter<M> letter = new Letter<>(Objects.requireNonNull(message, "message"));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (put(letter)) {
            return true;
        }
        if (capacity == 0) {
            return offer(letter, deadlineNanos);
        }
        return moved.await(() -> put(letter), this::passRoomOn, waiting, SPINS, deadlineNanos);
    }

    /** Puts a letter that will be received, if there is room or, in a rendezvous, a receiver that waits for it. */
    private boolean put(Letter<M> letter) {
        mutex.lock();
        boolean all;
        try {
            refuseClosed();
            if (letters.size() >= (capacity == 0 ? receivers : capacity)) {
                return false;
            }
            letter.state = State.SENT;
            addLocked(letter);
            all = selective != 0;
        } finally {
            mutex.unlock();
        }
        tellOfArrival(all);
        return true;
    }

    /** In a rendezvous: offers a letter until it is taken. */
    private boolean offer(Letter<M> letter, long deadlineNanos) throws InterruptedException {
        boolean all;
        mutex.lock();
        try {
            refuseClosed();
            addLocked(letter);
            all = selective != 0;
        } finally {
            mutex.unlock();
        }
        tellOfArrival(all);
        boolean interrupted = false;
        try {
            moved.await(() -> letter.state != State.OFFERED, () -> {}, waiting, SPINS, deadlineNanos); // P
        } catch (InterruptedException e) {
            interrupted = true;
        }
        State last = withdraw(letter);
        if (interrupted && last == State.OFFERED) {
            throw new InterruptedException();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (last == State.REFUSED) {
            throw new MailboxClosedException(null);
        }
        return last == State.TAKEN;
    }

    /** Takes an offered letter back, if nobody has taken it. Returns what became of it. */
    private State withdraw(Letter<M> letter) {
        State last = letter.state; // P
        if (last != State.OFFERED) {
            return last;
        }
        mutex.lock();
        try {
            if (letter.state == State.OFFERED) {
                letters.remove(letter);
                posted = letters.size();
            }
            return letter.state;
        } finally {
            mutex.unlock();
        }
    }

    private M receive(int sender, long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Received received = new Received(sender);
        if (received.enter()) {
            return received.message;
        }
        InterruptedException interruption = null;
        try {
            arrived.await(received, this::passLettersOn, waiting, SPINS, deadlineNanos);
        } catch (InterruptedException e) {
            interruption = e;
        } finally {
            received.leave();
        }
        if (interruption != null) {
            if (received.message == null) {
                throw interruption;
            }
            Thread.currentThread().interrupt();
        }
        return received.message;
    }

    private M take(int sender) {
        Letter<M> letter;
        mutex.lock();
        try {
            letter = takeLocked(sender);
            if (letter == null) {
                refuseClosed();
                return null;
            }
        } finally {
            mutex.unlock();
        }
        tellOfRoom();
        return letter.message;
    }

    private void addLocked(Letter<M> letter) {
        letters.add(letter);
        posted = letters.size(); // P
    }

    private Letter<M> takeLocked(int sender) {
        for (Iterator<Letter<M>> each = letters.iterator(); each.hasNext(); ) {
            Letter<M> letter = each.next();
            if (sender == ANYBODY || sender == letter.sender) {
                each.remove();
                posted = letters.size();
                letter.state = State.TAKEN; // P
                return letter;
            }
        }
        return null;
    }

    private void refuseClosed() {
        if (closed) {
            throw new MailboxClosedException(null);
        }
    }

    private void tellOfArrival(boolean all) {
        if (all) {
            arrived.signalAll();
        } else {
            arrived.signal();
        }
    }

    private void tellOfRoom() {
        if (capacity == 0) {
            moved.signalAll(); // the sender that waits is a certain one
        } else {
            moved.signal();
        }
    }

    private void passRoomOn() {
        mutex.lock();
        boolean room;
        try {
            room = letters.size() < capacity;
        } finally {
            mutex.unlock();
        }
        if (room) {
            moved.signal();
        }
    }

    private void passLettersOn() {
        mutex.lock();
        boolean more;
        boolean all;
        try {
            more = !letters.isEmpty();
            all = selective != 0;
        } finally {
            mutex.unlock();
        }
        if (more) {
            tellOfArrival(all);
        }
    }

    private static final class Letter<M> {
        private final M message;
        private final int sender = Memory.heap().self();
        private volatile State state = State.OFFERED;

        Letter(M message) {
            this.message = message;
        }
    }

    /** A receiver, and what it has got. */
    private final class Received implements BooleanSupplier {
        private final int sender;
        private M message;
        private boolean counted;

        Received(int sender) {
            this.sender = sender;
        }

        /** Takes a letter, or begins to wait for one. */
        boolean enter() {
            return attempt(true);
        }

        @Override
        public boolean getAsBoolean() {
            return message != null || (posted != 0 || closed) && attempt(false); // P
        }

        private boolean attempt(boolean first) {
            mutex.lock();
            try {
                Letter<M> letter = takeLocked(sender);
                if (letter == null) {
                    refuseClosed();
                    if (first) {
                        count(1);
                    }
                    return false;
                }
                message = letter.message;
                if (!first) {
                    count(-1);
                }
            } finally {
                mutex.unlock();
            }
            tellOfRoom();
            return true;
        }

        private void count(int delta) {
            counted = delta > 0;
            if (sender == ANYBODY) {
                receivers += delta;
            } else {
                selective += delta;
            }
        }

        /** Stops waiting: takes a letter that may be there for the one that leaves. */
        void leave() {
            if (!counted) {
                return;
            }
            Letter<M> last = null;
            mutex.lock();
            try {
                count(-1);
                if (message == null && sender == ANYBODY && capacity == 0 && letters.size() > receivers) {
                    last = takeLocked(sender);
                }
            } finally {
                mutex.unlock();
            }
            if (last != null) {
                message = last.message;
                tellOfRoom();
            }
        }
    }
}
