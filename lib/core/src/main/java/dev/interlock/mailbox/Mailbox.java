package dev.interlock.mailbox;

import java.util.concurrent.TimeUnit;

/**
 * A FIFO of messages between any number of senders and receivers; each message is received once. Messages of one sender
 * arrive in the order in which it sent them.
 *
 * <p><b>Memory effects.</b> Sending a message happens-before the {@code receive} that returns it.
 *
 * <p><b>Closing.</b> The owner, by convention the receiver, closes the mailbox: sending then fails, and so does receiving,
 * after all that was sent has been received. A message whose sending has succeeded is never lost by closing.
 *
 * @param <M> the messages; null is not one
 */
public interface Mailbox<M> extends AutoCloseable {
    /**
     * Sends a message, waiting for room as long as it takes unless interrupted.
     *
     * @param message what to send
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is sent then
     * @throws MailboxClosedException if the mailbox is closed, or is while this waits; nothing is sent then
     */
    void send(M message) throws InterruptedException;

    /**
     * Sends a message if there is room. Never blocks.
     *
     * @param message what to send
     * @return whether it was sent
     * @throws MailboxClosedException if the mailbox is closed
     */
    boolean trySend(M message);

    /**
     * Sends a message, waiting for room at most the given time.
     *
     * @param message what to send
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return whether it was sent
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is sent then
     * @throws MailboxClosedException if the mailbox is closed, or is while this waits; nothing is sent then
     */
    boolean trySend(M message, long timeout, TimeUnit unit) throws InterruptedException;

    /**
     * Receives the next message, waiting for it as long as it takes unless interrupted.
     *
     * @return the message
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
     * @throws MailboxClosedException if the mailbox is closed and empty, or is while this waits
     */
    M receive() throws InterruptedException;

    /**
     * Receives the next message if there is one. Never blocks.
     *
     * @return the message, or null if the mailbox is empty
     * @throws MailboxClosedException if the mailbox is closed and empty
     */
    M tryReceive();

    /**
     * Receives the next message, waiting for it at most the given time.
     *
     * @param timeout how long to wait; zero or less tries once
     * @param unit the unit of {@code timeout}
     * @return the message, or null if the time has passed
     * @throws InterruptedException if the thread is interrupted while it waits, or was before; nothing is received then
     * @throws MailboxClosedException if the mailbox is closed and empty, or is while this waits
     */
    M tryReceive(long timeout, TimeUnit unit) throws InterruptedException;

    /** Closes the mailbox for all parties and wakes those that wait. Never blocks; closing again does nothing. */
    @Override
    void close();

    /**
     * Whether the mailbox was closed. Messages may still be in it.
     *
     * @return whether {@link #close} was called by any party
     */
    boolean isClosed();

    /**
     * How many messages the mailbox holds before senders wait.
     *
     * @return the capacity
     */
    int capacity();
}
