package dev.interlock.mailbox;

import dev.interlock.mailbox.Letter.Parcel;
import dev.interlock.memory.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A box of a {@link Post} as a mailbox.
 *
 * @param <M> the messages; null is not one
 */
abstract class PostMailbox<M> implements Mailbox<M> {
    private final Post post;
    private final Post.Address box;
    private final Codec<M> codec;
    private final int maxLength;

    PostMailbox(Post post, Post.Address box, Codec<M> codec, int maxLength) {
        this.post = post;
        this.box = box;
        this.codec = Objects.requireNonNull(codec, "codec");
        this.maxLength = maxLength;
    }

    @Override
    public void send(M message) throws InterruptedException {
        post.send(box, parcel(message), Memory.NO_DEADLINE);
    }

    @Override
    public boolean trySend(M message) {
        return post.trySend(box, parcel(message));
    }

    @Override
    public boolean trySend(M message, long timeout, TimeUnit unit) throws InterruptedException {
        return post.send(box, parcel(message), post.deadlineAfter(timeout, unit));
    }

    @Override
    public M receive() throws InterruptedException {
        return open(post.receive(box, Post.Wish.ANY, Memory.NO_DEADLINE));
    }

    @Override
    public M tryReceive() {
        return open(post.tryReceive(box, Post.Wish.ANY));
    }

    @Override
    public M tryReceive(long timeout, TimeUnit unit) throws InterruptedException {
        return open(post.receive(box, Post.Wish.ANY, post.deadlineAfter(timeout, unit)));
    }

    /**
     * Receives the next message of one sender, waiting for it as long as it takes unless interrupted. Others stay.
     *
     * @param sender the party that sent it: what {@link Memory#self} says there
     * @return the message
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
     * @throws IllegalArgumentException if the sender is no party
     * @throws MailboxClosedException if the mailbox is closed and has no message of that sender, or is while this waits
     */
    public M receiveFrom(int sender) throws InterruptedException {
        return open(post.receive(box, from(sender), Memory.NO_DEADLINE));
    }

    /**
     * Receives the next message of one sender, waiting for it at most the given time. Others stay.
     *
     * @param sender the party that sent it: what {@link Memory#self} says there
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return the message, or null if the time has passed
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
     * @throws IllegalArgumentException if the sender is no party
     * @throws MailboxClosedException if the mailbox is closed and has no message of that sender, or is while this waits
     */
    public M tryReceiveFrom(int sender, long timeout, TimeUnit unit) throws InterruptedException {
        return open(post.receive(box, from(sender), post.deadlineAfter(timeout, unit)));
    }

    /**
     * Receives the next message with its circumstances, waiting for it as long as it takes unless interrupted. It counts as
     * received when the delivery is closed.
     *
     * @return the delivery, to be closed when the message has been handled
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
     * @throws MailboxClosedException if the mailbox is closed and empty, or is while this waits
     */
    public Delivery<M> accept() throws InterruptedException {
        return deliver(post.receive(box, Post.Wish.ANY, Memory.NO_DEADLINE));
    }

    /**
     * Receives the next message with its circumstances, waiting for it at most the given time.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return the delivery, to be closed when the message has been handled, or null if the time has passed
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
     * @throws MailboxClosedException if the mailbox is closed and empty, or is while this waits
     */
    public Delivery<M> tryAccept(long timeout, TimeUnit unit) throws InterruptedException {
        return deliver(post.receive(box, Post.Wish.ANY, post.deadlineAfter(timeout, unit)));
    }

    @Override
    public void close() {
        post.close(box);
    }

    @Override
    public boolean isClosed() {
        return box.isClosed();
    }

    @Override
    public int capacity() {
        return post.capacity(box);
    }

    /**
     * How many messages have been sent and not received, or not released: out of date when it returns, for monitoring.
     *
     * @return the number of messages
     */
    public int size() {
        return post.size(box);
    }

    /**
     * How often a message has come back from a receiver that died, for monitoring.
     *
     * @return the number of recoveries by all parties, modulo 2^32
     */
    public int recoveries() {
        return post.recoveries();
    }

    Post post() {
        return post;
    }

    Post.Address box() {
        return box;
    }

    Parcel parcel(M message) {
        return parcel(message, Parcel.NOBODY);
    }

    /** A message as bytes: checked, before anything is shared. */
    Parcel parcel(M message, byte[] from) {
        int length = codec.length(Objects.requireNonNull(message, "message"));
        if (length < 0 || length > maxLength) {
            throw new IllegalArgumentException("a message of " + length + " bytes, in a mailbox for 0 to " + maxLength);
        }
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
        codec.encode(message, buffer);
        if (buffer.hasRemaining()) {
            throw new IllegalArgumentException(
                    codec + " wrote " + buffer.remaining() + " bytes less than it said, of " + message);
        }
        return new Parcel(buffer.array(), from);
    }

    M open(Post.Receipt receipt) {
        if (receipt == null) {
            return null;
        }
        try {
            return decode(receipt);
        } finally {
            post.release(receipt);
        }
    }

    Delivery<M> deliver(Post.Receipt receipt) {
        if (receipt == null) {
            return null;
        }
        boolean decoded = false;
        try {
            byte[] from = receipt.parcel().from;
            Delivery<M> delivery = new Delivery<>(
                    decode(receipt),
                    receipt.sender(),
                    from.length == 0 ? null : new String(from, StandardCharsets.UTF_8),
                    receipt.redelivered(),
                    () -> post.release(receipt));
            decoded = true;
            return delivery;
        } finally {
            if (!decoded) {
                post.release(receipt); // else every receiver would fail over it
            }
        }
    }

    private M decode(Post.Receipt receipt) {
        return codec.decode(ByteBuffer.wrap(receipt.parcel().body).order(ByteOrder.nativeOrder()));
    }

    private static Post.Wish from(int sender) {
        if (sender <= 0) {
            throw new IllegalArgumentException("sender: " + sender + " is no party");
        }
        return new Post.Wish(sender, null);
    }
}
