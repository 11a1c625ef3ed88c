package dev.interlock.jcstress.mailbox;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.ObjectMailbox;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JI_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** What a mailbox must keep under stress. Run with {@code -t RendezvousMailboxStress}. */
public final class RendezvousMailboxStress {
    private RendezvousMailboxStress() {}

    private static Mailbox<Long> mailbox() {
        return new ObjectMailbox<>(0);
    }

    private static long send(Mailbox<Long> mailbox, long message) throws InterruptedException {
        try {
            return mailbox.trySend(message, 2, TimeUnit.SECONDS) ? 1 : 0;
        } catch (MailboxClosedException e) {
            return -1;
        }
    }

    private static long receive(Mailbox<Long> mailbox) throws InterruptedException {
        try {
            Long message = mailbox.tryReceive(2, TimeUnit.SECONDS);
            return message == null ? 0 : message;
        } catch (MailboxClosedException e) {
            return -1;
        }
    }

    /** Two messages of one sender arrive in order. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, out of order, or a wake-up was lost")
    @State
    public static class Fifo {
        private final Mailbox<Long> mailbox = mailbox();

        @Actor
        public void sender() {
            try {
                send(mailbox, 1);
                send(mailbox, 2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void receiver(JJ_Result r) {
            try {
                r.r1 = receive(mailbox);
                r.r2 = receive(mailbox);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Two receivers, two senders: each message to one. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "each received once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    @State
    public static class NoLossNoDuplicate {
        private final Mailbox<Long> mailbox = mailbox();

        @Actor
        public void oneSender() {
            try {
                send(mailbox, 1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void otherSender() {
            try {
                send(mailbox, 2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void oneReceiver(JJ_Result r) {
            try {
                r.r1 = receive(mailbox);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void otherReceiver(JJ_Result r) {
            try {
                r.r2 = receive(mailbox);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** What was written before sending is seen after receiving. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "seen")
    @Outcome(expect = FORBIDDEN, desc = "received, but what preceded it is not seen")
    @State
    public static class Publication {
        private final Mailbox<Long> mailbox = mailbox();
        private int before;

        @Actor
        public void sender() {
            try {
                before = 1;
                send(mailbox, 1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void receiver(JI_Result r) {
            try {
                r.r1 = receive(mailbox);
                r.r2 = before;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Closing against sending and receiving: sent means received. */
    @JCStressTest
    @Outcome(
            id = {"1, 1", "-1, -1"},
            expect = ACCEPTABLE,
            desc = "sent and received, or closed for both")
    @Outcome(expect = FORBIDDEN, desc = "sent and lost, refused and received, or a waiter slept on")
    @State
    public static class Closed {
        private final Mailbox<Long> mailbox = mailbox();

        @Actor
        public void sender(JJ_Result r) {
            try {
                r.r1 = send(mailbox, 1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void receiver(JJ_Result r) {
            try {
                r.r2 = receive(mailbox);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void closer() {
            mailbox.close();
        }
    }
}
