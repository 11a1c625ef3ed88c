package dev.interlock.examples;

import dev.interlock.shared.HostedObject;
import dev.interlock.shared.Segment;
import java.util.Comparator;
import java.util.List;

/**
 * Who holds what in a segment that is in use, or was when its users died. Takes part in nothing and changes nothing.
 *
 * <pre>
 * $ java -jar examples/target/examples.jar inspect /orders
 * /orders: 2 objects
 *   Mutex 'accounts' 4 bytes: held, holders [slot 3 thread 1 (pid 4711, dead)], waiters
 *   RingMailbox 'jobs' [1024, 256] 327808 bytes: open, 0 claimed, 12 published, 1 being read, 13 of 1024, holders …
 * </pre>
 */
final class Inspect {
    private Inspect() {}

    /**
     * Prints a line for each object.
     *
     * @param args the segment's name
     */
    public static void main(String[] args) {
        if (args.length != 1) {
            throw new IllegalArgumentException("usage: inspect /name");
        }
        List<HostedObject> objects = Segment.describe(args[0]);
        System.out.println(args[0] + ": " + objects.size() + " objects");
        objects.stream()
                .sorted(Comparator.comparing(HostedObject::name))
                .forEach(object -> System.out.println("  " + object));
    }
}
