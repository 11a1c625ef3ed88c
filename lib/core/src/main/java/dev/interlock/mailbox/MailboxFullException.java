package dev.interlock.mailbox;

/** Thrown to a party that sends to a mailbox whose senders never wait, when its memory has no room for the message. */
public final class MailboxFullException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    MailboxFullException(String message) {
        super(message);
    }
}
