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

    /**
     * The cleaner is a thread and takes its time, above all on a busy machine: 2 s in all before a mapping is refused.
     */
    private static final int LONGEST_PAUSE_MILLIS = 1024;

    /** And 1/8 s before more are handed out. */
    private static final int SHORT_PAUSE_MILLIS = 64;

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
        ByteBuffer whole = adopt(LibC.buffer(address + lead, length), () -> LibC.munmap(address, bytes));
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

    /** To be called before mapping: sees to it that the kernel can give one more. */
    static void makeRoom(String object) {
        if (LIVE.get() < FEW) {
            return;
        }
        synchronized (Mapping.class) {
            int live = LIVE.get();
            if (live >= collectAt) {
                if (live >= MOST) {
                    collect(MOST - 1, LONGEST_PAUSE_MILLIS);
                } else {
                    collect(live / 2, SHORT_PAUSE_MILLIS);
                }
                collectAt = Math.max(FEW, Math.min(MOST, 2 * LIVE.get()));
            }
        }
        if (LIVE.get() >= MOST) {
            throw PosixException.of("mmap", object, Errno.ENOMEM, MOST + " mappings are in use");
        }
    }

    /** Collects garbage and waits until few enough mappings are left, with pauses of 1, 2, 4 and so on milliseconds. */
    private static void collect(int enough, int longestPauseMillis) {
        System.gc();
        boolean interrupted = false;
        for (int pause = 1; LIVE.get() > enough && pause <= longestPauseMillis; pause *= 2) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts a mapping, and unmaps it once no view of its buffer is left; every view keeps the buffer it came from. */
    static ByteBuffer adopt(ByteBuffer root, Runnable unmap) {
        LIVE.incrementAndGet();
        CLEANER.register(root, () -> {
            unmap.run();
            LIVE.decrementAndGet();
        });
        return root;
    }
}
