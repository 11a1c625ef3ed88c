package dev.interlock.mailbox;

import dev.interlock.mailbox.Letter.Parcel;
import dev.interlock.mailbox.Post.Address;
import dev.interlock.mailbox.Post.Receipt;
import dev.interlock.mailbox.Post.Wish;
import java.util.function.BooleanSupplier;

/** A receiver, and what it has got. */
final class Receiving implements BooleanSupplier {
    private final Post post;
    private final Address at;
    private final Wish wish;
    private Letter wanted;
    private long state;
    private Receipt receipt;

    Receiving(Post post, Address at, Wish wish) {
        this.post = post;
        this.at = at;
        this.wish = wish;
    }

    @Override
    public boolean getAsBoolean() {
        return receipt != null || isWorthTrying() && attempt(true);
    }

    private boolean isWorthTrying() {
        PostBox box = at.box();
        if (wish.correspondent() != null || at.isClosed()) {
            return true;
        }
        if (wanted == null) {
            return box.head.getVolatile() != 0 || box.capacity.getOpaque() == 0; // P (acquire)
        }
        return wanted.state.getVolatile() != state || box.returned.getVolatile() != 0; // P (acquire)
    }

    /** Receives if there is something; if not, asks for it in a rendezvous where that is asked for. */
    boolean attempt(boolean asks) {
        PostBox box = at.box();
        post.mutex.lock();
        try {
            if (wanted != null && wanted.state.getVolatile() != state) {
                collect(wanted, false);
            } else {
                Letter letter = first();
                if (letter == null && refuseIfClosed()) {
                    letter = first();
                }
                if (letter != null) {
                    if (wanted != null) {
                        withdraw();
                    }
                    collect(letter, letter.phase() == Letter.RETURNED);
                } else if (wish != Wish.ANY) {
                    box.selective.setVolatile(1);
                } else if (asks && wanted == null && box.capacity.getPlain() == 0) { // plain: under the mutex
                    wanted = post.allocate(at);
                    if (wanted != null) {
                        state = wanted.enter(Letter.WANTED, post.memory.self());
                        box.append(wanted);
                    }
                }
            }
        } finally {
            post.mutex.unlock();
        }
        if (receipt != null) {
            post.moved.signalAll();
        }
        return receipt != null;
    }

    private Letter first() {
        boolean open = !at.isClosed();
        return at.isCurrent() ? at.box().unlink(letter -> isFor(letter.phase(), open) && wish.fits(letter)) : null;
    }

    private boolean isFor(int phase, boolean open) {
        return phase == Letter.SENT || phase == Letter.RETURNED || phase == Letter.OFFERED && open;
    }

    /** Fails if nothing can come any more. True if a look for the dead has returned something. */
    private boolean refuseIfClosed() {
        boolean closed = at.isClosed();
        if (closed || wish.correspondent() != null && !isThere(wish.correspondent())) {
            if (at.isCurrent() && at.box().held.getPlain() != 0 && post.hasStale()) { // plain: under the mutex
                post.rebuild();
                if (at.box().returned.getPlain() != 0) {
                    return true;
                }
            }
            throw closed
                    ? new MailboxClosedException(null)
                    : new MailboxClosedException("the correspondent is not there, or has left", null);
        }
        return false;
    }

    private boolean isThere(byte[] correspondent) {
        PostBox box = post.named(correspondent);
        return box != null && box.phase() == PostBox.OPEN;
    }

    /** Makes a letter that is in no list the receiver's, or frees it if it cannot be read. */
    private void collect(Letter letter, boolean redelivered) {
        PostBox box = post.boxOf(letter);
        int sender = letter.sender.getPlain(); // plain: under the mutex
        Parcel parcel = null;
        wanted = letter == wanted ? null : wanted;
        try {
            parcel = letter.read();
        } finally {
            if (parcel != null) {
                int phase = letter.phase();
                long taken = letter.enter(Letter.TAKEN, post.memory.self());
                receipt = new Receipt(parcel, sender, redelivered, letter, taken);
                if (box != null && phase == Letter.OFFERED) {
                    box.count(box.held, 1);
                } else if (box != null && phase == Letter.RETURNED) {
                    box.count(box.returned, -1);
                }
            } else {
                post.dispose(letter);
            }
        }
    }

    private void withdraw() {
        Letter mine = wanted;
        wanted = null;
        if (at.isCurrent()) {
            at.box().unlink(letter -> letter == mine);
        }
        post.dispose(mine);
    }

    /** What it has got, or null. */
    Receipt receipt() {
        return receipt;
    }

    /** Ends the wait: takes what was handed over meanwhile. */
    void leave() {
        if (wanted == null) {
            return;
        }
        post.mutex.lock();
        try {
            if (wanted.state.getVolatile() == state) {
                withdraw();
            } else {
                collect(wanted, false);
            }
        } finally {
            post.mutex.unlock();
        }
        post.moved.signalAll();
    }

    void passOn() {
        if (at.box().head.getVolatile() != 0) {
            post.tellOfArrival(at.box());
        }
    }
}
