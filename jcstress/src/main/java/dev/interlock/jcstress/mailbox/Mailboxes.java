package dev.interlock.jcstress.mailbox;

import dev.interlock.jcstress.MailboxProperties;
import dev.interlock.jcstress.generator.Keeps;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.ObjectMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.memory.Memory;

/** The mailboxes under stress. Run one with {@code -t RingMailboxStress}. */
final class Mailboxes {
    private Mailboxes() {}

    @Keeps(MailboxProperties.class)
    static Mailbox<Long> objectMailbox() {
        return new ObjectMailbox<>(1);
    }

    @Keeps(MailboxProperties.class)
    static Mailbox<Long> rendezvousMailbox() {
        return new ObjectMailbox<>(0);
    }

    @Keeps(MailboxProperties.class)
    static Mailbox<Long> unboundedMailbox() {
        return new ObjectMailbox<>(ObjectMailbox.UNBOUNDED);
    }

    @Keeps(MailboxProperties.class)
    static Mailbox<Long> ringMailbox() {
        return new RingMailbox<>(Memory.heap(), Codec.int64(), 2, Long.BYTES);
    }
}
