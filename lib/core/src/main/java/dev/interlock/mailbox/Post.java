package dev.interlock.mailbox;

import dev.interlock.mailbox.Letter.Parcel;
import dev.interlock.memory.EventCount;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Lookout;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Boxes, and letters in them: what the mailboxes over words are made of that are not rings. A box holds any number of
 * letters, up to a bound, or none: then whoever sends waits for whoever receives, and the other way round.
 */
final class Post {
    /* Implementation notes
     * All is changed under mutex, but for what those who wait read meanwhile, in volatile mode (edge P).
     * Truth   letter.state, [use:32][phase:3][party:29], one store for each step; use counts how often it was used:
     *
     *         FREE      party 0       to be used
     *         SENT      the sender    to be received: the sender's call has succeeded, or is bound to
     *         OFFERED   the sender    in a rendezvous: to be received, or withdrawn by its sender, who waits
     *         WANTED    the receiver  in a rendezvous: empty, to be filled for this receiver, who waits
     *         TAKEN     the receiver  received, and not released
     *         RETURNED  the sender's  as SENT, but a receiver that has died had taken it
     *
     *         FREE -> SENT | OFFERED -> TAKEN -> FREE.
     *         FREE -> WANTED -> TAKEN, by a sender, for the receiver named. OFFERED, WANTED -> FREE by the party named.
     *         Of the dead: TAKEN -> RETURNED -> as SENT; OFFERED, WANTED -> FREE. By anyone, in rebuild().
     *         number, box, term, sender, length, the name and the body: written before the step out of FREE, or out of
     *         WANTED, and valid from there on. number: the order of sending; so what is RETURNED comes first again.
     *         box.state, [term:32][phase:3][owner:29]: FREE -> OPEN -> CLOSED -> FREE of the next term. Its name and
     *         capacity are written before OPEN. A letter is in the box that it names if the box is not FREE and still in
     *         the term that it names; one that is SENT or RETURNED and in no box is as good as FREE. Owner 0: a box that
     *         is never FREE.
     * Index   what rebuild() finds again in the truth. free, letter.next: the FREE letters. box.head, box.tail,
     *         letter.next: SENT, OFFERED, WANTED, RETURNED, by number. box.held: how many SENT, RETURNED, TAKEN.
     *         box.returned: how many RETURNED.
     * Others  sequence: the last number given; it is raised before the number is used. box.selective: 1 once somebody has
     *         waited for a letter that is not just the next one: from then on all receivers are woken. recovered: how many
     *         letters became RETURNED, for people.
     * Closed  a box that is CLOSED, or in a later term. What is SENT is received, and the last to go makes a box that has an
     *         owner FREE. What is OFFERED is left to its sender to withdraw, and is not received. Letters that wait in a
     *         box that becomes FREE are in no list from then on; their parties free them.
     * Waiting box.arrived: receivers. moved: senders, for room, for a free letter, or for their letters to be taken.
     *         A sender looks whether its letter is OFFERED in the same use; a receiver in a rendezvous whether its letter is
     *         WANTED in the same use, and whether something is RETURNED; others whether there is a list at all.
     * Death   under mutex: the next to lock runs rebuild(): the message was sent or not, taken or not, by the one store.
     *         With a letter, or owning a box: hasStale() finds that out, ten times a second while somebody waits, now and
     *         then for those who only try, and before a closed box is said to be empty. Between unlocking and signalling:
     *         those who wait wake by themselves. In rebuild(): the next one begins anew.
     * Edge B  box.state is released by whoever opens or closes it -> isClosed() acquires it.
     */
    static final int UNBOUNDED = Integer.MAX_VALUE;
    static final int MAX_LETTERS = 1 << 20;

    private static final int SPINS = 400;
    private static final int ANYBODY = 0;

    final Memory memory;
    private final WaitStrategy waiting;
    private final LongWord sequence;
    final Mutex mutex;
    final EventCount moved;
    final Word free;
    private final Word recovered;
    private final PostBox[] boxes;
    private final Letter[] letters;
    private final Lookout lookout; // of all threads; a race costs or saves a look
    private final AtomicInteger calls = new AtomicInteger();
    private boolean hasLooked;

    /** A post with one box without an owner. */
    Post(Memory memory, int capacity, int letters, int maxLength, WaitStrategy waiting) {
        this(memory, 1, true, capacity, letters, 0, maxLength, waiting);
    }

    /** A post with boxes that are free. */
    Post(Memory memory, int boxes, int letters, int nameBytes, int maxLength, WaitStrategy waiting) {
        this(memory, boxes, false, 0, letters, nameBytes, maxLength, waiting);
    }

    private Post(
            Memory memory,
            int boxes,
            boolean open,
            int capacity,
            int letters,
            int nameBytes,
            int maxLength,
            WaitStrategy waiting) {
        if (letters < 1 || letters > MAX_LETTERS) {
            throw new IllegalArgumentException("letters: " + letters + " is not within 1 to " + MAX_LETTERS);
        }
        if (boxes < 1 || boxes > MAX_LETTERS) {
            throw new IllegalArgumentException("boxes: " + boxes + " is not within 1 to " + MAX_LETTERS);
        }
        if (maxLength < 0) {
            throw new IllegalArgumentException("maxLength: " + maxLength + " is negative");
        }
        this.memory = memory;
        this.waiting = Objects.requireNonNull(waiting, "waiting");
        Memory line = memory.newLine();
        this.sequence = line.longWord(0);
        this.mutex = new Mutex(line, waiting);
        this.moved = new EventCount(line);
        this.free = line.word(1);
        this.recovered = line.word(0);
        this.boxes = new PostBox[boxes];
        this.letters = new Letter[letters];
        for (int i = 0; i < boxes; i++) {
            this.boxes[i] = new PostBox(memory.newLine(), i, this.letters, nameBytes, open, capacity);
        }
        for (int i = 0; i < letters; i++) { // compact but for the first: all are used under the mutex
            this.letters[i] = new Letter(i == 0 ? memory.newLine() : memory, i, letters, nameBytes, maxLength);
        }
        this.lookout = new Lookout(memory);
        mutex.onOwnerDeath(this::rebuild);
    }

    /** A box in one of its terms. */
    record Address(PostBox box, int term) {
        boolean isCurrent() {
            long state = box.state.getVolatile(); // B (acquire)
            return PostBox.termOf(state) == term && PostBox.phaseOf(state) != PostBox.FREE;
        }

        boolean isClosed() {
            long state = box.state.getVolatile(); // B (acquire)
            return PostBox.termOf(state) != term || PostBox.phaseOf(state) != PostBox.OPEN;
        }
    }

    /** Whose letters are wanted: a party's, a correspondent's, or anybody's. */
    record Wish(int party, byte[] correspondent) implements PostBox.Selection {
        static final Wish ANY = new Wish(ANYBODY, null);

        @Override
        public boolean fits(Letter letter) {
            return (party == ANYBODY || letter.sender.getPlain() == party) // plain: under the mutex
                    && (correspondent == null || letter.isFrom(correspondent));
        }
    }

    /** A message that was received, and its letter, TAKEN until it is released. */
    record Receipt(Parcel parcel, int sender, boolean redelivered, Letter letter, long taken) {}

    /** The box of a post without names. */
    Address onlyBox() {
        return new Address(boxes[0], 0);
    }

    int capacity(Address at) {
        return at.box().capacity.getOpaque();
    }

    /** How many messages are in a box or taken out of it and not released: out of date at once. */
    int size(Address at) {
        return at.isCurrent() ? at.box().held.getOpaque() : 0;
    }

    int letters() {
        return letters.length;
    }

    int recoveries() {
        return recovered.getOpaque();
    }

    /** Opens a box that has none of the dead's left, and no name that another has. */
    Address open(byte[] name, int capacity, boolean discards) {
        mutex.lock();
        try {
            PostBox same = named(name);
            PostBox box = vacant();
            if ((same != null || box == null) && hasStale()) {
                rebuild();
                same = named(name);
                box = vacant();
            }
            if (same != null) {
                if (same.phase() == PostBox.OPEN || !discards) {
                    throw new IllegalStateException("there is a mailbox of that name, "
                            + (same.phase() == PostBox.OPEN
                                    ? "of party " + same.owner()
                                    : "closed, with " + same.held.getPlain()
                                            + " messages left: receive or delete them"));
                }
                retire(same);
                box = same;
            }
            if (box == null) {
                throw new IllegalStateException("all " + boxes.length + " boxes are in use");
            }
            box.clear();
            box.rename(name);
            box.capacity.setVolatile(capacity);
            box.selective.setPlain(0); // plain: under the mutex
            int term = box.term();
            box.enter(term, PostBox.OPEN, memory.self());
            return new Address(box, term);
        } finally {
            mutex.unlock();
        }
    }

    /** The box of that name, open or closed, or null. */
    Address find(byte[] name) {
        mutex.lock();
        try {
            PostBox box = named(name);
            return box == null ? null : new Address(box, box.term());
        } finally {
            mutex.unlock();
        }
    }

    List<byte[]> names() {
        List<byte[]> names = new ArrayList<>();
        mutex.lock();
        try {
            for (PostBox box : boxes) {
                if (box.phase() != PostBox.FREE) {
                    names.add(box.name());
                }
            }
        } finally {
            mutex.unlock();
        }
        return names;
    }

    /** Closes a box: what was sent is received. */
    void close(Address at) {
        mutex.lock();
        try {
            if (!at.isClosed()) {
                shut(at.box());
            }
        } finally {
            mutex.unlock();
        }
        tellAll();
    }

    /** Closes a box and throws away what is in it. */
    boolean discard(Address at) {
        boolean there;
        mutex.lock();
        try {
            there = at.isCurrent();
            if (there) {
                retire(at.box());
            }
        } finally {
            mutex.unlock();
        }
        tellAll();
        return there;
    }

    /** Sends if that needs no waiting. */
    boolean trySend(Address to, Parcel parcel) {
        lookAfterOwner(to);
        Sending sending = new Sending(this, to, parcel);
        return sending.attempt(false) || lookout.isDue(calls.getAndIncrement()) && look() && sending.attempt(false);
    }

    boolean send(Address to, Parcel parcel, long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        lookAfterOwner(to);
        Sending sending = new Sending(this, to, parcel);
        if (sending.attempt(true)) {
            return true;
        }
        boolean interrupted = false;
        try {
            moved.await(sending, () -> {}, this::look, waiting, SPINS, deadlineNanos);
        } catch (InterruptedException e) {
            interrupted = true;
            Thread.currentThread().interrupt();
        } finally {
            sending.leave();
        }
        refuseIf(interrupted && !sending.hasSent());
        return sending.hasSent();
    }

    /** Receives if that needs no waiting. Null if not. */
    Receipt tryReceive(Address at, Wish wish) {
        lookNowAndThen();
        Receiving receiving = new Receiving(this, at, wish);
        receiving.attempt(false);
        return receiving.receipt();
    }

    /** Receives. Null if the time has passed. */
    Receipt receive(Address at, Wish wish, long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        lookNowAndThen();
        Receiving receiving = new Receiving(this, at, wish);
        if (receiving.attempt(true)) {
            return receiving.receipt();
        }
        boolean interrupted = false;
        try {
            at.box().arrived.await(receiving, receiving::passOn, this::look, waiting, SPINS, deadlineNanos);
        } catch (InterruptedException e) {
            interrupted = true;
            Thread.currentThread().interrupt();
        } finally {
            receiving.leave();
        }
        refuseIf(interrupted && receiving.receipt() == null);
        return receiving.receipt();
    }

    /** Says that a message has been handled. */
    void release(Receipt receipt) {
        mutex.lock();
        try {
            if (receipt.letter().state.getVolatile() == receipt.taken()) {
                dispose(receipt.letter());
            }
        } finally {
            mutex.unlock();
        }
        moved.signalAll();
    }

    long deadlineAfter(long timeout, TimeUnit unit) {
        return memory.deadlineAfter(timeout, unit);
    }

    /** The state, for people. */
    @Override
    public String toString() {
        int used = 0;
        for (Letter letter : letters) {
            used += Letter.phaseOf(letter.state.getOpaque()) == Letter.FREE ? 0 : 1;
        }
        return used + " of " + letters.length + " letters in use";
    }

    /** Ends a call that was interrupted in vain; one that succeeded leaves the interruption with the thread. */
    private static void refuseIf(boolean interruptedInVain) throws InterruptedException {
        if (interruptedInVain) {
            Thread.interrupted();
            throw new InterruptedException();
        }
    }

    PostBox named(byte[] name) {
        for (PostBox box : boxes) {
            if (box.isNamed(name)) {
                return box;
            }
        }
        return null;
    }

    private PostBox vacant() {
        for (PostBox box : boxes) {
            if (box.phase() == PostBox.FREE) {
                return box;
            }
        }
        return null;
    }

    private void shut(PostBox box) {
        box.enter(box.term(), PostBox.CLOSED, box.owner());
        retireIfDrained(box);
    }

    private void retireIfDrained(PostBox box) {
        if (box.phase() == PostBox.CLOSED && box.owner() != 0 && box.held.getPlain() == 0) { // plain: under the mutex
            retire(box);
        }
    }

    /** Makes a box FREE. What was SENT in it is lost. */
    private void retire(PostBox box) {
        box.enter(box.term() + 1, PostBox.FREE, 0);
        for (Letter letter = box.unlink(any -> true); letter != null; letter = box.unlink(any -> true)) {
            if (letter.phase() == Letter.SENT || letter.phase() == Letter.RETURNED) {
                dispose(letter);
            }
        }
        box.clear();
    }

    long nextNumber() {
        long number = sequence.getPlain() + 1; // plain: under the mutex
        sequence.setPlain(number);
        return number;
    }

    /** Takes a letter from those that are free, or null, and addresses it. */
    Letter allocate(Address to) {
        int first = free.getPlain(); // plain: under the mutex
        if (first == 0) {
            return null;
        }
        if (first < 0 || first > letters.length || letters[first - 1].phase() != Letter.FREE) {
            throw new IllegalStateException("corrupted: letter " + first + " of " + letters.length + " is not free");
        }
        Letter letter = letters[first - 1];
        free.setVolatile(letter.next.getPlain()); // P (release)
        letter.box.setPlain(to.box().index);
        letter.term.setPlain(to.term());
        letter.number.setPlain(nextNumber());
        return letter;
    }

    /** Ends the use of a letter that is in no list. */
    void dispose(Letter letter) {
        int phase = letter.phase();
        letter.enter(Letter.FREE, 0);
        letter.next.setPlain(free.getPlain()); // plain: under the mutex
        free.setVolatile(letter.index + 1); // P (release)
        PostBox box = boxOf(letter);
        if (box != null && (phase == Letter.SENT || phase == Letter.RETURNED || phase == Letter.TAKEN)) {
            box.count(box.held, -1);
            if (phase == Letter.RETURNED) {
                box.count(box.returned, -1);
            }
            retireIfDrained(box);
        }
    }

    /** The box that a letter is in, or null if that is no more. */
    PostBox boxOf(Letter letter) {
        int index = letter.box.getPlain(); // plain: under the mutex
        if (index < 0 || index >= boxes.length) {
            throw new IllegalStateException(
                    "corrupted: letter " + letter.index + " is in box " + index + " of " + boxes.length);
        }
        PostBox box = boxes[index];
        return box.phase() != PostBox.FREE && box.term() == letter.term.getPlain() ? box : null;
    }

    void tellOfArrival(PostBox box) {
        if (box.selective.getPlain() != 0
                || box.capacity.getPlain() == 0) { // plain: of which one was told under the mutex
            box.arrived.signalAll();
        } else {
            box.arrived.signal();
        }
    }

    private void tellAll() {
        for (PostBox box : boxes) {
            box.arrived.signalAll();
        }
        moved.signalAll();
    }

    /** At first and then ten times a second: what the dead have left comes before all else, whatever backlog there is. */
    private void lookNowAndThen() {
        if (!hasLooked || lookout.isDue(calls.getAndIncrement())) {
            hasLooked = true;
            look();
        }
    }

    /** Looks for the owner of a box, now and then: those who send need not wait. */
    private void lookAfterOwner(Address at) {
        int owner = at.box().owner();
        if (owner != 0 && lookout.isDue() && !memory.isAlive(owner)) {
            look();
        }
    }

    /** Looks for what the dead have left. Returns true. */
    private boolean look() {
        boolean stale = hasStale();
        mutex.lock(); // if its owner died, that repairs
        try {
            if (stale) {
                rebuild();
            }
        } finally {
            mutex.unlock();
        }
        return true;
    }

    /** Whether a dead party has a letter or owns an open box. */
    boolean hasStale() {
        int alive = memory.self();
        for (Letter letter : letters) {
            long state = letter.state.getVolatile();
            int phase = Letter.phaseOf(state);
            int party = Letter.partyOf(state);
            if ((phase == Letter.TAKEN || phase == Letter.WANTED || phase == Letter.OFFERED) && party != alive) {
                if (!memory.isAlive(party)) {
                    return true;
                }
                alive = party;
            }
        }
        for (PostBox box : boxes) {
            long state = box.state.getVolatile();
            int owner = PostBox.ownerOf(state);
            if (PostBox.phaseOf(state) == PostBox.OPEN && owner != 0 && owner != alive) {
                if (!memory.isAlive(owner)) {
                    return true;
                }
                alive = owner;
            }
        }
        return false;
    }

    /** Takes from the dead what they had, and makes the index anew. Under the mutex; can be repeated. */
    void rebuild() {
        free.setVolatile(0);
        for (PostBox box : boxes) {
            box.clear();
            if (box.phase() == PostBox.OPEN && box.owner() != 0 && !memory.isAlive(box.owner())) {
                box.enter(box.term(), PostBox.CLOSED, box.owner());
            }
        }
        List<Letter> listed = new ArrayList<>();
        for (Letter letter : letters) {
            PostBox box = boxOf(letter);
            int phase = settle(letter, box);
            if (phase == Letter.FREE) {
                letter.next.setPlain(free.getPlain()); // plain: under the mutex
                free.setVolatile(letter.index + 1);
            } else if (box != null) {
                if (phase != Letter.OFFERED && phase != Letter.WANTED) {
                    box.count(box.held, 1);
                }
                if (phase != Letter.TAKEN) {
                    listed.add(letter);
                }
                if (phase == Letter.RETURNED) {
                    box.count(box.returned, 1);
                }
            }
        }
        listed.sort(Comparator.comparingLong(letter -> letter.number.getPlain() - sequence.getPlain()));
        listed.forEach(letter -> boxes[letter.box.getPlain()].append(letter));
        for (PostBox box : boxes) {
            retireIfDrained(box);
        }
        tellAll();
    }

    /** What becomes of a letter whose party may have died, or whose box may be no more. Returns its phase. */
    private int settle(Letter letter, PostBox box) {
        long state = letter.state.getVolatile();
        int phase = Letter.phaseOf(state);
        boolean isSent = phase == Letter.SENT || phase == Letter.RETURNED;
        if (phase == Letter.FREE || isSent && box != null || !isSent && memory.isAlive(Letter.partyOf(state))) {
            return phase;
        }
        if (phase == Letter.TAKEN && box != null) {
            letter.enter(Letter.RETURNED, letter.sender.getPlain()); // plain: under the mutex
            recovered.getAndAdd(1);
            return Letter.RETURNED;
        }
        letter.enter(Letter.FREE, 0);
        return Letter.FREE;
    }
}
