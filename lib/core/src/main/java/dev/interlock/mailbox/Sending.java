package dev.interlock.mailbox;

import dev.interlock.mailbox.Letter.Parcel;
import dev.interlock.mailbox.Post.Address;
import java.util.function.BooleanSupplier;

/** A message on its way into a box. */
final class Sending implements BooleanSupplier {
    private final Post post;
    private final Address to;
    private final Parcel parcel;
    private Letter offered;
    private long state;
    private boolean sent;

    Sending(Post post, Address to, Parcel parcel) {
        this.post = post;
        this.to = to;
        this.parcel = parcel;
    }

    @Override
    public boolean getAsBoolean() {
        if (sent) {
            return true;
        }
        if (offered != null) {
            return offered.state.getVolatile() != state || to.isClosed(); // P (acquire)
        }
        int capacity = to.box().capacity.getOpaque();
        boolean room =
                capacity == 0 || post.free.getVolatile() != 0 && to.box().held.getVolatile() < capacity; // P (acquire)
        return (room || to.isClosed()) && attempt(true);
    }

    /** Sends if there is room, or a receiver that wants it; if not, offers it where that is asked for. */
    boolean attempt(boolean offers) {
        PostBox box = to.box();
        boolean told;
        post.mutex.lock();
        try {
            if (to.isClosed()) {
                throw new MailboxClosedException(null);
            }
            int self = post.memory.self();
            int capacity = box.capacity.getPlain(); // plain: under the mutex
            Letter wanted = capacity == 0 ? box.unlink(letter -> letter.phase() == Letter.WANTED) : null;
            if (wanted != null) {
                int receiver = Letter.partyOf(wanted.state.getPlain());
                wanted.number.setPlain(post.nextNumber());
                wanted.write(parcel, self);
                wanted.enter(Letter.TAKEN, receiver);
                box.count(box.held, 1);
                sent = true;
            } else if (capacity != 0 && box.held.getPlain() < capacity) {
                sent = post(Letter.SENT, self) != null;
            } else if (capacity == 0 && offers) {
                offered = post(Letter.OFFERED, self);
            }
            told = sent || offered != null;
        } finally {
            post.mutex.unlock();
        }
        if (told) {
            post.tellOfArrival(box);
        }
        return sent;
    }

    private Letter post(int phase, int self) {
        Letter letter = post.allocate(to);
        if (letter != null) {
            letter.write(parcel, self);
            state = letter.enter(phase, self);
            if (phase == Letter.SENT) {
                to.box().count(to.box().held, 1);
            }
            to.box().append(letter);
        }
        return letter;
    }

    boolean hasSent() {
        return sent;
    }

    /** Ends the wait: finds out what became of an offered letter, and withdraws it if nothing did. */
    void leave() {
        if (offered == null) {
            return;
        }
        boolean closed;
        post.mutex.lock();
        try {
            closed = to.isClosed();
            sent = offered.state.getVolatile() != state;
            if (!sent) {
                if (to.isCurrent()) {
                    to.box().unlink(letter -> letter == offered);
                }
                post.dispose(offered);
            }
        } finally {
            post.mutex.unlock();
        }
        post.moved.signalAll();
        if (closed && !sent) {
            throw new MailboxClosedException(null);
        }
    }
}
