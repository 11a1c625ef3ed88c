package dev.interlock.posix;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** Bytes between buffers and descriptors; those of the heap go through a little native memory of the thread. */
final class Transfer {
    /** The default capacity of a pipe: no call moves more in one go, as a rule. */
    private static final int CHUNK = 1 << 16;

    private static final ThreadLocal<ByteBuffer> TEMPORARY = new ThreadLocal<>();

    private Transfer() {}

    /** Native memory of the calling thread, with at least this capacity, cleared. */
    static ByteBuffer temporary(int capacity) {
        ByteBuffer present = TEMPORARY.get();
        if (present == null || present.capacity() < capacity) {
            present = ByteBuffer.allocateDirect(Math.max(capacity, CHUNK));
            TEMPORARY.set(present);
        }
        return present.clear();
    }

    /** Reads once; returns the number of bytes, 0 at the end, or the negative error number. */
    static int read(int descriptor, ByteBuffer target) {
        if (target.isDirect()) {
            int count = read(descriptor, target, target.position(), target.remaining());
            target.position(target.position() + Math.max(0, count));
            return count;
        }
        ByteBuffer temporary = temporary(0);
        int count = read(descriptor, temporary, 0, Math.min(CHUNK, target.remaining()));
        if (count > 0) {
            target.put(temporary.limit(count));
        }
        return count;
    }

    /** Writes once; returns the number of bytes, or the negative error number. */
    static int write(int descriptor, ByteBuffer source) {
        int count;
        if (source.isDirect()) {
            count = write(descriptor, source, source.position(), source.remaining());
        } else {
            int length = Math.min(CHUNK, source.remaining());
            ByteBuffer temporary = temporary(0);
            temporary.put(0, source, source.position(), length);
            count = write(descriptor, temporary, 0, length);
        }
        source.position(source.position() + Math.max(0, count));
        return count;
    }

    private static int read(int descriptor, ByteBuffer direct, int position, int length) {
        long count;
        do {
            count = LibC.read(descriptor, LibC.address(direct) + position, length);
        } while (count == -1 && LibC.errno() == Errno.EINTR);
        Reference.reachabilityFence(direct);
        return count == -1 ? -LibC.errno() : (int) count;
    }

    private static int write(int descriptor, ByteBuffer direct, int position, int length) {
        long count;
        do {
            count = LibC.write(descriptor, LibC.address(direct) + position, length);
        } while (count == -1 && LibC.errno() == Errno.EINTR);
        Reference.reachabilityFence(direct);
        return count == -1 ? -LibC.errno() : (int) count;
    }
}
