package dev.interlock.posix;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;

/** Mappings of memory into this process: each lives until the last buffer over it is unreachable. */
final class Mapping {
    private static final Cleaner CLEANER = Cleaner.create();

    /** No mapping starts at the top of the address space. */
    private static final long FAILED = -1;

    private static final int PAGE_BYTES = LibC.pageBytes();

    /**
     * As many mappings may wait for the garbage collector before it is called. The kernel allows a process 65530 in all
     * (vm.max_map_count), and a JVM that cannot get one for itself ends at once: buffers alone, being small, would not
     * make it collect in time.
     */
    private static final int FEW = 8192;

    /** More are refused, to keep the rest for the JVM. */
    private static final int MOST = 49_152;

    private static final AtomicInteger LIVE = new AtomicInteger();

    /** The number of mappings at which to collect garbage next; guarded by the class. */
    private static int collectAt = FEW;

    private Mapping() {}

    /**
     * Maps a part of a file, which must lie within the file: an access beyond its end would raise SIGBUS.
     *
     * @param offset any number; the kernel's alignment is seen to here
     */
    static ByteBuffer map(int descriptor, long offset, int length, boolean writable, String object) {
        makeRoom(object);
        int lead = (int) (offset % PAGE_BYTES);
        long start = offset - lead;
        long bytes = (long) length + lead;
        int protection = writable ? LibC.PROT_READ | LibC.PROT_WRITE : LibC.PROT_READ;
        long address = LibC.mmap(0, bytes, protection, LibC.MAP_SHARED, descriptor, start);
        if (address == FAILED) {
            throw PosixException.of("mmap", object, LibC.errno(), "offset " + offset + ", length " + length);
        }
        LIVE.incrementAndGet();
        ByteBuffer whole = LibC.buffer(address + lead, length);
        onUnreachable(whole, new Unmap(address, bytes));
        return (writable ? whole : whole.asReadOnlyBuffer()).order(ByteOrder.nativeOrder());
    }

    static void sync(ByteBuffer buffer) {
        long address = LibC.address(buffer);
        long start = address - address % PAGE_BYTES;
        if (buffer.capacity() > 0 && LibC.msync(start, address - start + buffer.capacity(), LibC.MS_SYNC) == -1) {
            throw PosixException.last("msync", buffer.toString());
        }
        Reference.reachabilityFence(buffer);
    }

    private static void makeRoom(String object) {
        if (LIVE.get() < FEW) {
            return;
        }
        synchronized (Mapping.class) {
            if (LIVE.get() >= collectAt) {
                System.gc();
                awaitCleaner();
                collectAt = Math.max(FEW, Math.min(MOST, 2 * LIVE.get()));
            }
        }
        if (LIVE.get() >= MOST) {
            throw PosixException.of("mmap", object, Errno.ENOMEM, MOST + " mappings are in use");
        }
    }

    /** Waits while the cleaner makes progress, 10 ms at a time. */
    private static void awaitCleaner() {
        boolean interrupted = false;
        int before;
        do {
            before = LIVE.get();
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        } while (LIVE.get() < before);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs an action once no view of the buffer is left; every view keeps the buffer from which it came. */
    static void onUnreachable(ByteBuffer root, Runnable action) {
        CLEANER.register(root, action);
    }

    private record Unmap(long address, long bytes) implements Runnable {
        @Override
        public void run() {
            LibC.munmap(address, bytes);
            LIVE.decrementAndGet();
        }
    }
}
