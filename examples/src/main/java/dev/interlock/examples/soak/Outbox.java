package dev.interlock.examples.soak;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.memory.LongWord;
import dev.interlock.memory.Memory;
import dev.interlock.shared.Segment;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The process that never dies sends numbers; workers note which they have received, and release them. Each number is
 * received once; if its receiver died before it was released it comes again, and says so.
 */
final class Outbox {
    private static final int CAPACITY = 16;
    /** Numbers that are noted at a time. */
    private static final int NOTES = 1024;

    private static final int AGAIN = 1 << 16;
    private static final int LATE_SECONDS = 10;
    private static final long LOOK_MILLIS = 100;

    private final Arena arena;
    private final String name;
    private final Channel channel;
    private final LongWord[] notes;

    private Outbox(Arena arena, String name, Channel channel) {
        this.arena = arena;
        this.name = name;
        this.channel = channel;
        this.notes = arena.segment().attach(name + " notes", Notes::new).notes;
    }

    static List<Outbox> all(Arena arena) {
        Segment segment = arena.segment();
        Codec<Long> codec = Codec.int64();
        RingMailbox<Long> bounded = segment.attach(
                "RingMailbox, out",
                memory -> new RingMailbox<>(memory, codec, CAPACITY, Long.BYTES),
                CAPACITY,
                Long.BYTES);
        return List.of(
                new Outbox(arena, "MessageRing", Channel.of(segment.ring("MessageRing", CAPACITY, Long.BYTES))),
                new Outbox(arena, "RingMailbox, out", Channel.of(bounded)),
                new Outbox(
                        arena,
                        "UnboundedMailbox, out",
                        Channel.of(segment.unboundedMailbox("UnboundedMailbox, out", codec, CAPACITY, Long.BYTES))),
                new Outbox(
                        arena,
                        "RendezvousMailbox, out",
                        Channel.of(segment.rendezvousMailbox("RendezvousMailbox, out", codec, CAPACITY, Long.BYTES))));
    }

    /** The workers' side. */
    Duty receiving() {
        return new Duty(arena, name) {
            @Override
            void step() throws InterruptedException {
                channel.receive(Outbox.this::note);
            }
        };
    }

    /** The other side: sends until it is interrupted, then receives what is left, and looks at all that is still noted. */
    void send() {
        long number = 0;
        try {
            for (; ; number++) {
                if (number >= NOTES) {
                    awaitReceived(number - NOTES);
                    check(number - NOTES);
                }
                notes[(int) (number % NOTES)].setVolatile(number << 32);
                channel.send(number);
            }
        } catch (InterruptedException e) {
            try {
                conclude(Math.max(0, number - NOTES + 1), number);
            } catch (InterruptedException again) {
                arena.violation("interrupted twice");
            }
        }
    }

    private void conclude(long first, long end) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LATE_SECONDS);
        for (long number = first; number < end; number++) {
            while (!isReceived(number) && System.nanoTime() - deadline < 0) {
                channel.receive(this::note, LOOK_MILLIS);
            }
            check(number);
        }
    }

    /** A number may be overtaken while its receiver is stopped, or is dead and not yet found. */
    private void awaitReceived(long number) throws InterruptedException {
        long limit = arena.tally().looks() + LATE_SECONDS * Soak.LOOKS_PER_SECOND;
        while (!isReceived(number) && arena.tally().looks() < limit) {
            Thread.sleep(1);
        }
    }

    private boolean isReceived(long number) {
        return (int) notes[(int) (number % NOTES)].getVolatile() != 0;
    }

    private void note(long number, boolean redelivered) {
        LongWord note = notes[(int) (number % NOTES)];
        for (; ; ) {
            long seen = note.getVolatile();
            int due = (int) (seen >>> 32);
            if (redelivered && due > (int) number) {
                break; // its receiver died after it had noted it, and before it released it; it was checked since
            }
            if (due != (int) number) {
                arena.violation(name + ": " + number + " is received when " + due + " is due");
                return;
            }
            if (note.compareAndSet(seen, seen + (redelivered ? AGAIN : 1))) {
                break;
            }
        }
        if (redelivered) {
            arena.recovered();
        }
    }

    private void check(long number) {
        long note = notes[(int) (number % NOTES)].getVolatile();
        int once = (int) (note & AGAIN - 1);
        int again = (int) note / AGAIN;
        if ((int) (note >>> 32) != (int) number || once > 1 || once + again == 0) {
            arena.violation(name + ": " + number + " was received " + once + " times, and " + again + " times again");
        }
    }

    private static final class Notes {
        private final LongWord[] notes = new LongWord[NOTES];

        Notes(Memory memory) {
            for (int i = 0; i < NOTES; i++) {
                notes[i] = memory.longWord(0);
            }
        }
    }
}
