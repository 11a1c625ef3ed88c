package dev.interlock.shared.crash;

import dev.interlock.memory.Memory;
import dev.interlock.memory.Word;
import dev.interlock.mutex.Mutex;
import dev.interlock.mutex.OwnerDiedException;
import dev.interlock.posix.SharedMemory;
import dev.interlock.shared.Segment;
import dev.interlock.shared.SteppedSegment;
import java.util.List;

/** The segment itself: a second one, beside that of the matrix. */
final class SegmentScenarios extends Family {
    private static final String NAME = "Segment";

    SegmentScenarios() {
        of("create").victim(Site::open).outcome(it -> {
            it.open();
            it.check();
            return "the next opener has it";
        });
        of("create, create an object").victim(it -> it.open().mutex("m")).outcome(it -> {
            it.open();
            return it.next();
        });
        of("open").first(Site::open).victim(Site::open).outcome(it -> {
            it.check();
            return "as before";
        });
        of("create an object")
                .first(Site::open)
                .victimFirst(Site::open)
                .victim(Site::place)
                .outcome(it -> {
                    List<String> names = it.segment.names();
                    it.place();
                    it.check();
                    return names.isEmpty() ? "there is none" : "it is there";
                });
        of("attach to an object")
                .first(it -> it.open().mutex("m"))
                .victimFirst(Site::open)
                .victim(it -> it.segment.mutex("m"))
                .outcome(it -> it.next() + it.check());
        of("remove an object")
                .first(it -> it.open().mutex("m"))
                .victimFirst(it -> it.open().mutex("m"))
                .victim(it -> it.segment.remove("m"))
                .outcome(it -> {
                    boolean there = it.segment.names().contains("m");
                    it.segment.mutex("m").lock();
                    it.segment.mutex("m").unlock();
                    it.check();
                    return there ? "it is there" : "it is removed";
                });
        of("close")
                .first(it -> it.open().mutex("m"))
                .victimFirst(it -> it.open().mutex("m").lock())
                .victim(it -> it.segment.close())
                .outcome(it -> it.next() + it.check());
        of("close, unlinked")
                .first(Site::open)
                .victimFirst(it -> Segment.unlink(it.open().name()))
                .victim(it -> it.segment.close())
                .outcome(it -> {
                    it.segment.mutex("m").lock();
                    it.segment.mutex("m").unlock();
                    it.segment.close();
                    return "as before";
                });
        client("attach");
        client("find");
        client("detach");
    }

    /** What a program in C does with a segment that a JVM has made. */
    private void client(String operation) {
        with(NAME, operation, Reopened.of(Mutex::new))
                .outcome(it -> {
                    it.die(Mutex::lock);
                    it.object().repair(() -> {});
                    it.object().lock();
                    it.object().unlock();
                    return "as before";
                })
                .onlyInC(operation);
    }

    private Scenario<Site> of(String operation) {
        return with(NAME, operation, Site::new);
    }

    /** The second segment, as one process sees it. */
    static final class Site implements AutoCloseable {
        private final String name;
        private final Steps steps;
        private Segment segment;

        Site(Segment first, Steps steps) {
            this.name = first.name() + "-second";
            this.steps = steps;
        }

        Segment open() {
            segment = SteppedSegment.open(name, steps::step);
            return segment;
        }

        /** An object with payload. */
        Word place() {
            return segment.attach("p", Place::new, 7).word;
        }

        /** What the next to lock finds. */
        String next() {
            Mutex mutex = segment.mutex("m");
            try {
                mutex.lock();
                mutex.unlock();
                return "the mutex is free";
            } catch (OwnerDiedException e) {
                mutex.repair(() -> {});
                return "its owner died";
            }
        }

        /** All can be done with it that could be done before. */
        String check() {
            int before = segment.names().size();
            try (Segment other = Segment.attach(name)) {
                other.mutex("check").lock();
                other.mutex("check").unlock();
                segment.remove("check");
            }
            if (segment.names().size() != before || segment.describe().size() != before) {
                throw new AssertionError(segment.names());
            }
            return "";
        }

        @Override
        public void close() {
            if (segment != null) {
                segment.close();
            }
            if (SharedMemory.exists(name)) {
                Segment.unlink(name);
            }
        }
    }

    private static final class Place {
        final Word word;

        Place(Memory memory) {
            word = memory.word(1);
            memory.longWord(2);
            memory.bytes(100);
        }
    }
}
