package dev.interlock.examples.soak;

import dev.interlock.buffer.MessageRing;
import dev.interlock.mailbox.Delivery;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.mailbox.UnboundedMailbox;
import java.util.concurrent.TimeUnit;

/** What numbers are sent through to receivers that may die: a number counts as received when it has been handled. */
interface Channel {
    void send(long number) throws InterruptedException;

    /** Receives a number and handles it. */
    void receive(Handler handler) throws InterruptedException;

    /** Receives a number and handles it, if there is one within the time. */
    void receive(Handler handler, long millis) throws InterruptedException;

    /** Handles what was received. */
    interface Handler {
        void handle(long number, boolean redelivered);

        default void handle(Delivery<Long> delivery) {
            if (delivery != null) {
                try (delivery) {
                    handle(delivery.message(), delivery.redelivered());
                }
            }
        }

        default void handle(MessageRing.Message message) {
            if (message != null) {
                try (message) {
                    handle(message.buffer().getLong(0), message.redelivered());
                }
            }
        }
    }

    static Channel of(MessageRing ring) {
        return new Channel() {
            @Override
            public void send(long number) throws InterruptedException {
                try (MessageRing.Claim claim = ring.claim(Long.BYTES)) {
                    claim.buffer().putLong(0, number);
                    claim.publish();
                }
            }

            @Override
            public void receive(Handler handler) throws InterruptedException {
                handler.handle(ring.read());
            }

            @Override
            public void receive(Handler handler, long millis) throws InterruptedException {
                handler.handle(ring.tryRead(millis, TimeUnit.MILLISECONDS));
            }
        };
    }

    static Channel of(RingMailbox<Long> mailbox) {
        return of(mailbox::send, mailbox::accept, millis -> mailbox.tryAccept(millis, TimeUnit.MILLISECONDS));
    }

    static Channel of(UnboundedMailbox<Long> mailbox) {
        Sending sending = number -> {
            while (!mailbox.trySend(number)) {
                Thread.sleep(1); // its senders do not wait: the receivers may go on
            }
        };
        return of(sending, mailbox::accept, millis -> mailbox.tryAccept(millis, TimeUnit.MILLISECONDS));
    }

    static Channel of(RendezvousMailbox<Long> mailbox) {
        return of(mailbox::send, mailbox::accept, millis -> mailbox.tryAccept(millis, TimeUnit.MILLISECONDS));
    }

    private static Channel of(Sending sending, Accepting accepting, TimedAccepting timed) {
        return new Channel() {
            @Override
            public void send(long number) throws InterruptedException {
                sending.send(number);
            }

            @Override
            public void receive(Handler handler) throws InterruptedException {
                handler.handle(accepting.accept());
            }

            @Override
            public void receive(Handler handler, long millis) throws InterruptedException {
                handler.handle(timed.tryAccept(millis));
            }
        };
    }

    /** Sends, waiting for room. */
    interface Sending {
        void send(long number) throws InterruptedException;
    }

    /** Receives, waiting for a message. */
    interface Accepting {
        Delivery<Long> accept() throws InterruptedException;
    }

    /** Receives, waiting for a while. */
    interface TimedAccepting {
        Delivery<Long> tryAccept(long millis) throws InterruptedException;
    }
}
