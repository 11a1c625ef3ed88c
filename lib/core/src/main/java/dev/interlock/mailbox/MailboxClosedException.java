package dev.interlock.mailbox;

/** Thrown to a party that sends to a mailbox that was closed, or receives from one that was closed and is empty. */
public final class MailboxClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * For mailboxes.
     *
     * @param cause what told the mailbox, or null
     */
    public MailboxClosedException(Throwable cause) {
        super("the mailbox is closed", cause);
    }

    /**
     * For mailboxes.
     *
     * @param message what is closed
     * @param cause what told the mailbox, or null
     */
    MailboxClosedException(String message, Throwable cause) {
        super(message, cause);
    }
}
