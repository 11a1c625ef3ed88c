package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Access as a user without privileges to what root made; needs root and setpriv. */
@Timeout(600)
class UnprivilegedTest {
    private static final String NOBODY = "65534";

    private final String name = Children.name("root");

    @TempDir
    private Path directory;

    @BeforeEach
    void openToAll() throws Exception {
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "only root can become a user without privileges");
        assumeTrue(Partner.isInstalled("setpriv"), "setpriv is not installed: no way to become another user");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void removeWhatIsLeft() throws Exception {
        Files.deleteIfExists(Path.of("/dev/shm" + name));
        Files.deleteIfExists(Path.of("/dev/shm" + name + "-open"));
        Files.deleteIfExists(Path.of("/dev/shm/sem." + name.substring(1)));
        try {
            MessageQueue.unlink(name);
        } catch (PosixException.NotFound e) {
            assertEquals(name, e.object()); // the test had none
        }
    }

    /** The class path again, where everybody may read it. */
    private String readableClassPath() throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path source = Path.of(entry).toAbsolutePath();
            boolean needed = Files.isDirectory(source) || source.toString().contains("jna");
            if (needed) {
                Path target = directory.resolve("" + copies.size() + "-" + source.getFileName());
                copy(source, target);
                copies.add(target.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path to = target.resolve(source.relativize(file).toString());
                Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
                Files.setPosixFilePermissions(
                        to, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private String runAsNobody(Class<?> main, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--"));
        List<String> java = Children.javaCommand(main, arguments);
        java.set(java.indexOf("-cp") + 1, readableClassPath());
        command.addAll(java);
        return Children.run(command);
    }

    @Test
    void whatIsForTheOwnerAloneIsDeniedToOthers() throws Exception {
        Fifo fifo = Fifo.create(directory.resolve("fifo"));
        try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW);
                NamedSemaphore semaphore = NamedSemaphore.open(name, Creation.CREATE_NEW, 0600, 1);
                MessageQueue queue = MessageQueue.open(name, Creation.CREATE_NEW)) {
            memory.reserve(4096);
            assertEquals(
                    """
                    shm_open EACCES
                    shm_open EACCES
                    shm_open EACCES
                    shm_unlink EACCES or EPERM
                    exists
                    sem_open EACCES
                    sem_unlink EACCES or EPERM
                    mq_open EACCES
                    mq_unlink EACCES or EPERM
                    open EACCES
                    mkfifo EACCES
                    kill EPERM
                    sigqueue EPERM
                    pidfd_getfd EPERM
                    fcntl(F_SETPIPE_SZ) EPERM""",
                    runAsNobody(
                            Intruder.class,
                            name,
                            fifo.path().toString(),
                            "" + ProcessHandle.current().pid(),
                            "" + memory.descriptor()));
            assertEquals(1, semaphore.availablePermits());
            assertEquals(0, queue.attributes().messages());
        }
    }

    /** Tries everything and prints what was denied. */
    static final class Intruder {
        public static void main(String[] args) throws Exception {
            String name = args[0];
            Fifo fifo = Fifo.of(Path.of(args[1]));
            long root = Long.parseLong(args[2]);
            int descriptor = Integer.parseInt(args[3]);
            denied(() -> SharedMemory.open(name, Creation.OPEN));
            denied(() -> SharedMemory.open(name, Creation.OPEN_OR_CREATE));
            denied(() -> SharedMemory.openReadOnly(name));
            denied(() -> SharedMemory.unlink(name));
            System.out.println(SharedMemory.exists(name) ? "exists" : "missing");
            denied(() -> NamedSemaphore.open(name));
            denied(() -> NamedSemaphore.unlink(name));
            denied(() -> MessageQueue.open(name, Creation.OPEN));
            denied(() -> MessageQueue.unlink(name));
            denied(fifo::openSourceNonBlocking);
            denied(() -> Fifo.create(fifo.path().resolveSibling("mine")));
            denied(() -> Signals.send(root, Signal.USR1));
            denied(() -> Signals.queue(root, Signal.USR1, 1));
            denied(() -> SharedMemory.ofProcess(root, descriptor));
            try (Pipe pipe = Pipe.open()) {
                denied(() -> pipe.sink().capacity(1 << 30));
            }
        }

        private static void denied(Runnable attempt) {
            try {
                attempt.run();
                System.out.println("allowed");
            } catch (PosixException.AccessDenied e) {
                boolean either = e.call().endsWith("unlink");
                System.out.println(e.call() + " " + (either ? "EACCES or EPERM" : e.errnoName()));
            }
        }
    }

    @Test
    void whatMayBeReadByAllIsReadByOthersAndNotWritten() throws Exception {
        try (SharedMemory memory = SharedMemory.open(name, Creation.CREATE_NEW)) {
            memory.grow(4096).putInt(0, 99);
            memory.chmod(0644);
            assertEquals("99 owned by 0, AccessDenied", runAsNobody(Guest.class, name));
        }
    }

    static final class Guest {
        public static void main(String[] args) {
            try (SharedMemory memory = SharedMemory.openReadOnly(args[0])) {
                System.out.print(memory.map().getInt(0) + " owned by " + memory.owner() + ", ");
                SharedMemory.open(args[0], Creation.OPEN);
            } catch (PosixException e) {
                System.out.println(e.getClass().getSimpleName());
            }
        }
    }

    /** Whoever knows a name may make the object first; its owner tells. */
    @Test
    void anObjectThatAnotherUserPutThereIsFoundAsHis() throws Exception {
        assertEquals("made", runAsNobody(Squatter.class, name));
        try (SharedMemory memory = SharedMemory.open(name, Creation.OPEN_OR_CREATE)) {
            assertFalse(memory.isCreator());
            assertEquals(Integer.parseInt(NOBODY), memory.owner());
        }
        assertThrows(PosixException.AlreadyExists.class, () -> SharedMemory.open(name, Creation.CREATE_NEW));
    }

    static final class Squatter {
        public static void main(String[] args) {
            try (SharedMemory memory = SharedMemory.open(args[0], Creation.CREATE_NEW)) {
                memory.chmod(0666);
                System.out.println("made");
            }
        }
    }

    @Test
    void theUmaskTakesBitsAwayAndChmodGivesThemBack() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "umask 027; exec \"$@\"", "sh"));
        command.addAll(Children.javaCommand(Masked.class, name + "-open", "" + directory.resolve("fifo")));
        assertEquals("rw-r----- rw-r----- rw-r----- rw-r----- then rw-rw-rw-", Children.run(command));
    }

    /** Prints the permissions that each kind of object gets if all are asked for. */
    static final class Masked {
        public static void main(String[] args) throws Exception {
            Path fifo = Fifo.create(Path.of(args[1]), 0666).path();
            try (SharedMemory memory = SharedMemory.open(args[0], Creation.CREATE_NEW, 0666);
                    NamedSemaphore semaphore = NamedSemaphore.open(args[0], Creation.CREATE_NEW, 0666, 1);
                    MessageQueue queue = MessageQueue.open(args[0], Creation.CREATE_NEW, 0666, 1, 1)) {
                Path shared = Path.of("/dev/shm" + args[0]);
                System.out.print(permissions(shared));
                System.out.print(
                        permissions(Path.of("/dev/shm/sem." + semaphore.name().substring(1))));
                System.out.print(
                        permissions(Path.of("/proc/self/fd/" + queue.polled().number())));
                System.out.print(permissions(fifo));
                memory.chmod(0666);
                System.out.println("then " + permissions(shared));
            } finally {
                SharedMemory.unlink(args[0]);
                NamedSemaphore.unlink(args[0]);
                MessageQueue.unlink(args[0]);
            }
        }

        private static String permissions(Path file) throws IOException {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + " ";
        }
    }
}
