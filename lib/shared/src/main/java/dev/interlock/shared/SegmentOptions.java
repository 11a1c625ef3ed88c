package dev.interlock.shared;

/**
 * How a segment is created; ignored where it exists.
 *
 * @param size its size in bytes, header and directory (about 400 KiB) included, up to 2^31 - 1; all of it is reserved
 * @param mode its permission bits, less those of the process's umask
 */
public record SegmentOptions(long size, int mode) {
    /** 4 MiB, for this user only. */
    public static final SegmentOptions DEFAULT = new SegmentOptions(4 << 20, 0600);

    /**
     * These options.
     *
     * @param size the size in bytes
     * @param mode the permission bits
     * @throws IllegalArgumentException if the size is too small for the header and directory, or too large for a buffer,
     *     or the mode has other bits than those of permissions
     */
    public SegmentOptions {
        if (size <= Format.OBJECTS || size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "size: " + size + " is not within " + (Format.OBJECTS + 1) + " to " + Integer.MAX_VALUE);
        }
        if ((mode & ~0777) != 0) {
            throw new IllegalArgumentException("mode: " + Integer.toOctalString(mode) + " is not within 0 to 777");
        }
    }

    /**
     * These options with another size.
     *
     * @param size the size in bytes
     * @return the options
     */
    public SegmentOptions withSize(long size) {
        return new SegmentOptions(size, mode);
    }

    /**
     * These options with another mode.
     *
     * @param mode the permission bits
     * @return the options
     */
    public SegmentOptions withMode(int mode) {
        return new SegmentOptions(size, mode);
    }
}
