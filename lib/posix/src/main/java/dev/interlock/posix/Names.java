package dev.interlock.posix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Checks the names and modes of POSIX objects before the kernel sees them. */
final class Names {
    /** NAME_MAX of Linux: bytes between two slashes. */
    static final int NAME_MAX = 255;

    private static final int PERMISSIONS = 0777;

    private Names() {}

    /** Checks a name as POSIX wants it for portable objects, "/name"; returns it as a C string. */
    static byte[] object(String name, int limit) {
        if (name.length() < 2 || name.charAt(0) != '/') {
            throw bad(name, "must be a slash and at least one more character");
        }
        if (name.indexOf('/', 1) >= 0) {
            throw bad(name, "must hold no slash but the leading one");
        }
        if (name.equals("/.") || name.equals("/..")) {
            throw bad(name, "is taken by the file system");
        }
        byte[] bytes = cString(name);
        int length = bytes.length - 2; // without the slash and the NUL
        if (length > limit) {
            throw bad(name, "has " + length + " bytes after the slash; the limit is " + limit);
        }
        return bytes;
    }

    /** The UTF-8 bytes of a text and a NUL; two texts never have the same. */
    static byte[] cString(String text) {
        if (text.indexOf('\0') >= 0) {
            throw bad(text.replace("\0", "\\0"), "must hold no NUL");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!new String(bytes, StandardCharsets.UTF_8).equals(text)) {
            throw bad(text, "must hold no half of a surrogate pair");
        }
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    static int mode(int mode) {
        if ((mode & ~PERMISSIONS) != 0) {
            throw new IllegalArgumentException("mode 0" + Integer.toOctalString(mode) + " is not within 0 and 0777");
        }
        return mode;
    }

    private static IllegalArgumentException bad(String name, String why) {
        return new IllegalArgumentException("name \"" + name + "\" " + why);
    }
}
