package dev.interlock.jcstress.buffer;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.interlock.buffer.MessageRing;
import dev.interlock.buffer.RingClosedException;
import dev.interlock.jcstress.Locking;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a message ring must keep under stress. Run with {@code -t MessageRingStress}. */
public final class MessageRingStress {
    private MessageRingStress() {}

    private static int send(MessageRing ring, int value) {
        try (MessageRing.Claim claim = ring.tryClaim(8)) {
            if (claim == null) {
                return 0;
            }
            claim.buffer().putInt(value).putInt(value);
            claim.publish();
            return 1;
        } catch (RingClosedException e) {
            return -1;
        }
    }

    /** The message, 0 for none, -1 for a torn one, -2 if closed. */
    private static int receive(MessageRing ring) {
        try (MessageRing.Message message = ring.tryRead()) {
            if (message == null) {
                return 0;
            }
            int value = message.buffer().getInt();
            return value == message.buffer().getInt() ? value : -1;
        } catch (RingClosedException e) {
            return -2;
        }
    }

    /** What a sender wrote before it published is read whole. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "5", expect = ACCEPTABLE, desc = "whole")
    @Outcome(expect = FORBIDDEN, desc = "torn or old")
    @State
    public static class Publication {
        private final MessageRing ring = new MessageRing(2, 8);

        @Actor
        public void sender() {
            send(ring, 5);
        }

        @Actor
        public void receiver(I_Result r) {
            r.r1 = receive(ring);
        }
    }

    /** A slot that is used again: the second message overwrites what the receiver has finished reading, not before. */
    @JCStressTest
    @Outcome(
            id = {"1, 1, 2", "1, 0, 0", "1, 1, 0"},
            expect = ACCEPTABLE,
            desc = "in order and whole")
    @Outcome(expect = FORBIDDEN, desc = "overwritten while being read, or lost")
    @State
    public static class Reuse {
        private final MessageRing ring = new MessageRing(1, 8);

        public Reuse() {
            send(ring, 1);
        }

        @Actor
        public void sender(III_Result r) {
            r.r2 = send(ring, 2);
        }

        @Actor
        public void receiver(III_Result r) {
            r.r1 = receive(ring);
            r.r3 = receive(ring);
        }
    }

    /** Two receivers, one message. */
    @JCStressTest
    @Outcome(
            id = {"7, 0", "0, 7"},
            expect = ACCEPTABLE,
            desc = "received once")
    @Outcome(expect = FORBIDDEN, desc = "received twice or lost")
    @State
    public static class NoDuplicate {
        private final MessageRing ring = new MessageRing(2, 8);

        public NoDuplicate() {
            send(ring, 7);
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = receive(ring);
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = receive(ring);
        }
    }

    /** Two senders: both messages arrive. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "both arrive")
    @Outcome(expect = FORBIDDEN, desc = "one was lost or doubled")
    @State
    public static class NoLoss {
        private final MessageRing ring = new MessageRing(2, 8);

        @Actor
        public void one() {
            send(ring, 1);
        }

        @Actor
        public void other() {
            send(ring, 2);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = receive(ring);
            r.r2 = receive(ring);
        }
    }

    /** The messages of one sender arrive in order, past a claim that was given up. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0", "0, 1", "1, 2"},
            expect = ACCEPTABLE,
            desc = "in order")
    @Outcome(expect = FORBIDDEN, desc = "out of order")
    @State
    public static class Fifo {
        private final MessageRing ring = new MessageRing(4, 8);

        @Actor
        public void sender() {
            send(ring, 1);
            ring.tryClaim(8).close();
            send(ring, 2);
        }

        @Actor
        public void receiver(II_Result r) {
            r.r1 = receive(ring);
            r.r2 = receive(ring);
        }
    }

    /** Closing against sending and receiving: sent means received, and after "closed and drained" nothing comes. */
    @JCStressTest
    @Outcome(
            id = {"1, 3", "-1, 0"},
            expect = ACCEPTABLE,
            desc = "sent and received, or refused")
    @Outcome(expect = FORBIDDEN, desc = "sent and lost, or refused and received")
    @State
    public static class Closed {
        private final MessageRing ring = new MessageRing(2, 8);
        private int received;

        @Actor
        public void sender(II_Result r) {
            r.r1 = send(ring, 3);
        }

        @Actor
        public void closer() {
            ring.close();
        }

        @Actor
        public void receiver() {
            for (int value = receive(ring); value != -2; value = receive(ring)) {
                received += value;
            }
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = received;
        }
    }

    /** A sender that waits for room and a receiver that waits for messages: neither sleeps on. */
    @JCStressTest
    @Outcome(id = "6", expect = ACCEPTABLE, desc = "all arrived")
    @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class NoLostWakeUp {
        private final MessageRing ring = new MessageRing(Memory.heap(), 1, 8, WaitStrategy.PARK);

        @Actor
        public void sender() {
            try {
                for (int i = 1; i <= 3; i++) {
                    try (MessageRing.Claim claim = ring.tryClaim(4, 2, TimeUnit.SECONDS)) {
                        if (claim != null) {
                            claim.buffer().putInt(i);
                            claim.publish();
                        }
                    }
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void receiver(I_Result r) {
            try {
                for (int i = 1; i <= 3; i++) {
                    try (MessageRing.Message message = ring.tryRead(2, TimeUnit.SECONDS)) {
                        if (message != null) {
                            r.r1 += message.buffer().getInt();
                        }
                    }
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A sender that gives up has sent nothing, one that does not has sent one; a full ring loses nothing to it. */
    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "sent, and there in the end")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "gave up, and left no trace")
    @Outcome(expect = FORBIDDEN, desc = "a message was lost or came from nowhere")
    @State
    public static class TimedOut {
        private final MessageRing ring = new MessageRing(1, 8);

        public TimedOut() {
            send(ring, 1);
        }

        @Actor
        public void impatient(III_Result r) {
            try (MessageRing.Claim claim = ring.tryClaim(8, 300, TimeUnit.NANOSECONDS)) {
                if (claim != null) {
                    claim.buffer().putInt(2).putInt(2);
                    claim.publish();
                    r.r1 = 1;
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Actor
        public void receiver(III_Result r) {
            r.r2 = receive(ring);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = receive(ring);
        }
    }

    /** A receiver that is interrupted has received nothing: the message is its, or is still there. */
    @JCStressTest
    @Outcome(id = "0, 7", expect = ACCEPTABLE, desc = "interrupted, and the message is there")
    @Outcome(id = "7, 0", expect = ACCEPTABLE, desc = "received")
    @Outcome(expect = FORBIDDEN, desc = "the message was lost or doubled")
    @State
    public static class Interrupted {
        private final MessageRing ring = new MessageRing(2, 8);
        private final Locking.Interruption interruption = new Locking.Interruption();

        @Actor
        public void interrupted(II_Result r) {
            interruption.expect();
            try (MessageRing.Message message = ring.read()) {
                r.r1 = message.buffer().getInt();
            } catch (InterruptedException e) {
                r.r1 = 0;
            }
            interruption.absorb();
        }

        @Actor
        public void sender() {
            interruption.send();
            send(ring, 7);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = receive(ring);
        }
    }
}
