package dev.interlock.mailbox;

import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Messages by name, for any number of parties: threads, or threads of processes that share memory. Named directly, a
 * message goes to a {@linkplain Correspondent correspondent}: {@code send(P, message)}, {@code receive(Q)}. Named
 * indirectly, it goes to a {@linkplain Box mailbox}, with many senders and many receivers, each message to exactly one.
 *
 * <p><b>Blocking.</b> {@code send} waits while its mailbox is full or all letters of the office are in use, {@code receive}
 * while there is nothing for it: they spin for a while, then sleep. The {@code try} forms without a timeout wait for nothing
 * but the short critical section of others, nor do making, finding and deleting.
 *
 * <p><b>Order.</b> FIFO in each mailbox. A correspondent that receives from another takes the first message of that one and
 * leaves the rest; so does {@link Box#receiveFrom}. Those who wait barge.
 *
 * <p><b>Ownership.</b> A mailbox belongs to whoever made it: the party that called {@link #create} or {@link #join}. When its
 * owner closes it, or dies, it is closed for all: within a second, what was sent is received, and then they get {@link
 * MailboxClosedException}; when all is received the mailbox is gone and its name free. A correspondent's mailbox goes with
 * the correspondent. The office deletes any mailbox: {@link #delete}. On the heap a thread that ends does not count as dead,
 * and its mailboxes stay until they are deleted.
 *
 * <p><b>Owner death</b> otherwise: as in {@link UnboundedMailbox}.
 *
 * <p><b>Memory effects.</b> Sending a message happens-before the {@code receive} that returns it.
 *
 * <p><b>Limits.</b> 1 to 2^20 mailboxes and letters; a mailbox that nobody empties may keep all letters, unless it was made
 * with a bound. Names have 1 to {@value #NAME_BYTES} bytes of UTF-8. A message longer than the limit is refused with {@link
 * IllegalArgumentException} before anything is written. Timeouts of zero or less try once. Virtual threads park without
 * pinning their carrier. To find a name takes time in proportion to the number of mailboxes.
 *
 * <p>Two parties that need one mailbox are faster with a {@link RingMailbox}.
 *
 * <pre>{@code
 * PostOffice<String> office = new PostOffice<>(Memory.heap(), Codec.utf8(), 16, 256, 100);
 * try (PostOffice<String>.Correspondent anna = office.join("anna");
 *         PostOffice<String>.Correspondent bert = office.join("bert")) {
 *     bert.send("anna", "hello");
 *     String hello = anna.receive("bert");
 * }
 * PostOffice<String>.Box jobs = office.create("jobs");
 * office.find("jobs").send("grind coffee");   // anybody
 * String job = jobs.receive();                // anybody
 * }</pre>
 *
 * <p>Direct naming is that of C. A. R. Hoare, Communicating sequential processes, CACM 21(8), 1978; messages that wait in
 * the system until their receiver asks, by name or not, are of P. Brinch Hansen, The nucleus of a multiprogramming system,
 * CACM 13(4), 1970; the two ways of naming, and who owns a mailbox, of A. Silberschatz, P. Galvin, G. Gagne, Operating System
 * Concepts, 10th edition, section 3.6. There a message is lost with its receiver; here it is delivered again.
 *
 * @param <M> the messages; null is not one
 */
public final class PostOffice<M> {
    /** How many bytes a name may have. */
    public static final int NAME_BYTES = 48;

    private final Post post;
    private final Codec<M> codec;
    private final int maxLength;
    private final Map<String, Post.Address> known = new ConcurrentHashMap<>();

    /**
     * An office without mailboxes. Draws five words; for each mailbox nine words and a payload area; for each letter eight
     * words and two payload areas.
     *
     * @param memory where it lives
     * @param codec how messages become bytes; all parties must agree on it
     * @param boxes how many mailboxes there can be at a time, from 1 to 2^20
     * @param letters how many messages there can be in all of them, from 1 to 2^20
     * @param maxLength how many bytes a message may have, not negative
     * @throws IllegalArgumentException if a number is out of range
     */
    public PostOffice(Memory memory, Codec<M> codec, int boxes, int letters, int maxLength) {
        this(memory, codec, boxes, letters, maxLength, WaitStrategy.ADAPTIVE);
    }

    /**
     * An office without mailboxes, whose callers wait as told. Draws as the other constructor does.
     *
     * @param memory where it lives
     * @param codec how messages become bytes; all parties must agree on it
     * @param boxes how many mailboxes there can be at a time, from 1 to 2^20
     * @param letters how many messages there can be in all of them, from 1 to 2^20
     * @param maxLength how many bytes a message may have, not negative
     * @param waiting how the callers of this object wait; other processes may choose otherwise
     * @throws IllegalArgumentException if a number is out of range
     */
    public PostOffice(Memory memory, Codec<M> codec, int boxes, int letters, int maxLength, WaitStrategy waiting) {
        this.codec = Objects.requireNonNull(codec, "codec");
        this.maxLength = maxLength;
        this.post = new Post(memory, boxes, letters, NAME_BYTES, maxLength, waiting);
    }

    /**
     * Makes a mailbox that holds as many messages as there are letters. It belongs to the caller.
     *
     * @param name its name
     * @return the mailbox
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws IllegalStateException if there is one of that name, closed ones with messages left included, or no room
     */
    public Box create(String name) {
        return create(name, Post.UNBOUNDED);
    }

    /**
     * Makes a mailbox. It belongs to the caller.
     *
     * @param name its name
     * @param capacity how many messages it holds: 0 for a rendezvous, as {@link RendezvousMailbox}
     * @return the mailbox
     * @throws IllegalArgumentException if the name is empty or too long, or the capacity negative
     * @throws IllegalStateException if there is one of that name, closed ones with messages left included, or no room
     */
    public Box create(String name, int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("capacity: " + capacity + " is negative");
        }
        return new Box(name, post.open(bytes(name), capacity, false), true);
    }

    /**
     * Finds a mailbox.
     *
     * @param name its name
     * @return the mailbox, for sending and receiving, not for closing; null if there is none of that name
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public Box find(String name) {
        Post.Address address = post.find(bytes(name));
        return address == null ? null : new Box(name, address, false);
    }

    /**
     * Deletes a mailbox, whoever owns it. Messages in it are lost; those who wait there get {@link MailboxClosedException}.
     *
     * @param name its name
     * @return whether there was one
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public boolean delete(String name) {
        Post.Address address = post.find(bytes(name));
        return address != null && post.discard(address);
    }

    /**
     * The names of all mailboxes, correspondents' included.
     *
     * @return the names, in no order
     */
    public List<String> names() {
        return post.names().stream()
                .map(name -> new String(name, StandardCharsets.UTF_8))
                .collect(Collectors.toList());
    }

    /**
     * Becomes a correspondent. If a party of that name has died, its successor: what was sent to the dead one is lost.
     *
     * @param name as whom to send and receive
     * @return the correspondent, to be closed when it leaves
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws IllegalStateException if there is one of that name, or no room
     */
    public Correspondent join(String name) {
        byte[] bytes = bytes(name);
        return new Correspondent(new Box(name, post.open(bytes, Post.UNBOUNDED, true), true), bytes);
    }

    /**
     * How often a message has come back from a receiver that died, for monitoring.
     *
     * @return the number of recoveries by all parties, modulo 2^32
     */
    public int recoveries() {
        return post.recoveries();
    }

    /** The state, for people. */
    @Override
    public String toString() {
        return "PostOffice[" + names() + ", " + post + "]";
    }

    private static byte[] bytes(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > NAME_BYTES) {
            throw new IllegalArgumentException(
                    "name: '" + name + "' has " + bytes.length + " bytes, not 1 to " + NAME_BYTES);
        }
        return bytes;
    }

    /** A mailbox of the office: for any number of senders and receivers. */
    public final class Box extends PostMailbox<M> {
        private final String name;
        private final boolean owned;

        private Box(String name, Post.Address address, boolean owned) {
            super(post, address, codec, maxLength);
            this.name = name;
            this.owned = owned;
        }

        /**
         * Its name.
         *
         * @return the name
         */
        public String name() {
            return name;
        }

        /**
         * Closes the mailbox, for its owner. When all that was sent has been received, its name is free. Closing again does
         * nothing.
         *
         * @throws IllegalStateException if this was {@linkplain PostOffice#find found}: {@link PostOffice#delete} is for all
         */
        @Override
        public void close() {
            if (!owned) {
                throw new IllegalStateException("only its owner closes mailbox '" + name + "'; the office deletes it");
            }
            super.close();
        }

        /** The state, for people. */
        @Override
        public String toString() {
            return "Box[" + name + ", " + size() + (isClosed() ? ", closed]" : "]");
        }
    }

    /** A party with a name: it sends to others by theirs, and receives what is sent to its own. */
    public final class Correspondent implements AutoCloseable {
        private final Box box;
        private final byte[] self;

        private Correspondent(Box box, byte[] self) {
            this.box = box;
            this.self = self;
        }

        /**
         * Its name.
         *
         * @return the name
         */
        public String name() {
            return box.name();
        }

        /**
         * What has been sent to it: to be received from anybody, or with its circumstances.
         *
         * @return its mailbox
         */
        public Box box() {
            return box;
        }

        /**
         * Sends a message, waiting for room as long as it takes unless interrupted.
         *
         * @param to the name of a correspondent or of a mailbox
         * @param message what to send
         * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is sent then
         * @throws MailboxClosedException if nobody has that name, or has left, or died, or does while this waits; nothing is
         *     sent then
         */
        public void send(String to, M message) throws InterruptedException {
            post.send(address(to), box.parcel(message, self), Memory.NO_DEADLINE);
        }

        /**
         * Sends a message if there is room. Never blocks.
         *
         * @param to the name of a correspondent or of a mailbox
         * @param message what to send
         * @return whether it was sent
         * @throws MailboxClosedException if nobody has that name, or has left, or died
         */
        public boolean trySend(String to, M message) {
            return post.trySend(address(to), box.parcel(message, self));
        }

        /**
         * Sends a message, waiting for room at most the given time.
         *
         * @param to the name of a correspondent or of a mailbox
         * @param message what to send
         * @param timeout how long to wait; zero or less tries once
         * @param unit the unit of {@code timeout}
         * @return whether it was sent
         * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is sent then
         * @throws MailboxClosedException if nobody has that name, or has left, or died, or does while this waits
         */
        public boolean trySend(String to, M message, long timeout, TimeUnit unit) throws InterruptedException {
            return post.send(address(to), box.parcel(message, self), post.deadlineAfter(timeout, unit));
        }

        /**
         * Receives the next message, waiting for it as long as it takes unless interrupted.
         *
         * @return the message
         * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
         * @throws MailboxClosedException if this has left, or the office has deleted its mailbox
         */
        public M receive() throws InterruptedException {
            return box.receive();
        }

        /**
         * Receives the next message of another correspondent, waiting for it as long as it takes unless interrupted. Others
         * stay.
         *
         * @param from the other's name
         * @return the message
         * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
         * @throws MailboxClosedException if there is none, and the other is not there, has left or has died, or does while
         *     this waits; or if this has left
         */
        public M receive(String from) throws InterruptedException {
            return box.open(post.receive(box.box(), new Post.Wish(0, bytes(from)), Memory.NO_DEADLINE));
        }

        /**
         * Receives the next message of another correspondent if there is one. Never blocks.
         *
         * @param from the other's name
         * @return the message, or null if there is none
         * @throws MailboxClosedException if there is none, and the other is not there, has left or has died; or if this has left
         */
        public M tryReceive(String from) {
            return box.open(post.tryReceive(box.box(), new Post.Wish(0, bytes(from))));
        }

        /**
         * Receives the next message of another correspondent, waiting for it at most the given time. Others stay.
         *
         * @param from the other's name
         * @param timeout how long to wait; zero or less tries once
         * @param unit the unit of {@code timeout}
         * @return the message, or null if the time has passed
         * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
         * @throws MailboxClosedException if there is none, and the other is not there, has left or has died, or does while
         *     this waits; or if this has left
         */
        public M tryReceive(String from, long timeout, TimeUnit unit) throws InterruptedException {
            return box.open(post.receive(box.box(), new Post.Wish(0, bytes(from)), post.deadlineAfter(timeout, unit)));
        }

        /** Leaves the office: its mailbox goes with what is in it, and its name is free. Closing again does nothing. */
        @Override
        public void close() {
            post.discard(box.box());
        }

        /** The state, for people. */
        @Override
        public String toString() {
            return "Correspondent[" + name() + ", " + box.size() + (box.isClosed() ? ", gone]" : "]");
        }

        private Post.Address address(String to) {
            Post.Address address = known.get(to);
            if (address == null || address.isClosed()) {
                address = post.find(bytes(to));
                if (address == null) {
                    known.remove(to);
                    throw new MailboxClosedException("nobody is called '" + to + "' in this office", null);
                }
                known.put(to, address);
            }
            return address;
        }
    }
}
