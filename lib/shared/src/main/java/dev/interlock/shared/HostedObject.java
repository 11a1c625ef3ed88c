package dev.interlock.shared;

import java.util.List;

/**
 * What a segment's directory and words say of an object, as they were read: out of date at once, for people and monitoring.
 *
 * @param name its name
 * @param kind its class: by simple name if it is one of Interlock's
 * @param parameters what its maker said of it: a capacity, permits, parties; nothing if it said nothing
 * @param bytes how much room it takes
 * @param state what it is in, in words; empty if its kind is not known
 * @param holders the parties that are inside: owners, readers, senders and receivers at a slot, those who have arrived; of
 *     a tournament those who have lost
 * @param hasWaiters whether parties sleep there; some that no longer do may count
 * @param used how many permits are taken, messages are there, or parties have arrived; -1 if that means nothing here
 * @param capacity of how many; -1 if there is no limit that is known
 * @param deaths how often its users have come upon a dead party and taken over from it
 */
public record HostedObject(
        String name,
        String kind,
        List<Integer> parameters,
        long bytes,
        String state,
        List<Holder> holders,
        boolean hasWaiters,
        long used,
        long capacity,
        int deaths) {
    /**
     * Copies its lists.
     *
     * @param name its name
     * @param kind its class
     * @param parameters what its maker said of it
     * @param bytes how much room it takes
     * @param state what it is in
     * @param holders the parties that are inside
     * @param hasWaiters whether parties sleep there
     * @param used how much of it is in use
     * @param capacity of how much
     * @param deaths how often its users have come upon a dead party
     */
    public HostedObject {
        parameters = List.copyOf(parameters);
        holders = List.copyOf(holders);
    }

    /**
     * A party that a word names.
     *
     * @param slot of its opening of the segment
     * @param thread its number among the threads of all openings that have had the slot
     * @param pid the process that has the slot, or had it last, as it numbers itself: a hint, wrong across pid namespaces
     * @param isAlive whether it lives
     */
    public record Holder(int slot, int thread, long pid, boolean isAlive) {
        /** For people. */
        @Override
        public String toString() {
            return "slot " + slot + " thread " + thread + " (pid " + pid + (isAlive ? ", alive)" : ", dead)");
        }
    }

    /** One line for people. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(kind).append(" '").append(name).append("' ");
        line.append(parameters.isEmpty() ? "" : parameters + " ")
                .append(bytes)
                .append(" bytes: ")
                .append(state);
        if (used >= 0) {
            line.append(", ").append(used).append(capacity < 0 ? "" : " of " + capacity);
        }
        if (!holders.isEmpty()) {
            line.append(", holders ").append(holders);
        }
        return line.append(hasWaiters ? ", waiters" : "")
                .append(deaths == 0 ? "" : ", deaths " + deaths)
                .toString();
    }
}
