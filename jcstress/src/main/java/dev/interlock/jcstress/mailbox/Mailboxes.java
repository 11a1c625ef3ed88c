package dev.interlock.jcstress.mailbox;

import dev.interlock.jcstress.MailboxProperties;
import dev.interlock.jcstress.MailboxProperties.ClosedWhileReceiving;
import dev.interlock.jcstress.MailboxProperties.ClosedWhileSending;
import dev.interlock.jcstress.MailboxProperties.Fifo;
import dev.interlock.jcstress.MailboxProperties.FourParties;
import dev.interlock.jcstress.MailboxProperties.Interrupted;
import dev.interlock.jcstress.MailboxProperties.Publication;
import dev.interlock.jcstress.MailboxProperties.TimedOut;
import dev.interlock.jcstress.generator.Keeps;
import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.ObjectMailbox;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import dev.interlock.memory.Memory;

/** The mailboxes under stress. Run one with {@code -t RingMailboxStress}. */
final class Mailboxes {
    private Mailboxes() {}

    @Keeps(MailboxProperties.class)
    static Mailbox<Long> objectMailbox() {
        return new ObjectMailbox<>(2);
    }

    @Keeps({
        Fifo.class,
        FourParties.class,
        Publication.class,
        ClosedWhileSending.class,
        ClosedWhileReceiving.class,
        TimedOut.class,
        Interrupted.class
    })
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

    @Keeps({
        Fifo.class,
        FourParties.class,
        Publication.class,
        ClosedWhileSending.class,
        ClosedWhileReceiving.class,
        TimedOut.class,
        Interrupted.class
    })
    static Mailbox<Long> wordRendezvousMailbox() {
        return new RendezvousMailbox<>(Memory.heap(), Codec.int64(), 4, Long.BYTES);
    }

    @Keeps(MailboxProperties.class)
    static Mailbox<Long> wordUnboundedMailbox() {
        return new UnboundedMailbox<>(Memory.heap(), Codec.int64(), 4, Long.BYTES);
    }

    @Keeps(MailboxProperties.class)
    static Mailbox<Long> postOfficeBox() {
        return new PostOffice<>(Memory.heap(), Codec.int64(), 1, 4, Long.BYTES).create("box", 2);
    }
}
