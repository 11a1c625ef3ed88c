package dev.interlock.shared;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/** The views that one opening of a segment has of its objects, and the marks in the directory that say so to others. */
final class Uses {
    /* Implementation notes
     * State   bit s of an entry's users: the opening with slot s has views of the entry's object. Set by it under the lock of
     *         the directory, before the object is used; cleared by it when no view can be reached any more: then no thread
     *         can be between the bounds check of an access and the access, and the object's place can be given to another.
     *         views[entry]: how many views the bit stands for; the bit changes with it, under the monitor.
     * Death   of an opening leaves its bits. They count for nothing, and its slot's next opening clears them.
     */
    private final View segment;
    private final int slot;
    private final int[] views = new int[Format.ENTRIES];
    private final BitSet used = new BitSet(Format.ENTRIES);
    private final BitSet revoked = new BitSet(Format.ENTRIES);
    private final Set<Use> uses = new HashSet<>();
    private final ReferenceQueue<View> unreachable = new ReferenceQueue<>();

    Uses(View segment, int slot) {
        this.segment = segment;
        this.slot = slot;
    }

    synchronized void add(int entry, View view) {
        uses.add(new Use(view, entry, unreachable));
        if (views[entry]++ == 0) {
            used.set(entry);
            new Entry(segment, entry).setUser(slot, true);
        }
    }

    /** Forgets the views that are gone, and revokes those of objects that others have removed. */
    synchronized void refresh() {
        for (Use gone = (Use) unreachable.poll(); gone != null; gone = (Use) unreachable.poll()) {
            uses.remove(gone);
            if (--views[gone.entry] == 0) {
                used.clear(gone.entry);
                revoked.clear(gone.entry);
                new Entry(segment, gone.entry).setUser(slot, false);
            }
        }
        for (int entry = used.nextSetBit(0); entry >= 0; entry = used.nextSetBit(entry + 1)) {
            if (!revoked.get(entry) && new Entry(segment, entry).isRemoved()) {
                revoked.set(entry);
                revoke(entry);
            }
        }
    }

    /** Revokes all views. */
    synchronized void revokeAll() {
        for (Use use : uses) {
            use.revoke();
        }
        StandIn.nudge();
    }

    private void revoke(int entry) {
        for (Use use : uses) {
            if (use.entry == entry) {
                use.revoke();
            }
        }
        StandIn.nudge();
    }

    private static final class Use extends WeakReference<View> {
        final int entry;

        Use(View view, int entry, ReferenceQueue<View> queue) {
            super(view, queue);
            this.entry = entry;
        }

        void revoke() {
            View view = get();
            if (view != null) {
                view.revoke();
            }
        }
    }
}
