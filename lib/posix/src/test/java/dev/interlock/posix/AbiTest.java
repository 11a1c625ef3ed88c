package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every number, offset and size that this package takes for granted, as C compilers of each platform see it in their own
 * headers: a child process, made to believe that it runs on that CPU, writes a static assertion for each, and the
 * compiler checks them. Nothing is run, so a cross compiler will do.
 */
@Timeout(180)
class AbiTest {
    /** Constants whose C names are the Java names. */
    private static final List<String> PREFIXES = List.of(
            "O_", "MFD_", "EFD_", "SPLICE_", "F_", "PROT_", "MAP_", "MS_", "POLL", "CLOCK_", "S_", "AT_", "SYS_");

    /** The C names of system calls are lower case after this. */
    private static final String CALL = "SYS_";

    /** What lies where in the structures of C, by the class and the name of the Java constant. */
    private static final Map<String, String> STRUCTURES = Map.ofEntries(
            Map.entry("FileLock.F_RDLCK", "F_RDLCK"),
            Map.entry("FileLock.F_WRLCK", "F_WRLCK"),
            Map.entry("FileLock.F_UNLCK", "F_UNLCK"),
            Map.entry("FileLock.TYPE", "offsetof(struct flock, l_type)"),
            Map.entry("FileLock.WHENCE", "offsetof(struct flock, l_whence)"),
            Map.entry("FileLock.START", "offsetof(struct flock, l_start)"),
            Map.entry("FileLock.LENGTH", "offsetof(struct flock, l_len)"),
            Map.entry("FileLock.PID", "offsetof(struct flock, l_pid)"),
            Map.entry("MessageQueue.MAX_MESSAGES", "offsetof(struct mq_attr, mq_maxmsg)"),
            Map.entry("MessageQueue.MESSAGE_SIZE", "offsetof(struct mq_attr, mq_msgsize)"),
            Map.entry("MessageQueue.MESSAGES", "offsetof(struct mq_attr, mq_curmsgs)"),
            Map.entry("Blocker.POLLFD_BYTES", "sizeof(struct pollfd)"),
            Map.entry("Blocker.POLLFD_EVENTS", "offsetof(struct pollfd, events)"),
            Map.entry("Blocker.POLLFD_REVENTS", "offsetof(struct pollfd, revents)"),
            Map.entry("Poll.POLLFD_BYTES", "sizeof(struct pollfd)"),
            Map.entry("Poll.RESULT", "offsetof(struct pollfd, revents)"),
            Map.entry("UnnamedSemaphore.BYTES", "sizeof(sem_t)"),
            Map.entry("LibC.FALLOC_FL_KEEP_SIZE", "FALLOC_FL_KEEP_SIZE"),
            Map.entry("LibC.FALLOC_FL_PUNCH_HOLE", "FALLOC_FL_PUNCH_HOLE"),
            Map.entry("Names.NAME_MAX", "NAME_MAX"),
            Map.entry("Pipe.PIPE_BUF", "PIPE_BUF"),
            Map.entry("PosixSemaphore.MAX_PERMITS", "SEM_VALUE_MAX"),
            Map.entry("Signals.MAX_SIGNAL", "_NSIG - 1"));

    /** The same of statx(2), for which musl has had a header since 1.2.4. */
    private static final Map<String, String> STATX = Map.of(
            "LibC.STATX_BYTES", "sizeof(struct statx)",
            "LibC.STATX_NLINK", "offsetof(struct statx, stx_nlink)",
            "LibC.STATX_UID", "offsetof(struct statx, stx_uid)",
            "LibC.STATX_MODE", "offsetof(struct statx, stx_mode)",
            "LibC.STATX_SIZE", "offsetof(struct statx, stx_size)",
            "LibC.STATX_BASIC_STATS", "STATX_BASIC_STATS");

    /** The same of futex(2), for which the headers of the kernel must be there. */
    private static final Map<String, String> FUTEX = Map.of(
            "LibC.FUTEX_WAIT", "FUTEX_WAIT",
            "LibC.FUTEX_WAKE", "FUTEX_WAKE",
            "LibC.SYS_FUTEX_WAITV", "SYS_futex_waitv",
            "Blocker.WAITER_BYTES", "sizeof(struct futex_waitv)",
            "Blocker.WAITER_ADDRESS", "offsetof(struct futex_waitv, uaddr)",
            "Blocker.WAITER_FLAGS", "offsetof(struct futex_waitv, flags)",
            "Blocker.FUTEX2_SIZE_U32", "FUTEX_32");

    /** The types behind the integers and longs of the natives. */
    private static final Map<String, Integer> TYPES = Map.ofEntries(
            Map.entry("int", 4),
            Map.entry("mode_t", 4),
            Map.entry("pid_t", 4),
            Map.entry("clockid_t", 4),
            Map.entry("mqd_t", 4),
            Map.entry("long", 8),
            Map.entry("size_t", 8),
            Map.entry("ssize_t", 8),
            Map.entry("off_t", 8),
            Map.entry("nfds_t", 8),
            Map.entry("void *", 8),
            Map.entry("union sigval", 8),
            Map.entry("struct timespec", 16));

    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <limits.h>
            #include <mqueue.h>
            #include <poll.h>
            #include <semaphore.h>
            #include <signal.h>
            #include <stddef.h>
            #include <sys/eventfd.h>
            #include <sys/mman.h>
            #include <sys/stat.h>
            #include <sys/syscall.h>
            #include <time.h>
            #include <unistd.h>
            #if __has_include(<linux/futex.h>)
            #include <linux/types.h>
            #include <linux/futex.h>
            #endif
            #define SAME(c, java) _Static_assert((c) == (java), #c)
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "gcc, amd64",
        "musl-gcc, amd64",
        "x86_64-linux-gnu-gcc, amd64",
        "aarch64-linux-gnu-gcc, aarch64",
        "aarch64-linux-musl-gcc, aarch64"
    })
    void theHeadersOfCAgree(String compiler, String cpu) throws Exception {
        assumeTrue(Partner.isInstalled(compiler), compiler + " is not installed: its headers are not compared");
        boolean own = !compiler.equals("gcc") || System.getProperty("os.arch").equals(cpu);
        assumeTrue(own, "gcc here is not for " + cpu);
        List<String> command = Children.javaCommand(Assertions.class);
        command.add(1, "-Dos.arch=" + cpu);
        String assertions = Children.run(command);
        assertTrue(assertions.lines().count() > 240, assertions);
        Path source = Files.writeString(directory.resolve("abi.c"), HEADERS + assertions + "\n");
        assertEquals("", Children.run(List.of(compiler, "-std=gnu11", "-fsyntax-only", source.toString())));
    }

    /** Prints the assertions. */
    static final class Assertions {
        public static void main(String[] args) throws Exception {
            List<String> lines = new ArrayList<>();
            for (Field field : LibC.class.getDeclaredFields()) {
                String name = field.getName();
                if (PREFIXES.stream().anyMatch(name::startsWith) && !name.equals("SYS_FUTEX_WAITV")) {
                    lines.add(same(
                            name.startsWith(CALL) ? CALL + name.substring(4).toLowerCase(Locale.ROOT) : name, field));
                }
            }
            addAll(lines, STRUCTURES);
            lines.add("#ifdef STATX_BASIC_STATS");
            addAll(lines, STATX);
            lines.add("#endif\n#ifdef FUTEX_32");
            addAll(lines, FUTEX);
            lines.add("#endif");
            TYPES.forEach((type, bytes) -> lines.add("SAME(sizeof(" + type + "), " + bytes + ");"));
            for (Signal signal : Signal.values()) {
                lines.add("SAME(SIG" + signal + ", " + signal.number() + ");");
            }
            for (int errno = 1; errno < 134; errno++) {
                if (!Errno.name(errno).startsWith("errno")) {
                    lines.add("SAME(" + Errno.name(errno) + ", " + errno + ");");
                }
            }
            lines.add("SAME(_Alignof(sem_t) <= 8, 1);");
            lines.forEach(System.out::println);
        }

        private static void addAll(List<String> lines, Map<String, String> names) throws ReflectiveOperationException {
            for (Map.Entry<String, String> entry : names.entrySet()) {
                lines.add(same(entry.getValue(), field(entry.getKey())));
            }
        }

        private static Field field(String name) throws ReflectiveOperationException {
            int dot = name.indexOf('.');
            return Class.forName(Assertions.class.getPackageName() + "." + name.substring(0, dot))
                    .getDeclaredField(name.substring(dot + 1));
        }

        private static String same(String c, Field java) throws ReflectiveOperationException {
            assertTrue(Modifier.isStatic(java.getModifiers()), java::toString);
            java.setAccessible(true);
            return "SAME(" + c + ", " + java.getInt(null) + ");";
        }
    }
}
