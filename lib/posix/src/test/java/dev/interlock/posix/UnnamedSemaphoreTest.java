package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnnamedSemaphoreTest extends PosixSemaphoreContractTest {
    private final SharedMemory memory = SharedMemory.anonymous("semaphores");
    private final ByteBuffer buffer = memory.grow(4096);
    private int next = 64;

    @AfterEach
    void close() {
        memory.close();
    }

    @Override
    PosixSemaphore create(int permits) {
        next += UnnamedSemaphore.BYTES;
        return UnnamedSemaphore.create(buffer, next, permits);
    }

    @Test
    void whoAttachesSharesThePermits() {
        PosixSemaphore made = UnnamedSemaphore.create(buffer, 8, 1);
        try (UnnamedSemaphore attached = UnnamedSemaphore.at(memory.map(), 8)) {
            attached.release();
            assertEquals(2, made.availablePermits());
        }
    }

    @Test
    void aDestroyedSemaphoreIsClosed() {
        UnnamedSemaphore semaphore = UnnamedSemaphore.create(buffer, 8, 1);
        semaphore.destroy();
        assertThrows(IllegalStateException.class, semaphore::release);
        assertThrows(IllegalStateException.class, semaphore::destroy);
    }

    @Test
    void placesThatHoldNoneAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> UnnamedSemaphore.create(ByteBuffer.allocate(64), 0, 1));
        assertThrows(IllegalArgumentException.class, () -> UnnamedSemaphore.at(memory.mapReadOnly(0, 64), 0));
        assertThrows(IllegalArgumentException.class, () -> UnnamedSemaphore.create(buffer, 4, 1));
        assertThrows(IllegalArgumentException.class, () -> UnnamedSemaphore.create(buffer, 8, -1));
        assertThrows(IndexOutOfBoundsException.class, () -> UnnamedSemaphore.create(buffer, -8, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> UnnamedSemaphore.create(buffer, 4072, 1));
    }
}
