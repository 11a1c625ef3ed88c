package dev.interlock.posix;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A POSIX message queue: a bounded mailbox with priorities that the kernel owns, between any processes. mq_overview(7).
 *
 * <p>A message goes to exactly one receiver, the one of the highest priority first and within a priority the oldest.
 * Sending waits while the queue is full, receiving while it is empty; the waits end also on an interrupt and when this
 * object is closed. Each has a form that does not wait and one with a timeout. Among waiting threads no order is
 * promised.
 *
 * <p>The queue and its messages exist until the name is unlinked and the last process has closed it. A message whose
 * receiver dies after receiving it is lost. A send <em>happens-before</em> what follows the receipt.
 *
 * <p>To be notified of messages, wait in {@link #receive()} or let a {@link Poll} watch this; mq_notify(3), whose
 * signal a JVM cannot receive well, is not bound.
 *
 * <p>Linux limits what an unprivileged process may ask for in /proc/sys/fs/mqueue: by default 10 messages of 8192
 * bytes, and 256 queues. Permission bits, 0600 unless given, are reduced by the umask.
 *
 * <pre>{@code
 * try (MessageQueue jobs = MessageQueue.open("/jobs", Creation.OPEN_OR_CREATE)) {
 *     jobs.send("print".getBytes(UTF_8), 5);
 *     MessageQueue.Message job = jobs.receive();
 * }
 * }</pre>
 */
public final class MessageQueue implements AutoCloseable, Pollable {
    /** The highest priority; the lowest is 0. */
    public static final int MAX_PRIORITY = 32767;

    /**
     * A message received.
     *
     * @param bytes its content; the array is the caller's
     * @param priority as sent
     */
    public record Message(byte[] bytes, int priority) {}

    /**
     * What a queue takes and holds.
     *
     * @param maxMessages how many messages it takes
     * @param messageSize how many bytes a message has at most
     * @param messages how many messages it holds now
     */
    public record Attributes(int maxMessages, int messageSize, int messages) {}

    private static final Path LIMITS = Path.of("/proc/sys/fs/mqueue");

    /** More than any number takes. */
    private static final int LIMIT_BYTES = 32;

    /* struct mq_attr: four longs. */
    private static final int MAX_MESSAGES = 8;
    private static final int MESSAGE_SIZE = 16;
    private static final int MESSAGES = 24;

    private final Descriptor descriptor;
    private final boolean creator;
    private final int messageSize;

    private MessageQueue(String name, int number, boolean creator) {
        this.descriptor = new Descriptor(number, name);
        this.creator = creator;
        boolean complete = false;
        try {
            this.messageSize = attributes().messageSize();
            complete = true;
        } finally {
            if (!complete) {
                descriptor.close();
            }
        }
    }

    /**
     * Opens a queue for sending and receiving: mq_open(3). A new one has the permission bits 0600 and the capacity that
     * the system gives by default, 10 messages of 8192 bytes unless configured otherwise.
     *
     * @param name a slash and 1 to 255 further bytes of UTF-8 without a slash
     * @param creation whether to make or to find it
     * @return the queue, to be closed
     * @throws PosixException.AlreadyExists if it is to be new and is not
     * @throws PosixException.NotFound if it is to be found and does not exist
     * @throws PosixException.AccessDenied if this user may not open it
     * @throws PosixException.NoSpace if there are too many queues
     * @throws PosixException EMFILE (also if the queues of this user take too much memory: ulimit -q), ENFILE
     * @throws IllegalArgumentException if the name is none
     */
    public static MessageQueue open(String name, Creation creation) {
        LibC.require();
        return open(name, creation, SharedMemory.DEFAULT_MODE, 0);
    }

    /**
     * Opens a queue for sending and receiving: mq_open(3). An existing one keeps its capacity.
     *
     * @param name a slash and 1 to 255 further bytes of UTF-8 without a slash
     * @param creation whether to make or to find it
     * @param mode the permission bits of a new queue, such as 0660; the umask of the process takes bits away
     * @param maxMessages how many messages a new queue takes
     * @param messageSize how many bytes a message of a new queue has at most
     * @return the queue, to be closed
     * @throws PosixException.AlreadyExists if it is to be new and is not
     * @throws PosixException.NotFound if it is to be found and does not exist
     * @throws PosixException.AccessDenied if this user may not open it
     * @throws PosixException.NoSpace if there are too many queues
     * @throws PosixException EINVAL if the capacity exceeds the limits, which the message names; EMFILE (also if the
     *     queues of this user take too much memory: ulimit -q), ENFILE
     * @throws IllegalArgumentException if the name is none, a number not positive, or the mode has other bits than 0777
     */
    public static MessageQueue open(String name, Creation creation, int mode, int maxMessages, int messageSize) {
        LibC.require();
        if (maxMessages <= 0 || messageSize <= 0) {
            throw new IllegalArgumentException("a queue of " + maxMessages + " messages of " + messageSize + " bytes");
        }
        Scratch scratch = Scratch.current();
        scratch.memory.putLong(0, 0);
        scratch.memory.putLong(MAX_MESSAGES, maxMessages);
        scratch.memory.putLong(MESSAGE_SIZE, messageSize);
        scratch.memory.putLong(MESSAGES, 0);
        return open(name, creation, mode, scratch.address);
    }

    private static MessageQueue open(String name, Creation creation, int mode, long attributes) {
        byte[] bytes = Names.object(name, Names.NAME_MAX);
        Names.mode(mode);
        int flags = LibC.O_RDWR | LibC.O_NONBLOCK | LibC.O_CLOEXEC;
        for (; ; ) {
            if (creation != Creation.CREATE_NEW) {
                int found = LibC.mq_open(bytes, flags, 0, 0);
                if (found != -1) {
                    return new MessageQueue(name, found, false);
                }
                if (creation == Creation.OPEN || LibC.errno() != Errno.ENOENT) {
                    throw failure(name, LibC.errno());
                }
            }
            int made = LibC.mq_open(bytes, flags | LibC.O_CREAT | LibC.O_EXCL, mode, attributes);
            if (made != -1) {
                return new MessageQueue(name, made, true);
            }
            if (creation == Creation.CREATE_NEW || LibC.errno() != Errno.EEXIST) {
                throw failure(name, LibC.errno());
            }
        }
    }

    private static PosixException failure(String name, int errno) {
        boolean limit = errno == Errno.EINVAL || errno == Errno.ENOSPC || errno == Errno.EMFILE;
        return PosixException.of("mq_open", name, errno, limit ? limits() : "");
    }

    private static String limits() {
        return "limits in " + LIMITS + ": msg_max " + limit("msg_max") + ", msgsize_max " + limit("msgsize_max")
                + ", queues_max " + limit("queues_max") + "; and ulimit -q";
    }

    private static String limit(String file) {
        // By one read: the kernel has no second part of these files, of which Files.readString takes the first byte
        // alone.
        try (InputStream content = Files.newInputStream(LIMITS.resolve(file))) {
            return new String(content.readNBytes(LIMIT_BYTES), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /**
     * Removes a name: mq_unlink(3). Who has the queue open keeps it.
     *
     * @param name the name of a queue
     * @throws PosixException.NotFound if there is none
     * @throws PosixException.AccessDenied if this user may not
     * @throws IllegalArgumentException if the name is none
     */
    public static void unlink(String name) {
        LibC.require();
        if (LibC.mq_unlink(Names.object(name, Names.NAME_MAX)) == -1) {
            throw PosixException.last("mq_unlink", name);
        }
    }

    /**
     * The name by which this was opened.
     *
     * @return the name, with its slash
     */
    public String name() {
        return descriptor.object();
    }

    /**
     * Whether this call to open made the queue.
     *
     * @return true if it did not exist before
     */
    public boolean isCreator() {
        return creator;
    }

    /**
     * What the queue takes and holds: mq_getattr(3).
     *
     * @return the attributes at this moment
     * @throws IllegalStateException if this is closed
     */
    public Attributes attributes() {
        Scratch scratch = Scratch.current();
        descriptor.call("mq_getattr", number -> LibC.mq_getattr(number, scratch.address));
        ByteBuffer result = scratch.memory;
        return new Attributes(
                (int) result.getLong(MAX_MESSAGES), (int) result.getLong(MESSAGE_SIZE), (int) result.getLong(MESSAGES));
    }

    /**
     * Sends a message, waiting while the queue is full: mq_send(3). The wait ends on an interrupt and on {@link
     * #close()}.
     *
     * @param message its content, also of no bytes
     * @param priority 0 to {@link #MAX_PRIORITY}; higher ones are received first
     * @throws InterruptedException if the thread was interrupted during a wait
     * @throws PosixException.MessageTooLong EMSGSIZE if the queue takes no message of this length; the limit is in the
     *     error
     * @throws PosixException EMFILE, ENFILE if it has to wait and there is no descriptor left for the wake-up
     * @throws IllegalArgumentException if the priority is none
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public void send(byte[] message, int priority) throws InterruptedException {
        while (!trySend(message, priority)) {
            await(LibC.POLLOUT, Long.MAX_VALUE);
        }
    }

    /**
     * Sends a message, waiting up to a time while the queue is full: mq_timedsend(3), but on the monotonic clock. The
     * wait ends also on an interrupt and on {@link #close()}.
     *
     * @param message its content, also of no bytes
     * @param priority 0 to {@link #MAX_PRIORITY}; higher ones are received first
     * @param timeout the longest wait; zero or less tries once
     * @param unit of the timeout
     * @return whether it was sent; false when the time was over
     * @throws InterruptedException if the thread was interrupted during a wait
     * @throws PosixException.MessageTooLong EMSGSIZE if the queue takes no message of this length; the limit is in the
     *     error
     * @throws PosixException EMFILE, ENFILE if it has to wait and there is no descriptor left for the wake-up
     * @throws IllegalArgumentException if the priority is none
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public boolean send(byte[] message, int priority, long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, unit.toNanos(timeout));
        while (!trySend(message, priority)) {
            long remaining = deadline - System.nanoTime();
            if (remaining <= 0) {
                return false;
            }
            await(LibC.POLLOUT, remaining);
        }
        return true;
    }

    /**
     * Sends a message unless the queue is full: mq_send(3). Does not block.
     *
     * @param message its content, also of no bytes
     * @param priority 0 to {@link #MAX_PRIORITY}; higher ones are received first
     * @return whether it was sent
     * @throws PosixException.MessageTooLong EMSGSIZE if the queue takes no message of this length; the limit is in the
     *     error
     * @throws IllegalArgumentException if the priority is none
     * @throws IllegalStateException if this is closed
     */
    public boolean trySend(byte[] message, int priority) {
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("priority " + priority + " is not within 0 and " + MAX_PRIORITY);
        }
        int number = descriptor.acquire();
        try {
            if (message.length > messageSize) {
                throw PosixException.of(
                        "mq_send",
                        descriptor.object(),
                        Errno.EMSGSIZE,
                        message.length + " bytes; the queue takes " + messageSize);
            }
            ByteBuffer content = Transfer.temporary(message.length).put(0, message);
            long address = LibC.address(content);
            while (LibC.mq_send(number, address, message.length, priority) == -1) {
                int errno = LibC.errno();
                if (errno == Errno.EAGAIN) {
                    return false;
                }
                if (errno != Errno.EINTR) {
                    throw PosixException.of("mq_send", descriptor.object(), errno);
                }
            }
            Reference.reachabilityFence(content);
            return true;
        } finally {
            descriptor.release();
        }
    }

    /**
     * Receives the oldest message of the highest priority, waiting until there is one: mq_receive(3). The wait ends on
     * an interrupt and on {@link #close()}.
     *
     * @return the message
     * @throws InterruptedException if the thread was interrupted during a wait
     * @throws PosixException EMFILE, ENFILE if it has to wait and there is no descriptor left for the wake-up
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public Message receive() throws InterruptedException {
        Message message = tryReceive();
        while (message == null) {
            await(LibC.POLLIN, Long.MAX_VALUE);
            message = tryReceive();
        }
        return message;
    }

    /**
     * Receives the oldest message of the highest priority, waiting up to a time until there is one: mq_timedreceive(3),
     * but on the monotonic clock. The wait ends also on an interrupt and on {@link #close()}.
     *
     * @param timeout the longest wait; zero or less tries once
     * @param unit of the timeout
     * @return the message; null when the time was over
     * @throws InterruptedException if the thread was interrupted during a wait
     * @throws PosixException EMFILE, ENFILE if it has to wait and there is no descriptor left for the wake-up
     * @throws IllegalStateException if this is closed, also during the wait
     */
    public Message receive(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, unit.toNanos(timeout));
        Message message = tryReceive();
        while (message == null) {
            long remaining = deadline - System.nanoTime();
            if (remaining <= 0) {
                return null;
            }
            await(LibC.POLLIN, remaining);
            message = tryReceive();
        }
        return message;
    }

    /**
     * Receives the oldest message of the highest priority, if there is one: mq_receive(3). Does not block.
     *
     * @return the message; null if the queue is empty
     * @throws IllegalStateException if this is closed
     */
    public Message tryReceive() {
        int number = descriptor.acquire();
        try {
            ByteBuffer content = Transfer.temporary(messageSize);
            Scratch scratch = Scratch.current();
            long address = LibC.address(content);
            long length;
            do {
                length = LibC.mq_receive(number, address, messageSize, scratch.address);
            } while (length == -1 && LibC.errno() == Errno.EINTR);
            if (length == -1) {
                int errno = LibC.errno();
                if (errno == Errno.EAGAIN) {
                    return null;
                }
                throw PosixException.of("mq_receive", descriptor.object(), errno);
            }
            byte[] bytes = new byte[(int) length];
            content.get(0, bytes);
            return new Message(bytes, scratch.memory.getInt(0));
        } finally {
            descriptor.release();
        }
    }

    private void await(int events, long timeoutNanos) throws InterruptedException {
        int number = descriptor.acquire();
        try {
            Blocker.poll(descriptor, number, events, timeoutNanos);
        } finally {
            descriptor.release();
        }
    }

    Descriptor polled() {
        return descriptor;
    }

    /** Closes the descriptor and ends the waits of this process on it; the queue stays. Further calls do nothing. */
    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "MessageQueue " + descriptor;
    }
}
