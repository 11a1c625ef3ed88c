package dev.interlock.shared;

import dev.interlock.posix.Creation;
import dev.interlock.posix.SharedMemory;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a process that opened a segment has of it: the memory, a slot, and at times the lock of the directory. */
final class Opening {
    /* Implementation notes
     * State   of the shared memory object named: missing; unfinished (no magic); ready (magic).
     * create  under the lock of DIRECTORY_BYTE: size, reserve, write the header, write the magic.
     * Death   of the creator at any step: the kernel drops its lock; the next opener finds no magic and begins again.
     * unlink  may come between another's shm_open and its lock: it looks, under the lock, whether what it opened still has
     *         a name, and starts over if not. A creator that fails unlinks before it drops the lock.
     * attach  waits for a creator that holds the lock. An unfinished segment whose lock is free is refused at once, as one
     *         that is not there would be: its creator died, or is between its shm_open and its lock.
     * discard the last to close an unlinked segment holds the lock of DIRECTORY_BYTE and finds no slot locked: nobody uses it,
     *         and nobody can begin to, for an opener looks for the name under that lock. If two close at the same moment
     *         perhaps neither does it.
     */
    private final SharedMemory memory;
    private final Mapping mapping;

    private Opening(SharedMemory memory, Mapping mapping) {
        this.memory = memory;
        this.mapping = mapping;
    }

    /**
     * Attaches to a segment, or creates it.
     *
     * @param step run before each change of the segment that is no object's own: for tests, that die there
     */
    static Opening open(String name, Creation creation, SegmentOptions options, Runnable step) {
        for (; ; ) {
            Opening opening = tryOpen(name, creation, options, step);
            if (opening != null) {
                return opening;
            }
        }
    }

    String name() {
        return memory.name();
    }

    Mapping mapping() {
        return mapping;
    }

    /** Runs an action under the lock of the directory. */
    <T> T locked(Supplier<T> action) {
        return locked(memory, mapping::step, mapping::failure, action);
    }

    /** Ends all use, and leaves. */
    void close() {
        mapping.close();
        letAccessesEnd();
        mapping.step();
        BusErrors.surely(
                () -> memory.fileLock().unlock(mapping.slot(), 1)); // closing does not: the mapping keeps the file
        try {
            discardIfLast();
        } finally {
            BusErrors.surely(memory::close);
        }
    }

    /**
     * Lets those threads finish that have passed the bounds check of an access and not yet made it: compiled code gets
     * from one to the other without a safepoint, and this needs one of all threads. Later the slot is another's, and what it
     * held may have been recovered.
     */
    private static void letAccessesEnd() {
        Thread.getAllStackTraces();
    }

    /** Whoever closes an unlinked segment last gives its pages back, for the mapping stays until it is collected. */
    private void discardIfLast() {
        mapping.step();
        if (!memory.isLinked() && memory.fileLock().tryLock(Format.DIRECTORY_BYTE, 1, false)) {
            try {
                if (!memory.fileLock().isLockedByOther(1, Format.SLOTS - 1)) {
                    mapping.step();
                    memory.discard();
                }
            } finally {
                mapping.step();
                BusErrors.surely(() -> memory.fileLock().unlock(Format.DIRECTORY_BYTE, 1));
            }
        }
    }

    /** Null if the segment was unlinked meanwhile. */
    private static Opening tryOpen(String name, Creation creation, SegmentOptions options, Runnable step) {
        step.run();
        SharedMemory memory =
                SharedMemory.open(name, creation == Creation.OPEN ? creation : Creation.OPEN_OR_CREATE, options.mode());
        Opening opening = null;
        try {
            opening = locked(
                    memory,
                    step,
                    e -> Mapping.failure(memory, e),
                    () -> memory.isLinked() ? attached(memory, creation, options, step) : null);
            return opening;
        } finally {
            if (opening == null) {
                BusErrors.surely(memory::close);
            }
        }
    }

    private static Opening attached(SharedMemory memory, Creation creation, SegmentOptions options, Runnable step) {
        if (Header.isUnfinished(memory)) {
            if (creation == Creation.OPEN) {
                throw new SegmentException(
                        memory.name(),
                        SegmentException.Reason.UNFINISHED,
                        "unfinished: its creator has only just begun, or died; open() finishes it");
            }
            Header.write(memory, options, step);
        } else if (creation == Creation.CREATE_NEW) {
            throw new SegmentException(memory.name(), SegmentException.Reason.EXISTS, "exists");
        }
        ByteBuffer root = Header.checked(memory);
        int slot = new Mapping(memory, root, 0, step).slots().occupy();
        return new Opening(memory, new Mapping(memory, root, slot, step));
    }

    private static <T> T locked(
            SharedMemory memory, Runnable step, Function<Throwable, RuntimeException> failure, Supplier<T> action) {
        boolean interrupted = Thread.interrupted();
        boolean closed = false;
        try {
            for (; ; ) {
                try {
                    step.run();
                    memory.fileLock().lock(Format.DIRECTORY_BYTE, 1, false);
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (IllegalStateException e) {
                    closed = true;
                    throw e;
                }
            }
            T result = action.get();
            BusErrors.deliver();
            return result;
        } catch (IllegalStateException | IndexOutOfBoundsException | InternalError e) {
            throw failure.apply(e);
        } finally {
            if (!closed) {
                step.run();
                BusErrors.surely(() -> memory.fileLock().unlock(Format.DIRECTORY_BYTE, 1));
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
