package dev.interlock.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.MailboxClosedException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.IJJ_Result;
import org.openjdk.jcstress.infra.results.JI_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/** What a mailbox must keep under stress. */
public final class MailboxProperties {
    private MailboxProperties() {}

    private static long send(Mailbox<Long> mailbox, long message) {
        try {
            return mailbox.trySend(message, 2, TimeUnit.SECONDS) ? 1 : 0;
        } catch (MailboxClosedException e) {
            return -1;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static long receive(Mailbox<Long> mailbox) {
        try {
            Long message = mailbox.tryReceive(2, TimeUnit.SECONDS);
            return message == null ? 0 : message;
        } catch (MailboxClosedException e) {
            return -1;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Two messages of one sender arrive in order. */
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "in order")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, out of order, or a wake-up was lost")
    public abstract static class Fifo {
        private final Mailbox<Long> mailbox;

        protected Fifo(Mailbox<Long> mailbox) {
            this.mailbox = mailbox;
        }

        @Actor
        public void sender() {
            send(mailbox, 1);
            send(mailbox, 2);
        }

        @Actor
        public void receiver(JJ_Result r) {
            r.r1 = receive(mailbox);
            r.r2 = receive(mailbox);
        }
    }

    /** Two receivers, two senders: each message to one. jcstress runs it where there are four CPUs. */
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "each received once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    public abstract static class FourParties {
        private final Mailbox<Long> mailbox;

        protected FourParties(Mailbox<Long> mailbox) {
            this.mailbox = mailbox;
        }

        @Actor
        public void oneSender() {
            send(mailbox, 1);
        }

        @Actor
        public void otherSender() {
            send(mailbox, 2);
        }

        @Actor
        public void oneReceiver(JJ_Result r) {
            r.r1 = receive(mailbox);
        }

        @Actor
        public void otherReceiver(JJ_Result r) {
            r.r2 = receive(mailbox);
        }
    }

    /** Two that send and then receive, at a mailbox with room for both: each message to one. */
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "each received once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    public abstract static class NoLossNoDuplicate {
        private final Mailbox<Long> mailbox;

        protected NoLossNoDuplicate(Mailbox<Long> mailbox) {
            this.mailbox = mailbox;
        }

        @Actor
        public void one(JJ_Result r) {
            send(mailbox, 1);
            r.r1 = receive(mailbox);
        }

        @Actor
        public void other(JJ_Result r) {
            send(mailbox, 2);
            r.r2 = receive(mailbox);
        }
    }

    /** What was written before sending is seen after receiving. */
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "seen")
    @Outcome(expect = FORBIDDEN, desc = "received, but what preceded it is not seen")
    public abstract static class Publication {
        private final Mailbox<Long> mailbox;
        private int before;

        protected Publication(Mailbox<Long> mailbox) {
            this.mailbox = mailbox;
        }

        @Actor
        public void sender() {
            before = 1;
            send(mailbox, 1);
        }

        @Actor
        public void receiver(JI_Result r) {
            r.r1 = receive(mailbox);
            r.r2 = before;
        }
    }

    /** Closing against sending: sent means received. */
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "sent and received")
    @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "closed for both")
    @Outcome(expect = FORBIDDEN, desc = "sent and lost, refused and received, or a waiter slept on")
    public abstract static class ClosedWhileSending {
        private final Mailbox<Long> mailbox;

        protected ClosedWhileSending(Mailbox<Long> mailbox) {
            this.mailbox = mailbox;
        }

        @Actor
        public void sender(JJ_Result r) {
            r.r1 = send(mailbox, 1);
        }

        @Actor
        public void closer(JJ_Result r) {
            mailbox.close();
            r.r2 = receive(mailbox);
        }
    }

    /** Closing against receiving: who waits is told. */
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "told")
    @Outcome(expect = FORBIDDEN, desc = "slept on")
    public abstract static class ClosedWhileReceiving {
        private final Mailbox<Long> mailbox;

        protected ClosedWhileReceiving(Mailbox<Long> mailbox) {
            this.mailbox = mailbox;
        }

        @Actor
        public void receiver(J_Result r) {
            r.r1 = receive(mailbox);
        }

        @Actor
        public void closer() {
            mailbox.close();
        }
    }

    /** A receiver that gives up has received nothing, and a sender that gives up has sent nothing. */
    @Outcome(id = "1, 5, 0", expect = ACCEPTABLE, desc = "received")
    @Outcome(id = "1, 0, 5", expect = ACCEPTABLE, desc = "sent, and still there")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "both gave up")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, or received though it was not sent")
    public abstract static class TimedOut {
        private final Mailbox<Long> mailbox;

        protected TimedOut(Mailbox<Long> mailbox) {
            this.mailbox = mailbox;
        }

        @Actor
        public void sender(IJJ_Result r) {
            try {
                r.r1 = mailbox.trySend(5L, 300, TimeUnit.NANOSECONDS) ? 1 : 0;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void receiver(IJJ_Result r) {
            try {
                Long message = mailbox.tryReceive(300, TimeUnit.NANOSECONDS);
                r.r2 = message == null ? 0 : message;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Arbiter
        public void after(IJJ_Result r) {
            Long message = mailbox.tryReceive();
            r.r3 = message == null ? 0 : message;
        }
    }

    /** A receiver that is interrupted has received nothing: the message is its, or still there, or was not sent. */
    @Outcome(id = "1, 5, 0", expect = ACCEPTABLE, desc = "received")
    @Outcome(id = "1, 0, 5", expect = ACCEPTABLE, desc = "sent, and still there")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "interrupted, and the sender gave up")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, or received though it was not sent")
    public abstract static class Interrupted {
        private final Mailbox<Long> mailbox;
        private final Locking.Interruption interruption = new Locking.Interruption();

        protected Interrupted(Mailbox<Long> mailbox) {
            this.mailbox = mailbox;
        }

        @Actor
        public void sender(IJJ_Result r) {
            interruption.send();
            try {
                r.r1 = mailbox.trySend(5L, 300, TimeUnit.NANOSECONDS) ? 1 : 0;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void receiver(IJJ_Result r) {
            interruption.expect();
            try {
                Long message = mailbox.tryReceive(1, TimeUnit.MILLISECONDS);
                r.r2 = message == null ? 0 : message;
            } catch (InterruptedException e) {
                r.r2 = 0;
            }
            interruption.absorb();
        }

        @Arbiter
        public void after(IJJ_Result r) {
            Long message = mailbox.tryReceive();
            r.r3 = message == null ? 0 : message;
        }
    }
}
