package dev.interlock.explore;

import dev.interlock.memory.Memory;

/**
 * What can happen next in a state, and what of it can be relied on.
 *
 * @param <T> what the parties share
 */
final class Choices<T> {
    /* Implementation notes
     * Chance    deaths, interruptions, the end of a party before a round, and to wake for no reason: a party that only
     *           this could help is stuck. But once a party has died, the others look for life signs, and wake by themselves
     *           to do so.
     * Time      that passes for a sleeper without a deadline: it wakes to look for life signs now and then. Once a party has
     *           died that is needed; before, if it has just woken for no reason, it is left out, and skipsTime() says so:
     *           when it passes and when not makes for sequences without end.
     *           So is it to leave a loop by a way that leads back into it: that changes nothing.
     * Waiting   a party that would wake, or go round, only to be where it was, is not offered to: see Outlooks.
     */
    private static final int LAST_SHIFT = 16;

    private final Exploration<T> plan;
    private final Machine<T> machine;
    private final Layout layout;
    private boolean skipsTime;

    Choices(Exploration<T> plan, Machine<T> machine) {
        this.plan = plan;
        this.machine = machine;
        this.layout = machine.layout;
    }

    /** The steps that can be taken, in a fixed order, into the array given; returns how many. */
    int in(int[] state, byte[] labels) {
        int count = 0;
        for (Party<T> party : machine.parties) {
            int p = party.index;
            Op next = machine.next(state, p);
            if (next == null) {
                continue;
            }
            if (machine.sleepers.isAsleep(state, p)) {
                count = asleep(state, party, next, labels, count);
            } else if (next.kind() == Op.Kind.PAUSE) {
                count = waiting(state, party, labels, count);
            } else {
                labels[count++] = Choice.label(p, Choice.STEP);
                if (next.kind() == Op.Kind.CLOCK) {
                    labels[count++] = Choice.label(p, Choice.LATER);
                }
                if (plan.stops && machine.isAtRoot(state, p)) {
                    labels[count++] = Choice.label(p, Choice.STOP);
                }
            }
            Exploration.Role<T> role = plan.parties.get(p);
            if (role.mortal() && Integer.bitCount(state[layout.dead]) < plan.kills) {
                labels[count++] = Choice.label(p, Choice.DIE);
            }
            if (role.interruptible() && state[layout.interrupts] < plan.interrupts) {
                labels[count++] = Choice.label(p, Choice.INTERRUPT);
            }
        }
        return count;
    }

    private int asleep(int[] state, Party<T> party, Op await, byte[] labels, int before) {
        int count = before;
        if (await.b() != Memory.NO_DEADLINE) {
            labels[count++] = Choice.label(party.index, Choice.EXPIRE);
        }
        if (plan.spurious || state[layout.dead] != 0) {
            Outlooks.Outlook outlook = machine.outlook(state, party);
            if (!outlook.waits || outlook.counted) {
                labels[count++] = Choice.label(party.index, Choice.STIR);
            }
            if (outlook.late >= 0 && state[layout.dead] != 0) {
                labels[count++] = Choice.label(party.index, Choice.LATER);
            }
            skipsTime = skipsTime || outlook.late >= 0 && state[layout.dead] == 0;
        }
        return count;
    }

    private int waiting(int[] state, Party<T> party, byte[] labels, int before) {
        int count = before;
        Outlooks.Outlook outlook = machine.outlook(state, party);
        for (int way = 0; way < outlook.exits.size(); way++) {
            labels[count++] = Choice.label(party.index, way == 0 ? Choice.SPIN : Choice.SPIN_ON);
        }
        if (outlook.late >= 0) {
            labels[count++] = Choice.label(party.index, Choice.LATER);
        }
        return count;
    }

    /** Whether a step is one that cannot happen again and again for ever, or need not. */
    boolean isChance(int[] state, int label) {
        int p = Choice.partyOf(label);
        return switch (Choice.of(label)) {
            case STIR -> state[layout.dead] == 0;
            case STEP -> machine.next(state, p).kind() == Op.Kind.CLOCK;
            case SPIN ->
                machine.outlook(state, machine.parties.get(p)).exits.get(0).comesBack();
            case SPIN_ON ->
                machine.outlook(state, machine.parties.get(p)).exits.get(1).comesBack();
            default -> false;
        };
    }

    /** Whether it has been left out that a sleeper without a deadline may find that time has passed. */
    boolean skipsTime() {
        return skipsTime;
    }

    /** The parties that can be relied on to take one of the steps, a bit each. */
    int reliable(int[] state, byte[] labels, int count) {
        int parties = 0;
        for (int i = 0; i < count; i++) {
            Choice choice = Choice.of(labels[i]);
            if (choice.isProgress() && (choice == Choice.STEP || !isChance(state, labels[i]))) {
                parties |= 1 << Choice.partyOf(labels[i]);
            }
        }
        return parties;
    }

    /** Counts preemptions up to a step: steps of another party than the last one, which could have gone on. */
    int preemptions(int[] before, byte[] labels, int count, int label) {
        int context = before[layout.context];
        int lastParty = context >> LAST_SHIFT;
        int so = context & 0xffff;
        if (lastParty >= 0 && lastParty != Choice.partyOf(label) && Choice.of(label) == Choice.STEP) {
            for (int i = 0; i < count; i++) {
                if (labels[i] == Choice.label(lastParty, Choice.STEP)) {
                    return so + 1;
                }
            }
        }
        return so;
    }

    void setPreemptions(int[] state, int party, int preemptions) {
        state[layout.context] = party << LAST_SHIFT | preemptions;
    }

    /** Makes the context that of a schedule without steps. */
    void setNoPreemptions(int[] state) {
        setPreemptions(state, -1, 0);
    }
}
