package dev.interlock.posix;

import java.nio.ByteBuffer;

/**
 * A POSIX semaphore at a place of shared memory: sem_init(3). What it does is with {@link PosixSemaphore}.
 *
 * <p>One process makes it; the others attach after they know that it is made, by whatever means. It is gone when its
 * memory is, or after {@link #destroy()}; nobody may wait on it then.
 */
public final class UnnamedSemaphore extends PosixSemaphore {
    /** How much memory it takes: sizeof(sem_t). */
    public static final int BYTES = 32;

    private static final int ALIGNMENT = 8;

    private UnnamedSemaphore(ByteBuffer cell, int index, Way way) {
        super("semaphore at " + index, cell, way);
    }

    /**
     * Makes a semaphore: sem_init(3), shared by processes.
     *
     * @param buffer a direct buffer, usually of {@link SharedMemory#map()}; its position is ignored
     * @param index where it begins in the buffer; the address must be a multiple of 8
     * @param permits how many permits it has
     * @return the semaphore
     * @throws IllegalArgumentException if the buffer is not direct or read-only, the place not aligned, or the permits
     *     negative
     * @throws IndexOutOfBoundsException if it is not within the buffer's limit
     */
    public static UnnamedSemaphore create(ByteBuffer buffer, int index, int permits) {
        LibC.require();
        return create(buffer, index, permits, Way.best());
    }

    static UnnamedSemaphore create(ByteBuffer buffer, int index, int permits, Way way) {
        checkPermits(permits);
        ByteBuffer cell = cell(buffer, index);
        if (LibC.sem_init(LibC.address(cell), 1, permits) == -1) {
            throw PosixException.last("sem_init", "semaphore at " + index);
        }
        return new UnnamedSemaphore(cell, index, way);
    }

    /**
     * Attaches to a semaphore that another process or thread made at this place.
     *
     * @param buffer a direct buffer, usually of {@link SharedMemory#map()}; its position is ignored
     * @param index where it begins in the buffer; the address must be a multiple of 8
     * @return the semaphore
     * @throws IllegalArgumentException if the buffer is not direct or read-only, or the place not aligned
     * @throws IndexOutOfBoundsException if it is not within the buffer's limit
     */
    public static UnnamedSemaphore at(ByteBuffer buffer, int index) {
        LibC.require();
        return new UnnamedSemaphore(cell(buffer, index), index, Way.best());
    }

    private static ByteBuffer cell(ByteBuffer buffer, int index) {
        if (!buffer.isDirect() || buffer.isReadOnly()) {
            throw new IllegalArgumentException(
                    "a semaphore needs a direct buffer that is not read-only, not " + buffer);
        }
        if (index < 0 || index > buffer.limit() - BYTES) {
            throw new IndexOutOfBoundsException("no " + BYTES + " bytes at " + index + " of " + buffer);
        }
        ByteBuffer cell = buffer.slice(index, BYTES);
        if (LibC.address(cell) % ALIGNMENT != 0) {
            throw new IllegalArgumentException("index " + index + " is not aligned to " + ALIGNMENT + " bytes");
        }
        return cell;
    }

    static void checkPermits(int permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("permits " + permits + " are negative");
        }
    }

    /**
     * Ends the semaphore for all: sem_destroy(3). The caller sees to it that no process uses it any more.
     *
     * @throws IllegalStateException if this is closed
     */
    public void destroy() {
        availablePermits(); // throws if closed
        close();
        if (LibC.sem_destroy(LibC.address(cell)) == -1) {
            throw PosixException.last("sem_destroy", name());
        }
    }
}
