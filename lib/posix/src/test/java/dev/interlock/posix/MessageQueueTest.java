package dev.interlock.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.posix.MessageQueue.Attributes;
import dev.interlock.posix.MessageQueue.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class MessageQueueTest {
    private final String name = Children.name("mq");
    private MessageQueue queue;

    @BeforeEach
    void open() {
        queue = MessageQueue.open(name, Creation.CREATE_NEW, 0600, 4, 64);
    }

    @AfterEach
    void close() {
        queue.close();
        try {
            MessageQueue.unlink(name);
        } catch (PosixException.NotFound e) {
            assertEquals(name, e.object()); // the test has unlinked it itself
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private String received() {
        Message message = queue.tryReceive();
        return new String(message.bytes(), UTF_8) + message.priority();
    }

    @Test
    void theHighestPriorityComesFirstAndWithinOneTheOldest() throws Exception {
        queue.send(bytes("a"), 1);
        queue.send(bytes("b"), 7);
        queue.send(bytes("c"), 1);
        queue.send(bytes("d"), 32767);
        assertEquals("d32767", received());
        assertEquals("b7", received());
        assertEquals("a1", received());
        assertEquals("c1", received());
        assertNull(queue.tryReceive());
    }

    @Test
    void messagesOfAnyLengthUpToTheSizeArriveWhole() throws Exception {
        for (int length = 0; length <= 64; length++) {
            byte[] sent = new byte[length];
            java.util.Arrays.fill(sent, (byte) length);
            queue.send(sent, 0);
            assertArrayEquals(sent, queue.receive().bytes());
        }
        PosixException e = assertThrows(PosixException.MessageTooLong.class, () -> queue.send(new byte[65], 0));
        assertEquals(
                "mq_send(\"" + name + "\"): EMSGSIZE (Message too long): 65 bytes; the queue takes 64", e.getMessage());
    }

    @Test
    void theAttributesAreThoseAskedFor() throws Exception {
        assertEquals(new Attributes(4, 64, 0), queue.attributes());
        queue.send(new byte[1], 0);
        assertEquals(new Attributes(4, 64, 1), queue.attributes());
        try (MessageQueue same = MessageQueue.open(name, Creation.OPEN_OR_CREATE, 0600, 1, 1)) {
            assertEquals(new Attributes(4, 64, 1), same.attributes());
            assertFalse(same.isCreator());
            assertTrue(queue.isCreator());
        }
    }

    @Test
    void aFullQueueRefusesWithoutWaiting() {
        for (int message = 0; message < 4; message++) {
            assertTrue(queue.trySend(new byte[0], 0));
        }
        assertFalse(queue.trySend(new byte[0], 0));
    }

    @Test
    void blockedSendersAndReceiversGoOnWhenTheyCan() throws Exception {
        Concurrent<Message> receiver = Concurrent.start(queue::receive);
        receiver.awaitBlocked();
        queue.send(bytes("x"), 3);
        assertEquals(3, receiver.join().priority());
        while (queue.trySend(new byte[1], 0)) {
            Thread.onSpinWait();
        }
        Concurrent<Void> sender = Concurrent.start(() -> {
            queue.send(bytes("late"), 0);
            return null;
        });
        sender.awaitBlocked();
        queue.receive();
        sender.join();
        assertEquals(4, queue.attributes().messages());
    }

    @Test
    void timedCallsGiveUpNotBeforeTheirTime() throws Exception {
        long start = System.nanoTime();
        assertNull(queue.receive(30, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= 30_000_000);
        while (queue.trySend(new byte[1], 0)) {
            Thread.onSpinWait();
        }
        start = System.nanoTime();
        assertFalse(queue.send(new byte[1], 0, 30, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= 30_000_000);
        assertFalse(queue.send(new byte[1], 0, -1, TimeUnit.SECONDS));
    }

    @Test
    void blockedCallsEndOnInterruptAndOnClose() throws Exception {
        Concurrent<Message> interrupted = Concurrent.start(queue::receive);
        interrupted.awaitBlocked();
        interrupted.thread.interrupt();
        assertThrows(InterruptedException.class, interrupted::join);
        Concurrent<Message> closed = Concurrent.start(queue::receive);
        closed.awaitBlocked();
        queue.close();
        assertThrows(IllegalStateException.class, closed::join);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> queue.trySend(new byte[1], 0));
        assertEquals("\"" + name + "\" is closed", e.getMessage());
        assertThrows(IllegalStateException.class, queue::attributes);
    }

    @Test
    void takenAndMissingNamesAreTyped() {
        assertThrows(PosixException.AlreadyExists.class, () -> MessageQueue.open(name, Creation.CREATE_NEW));
        assertThrows(PosixException.NotFound.class, () -> MessageQueue.open(name + "x", Creation.OPEN));
        PosixException e = assertThrows(PosixException.NotFound.class, () -> MessageQueue.unlink(name + "x"));
        assertEquals("mq_unlink", e.call());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "jobs", "/a/b", "/.", "/..", "/nul\0here", "/half\ud800"})
    void aNameThatIsNoneIsRefused(String bad) {
        assertThrows(IllegalArgumentException.class, () -> MessageQueue.open(bad, Creation.OPEN_OR_CREATE));
        assertThrows(IllegalArgumentException.class, () -> MessageQueue.unlink(bad));
    }

    @Test
    void theLongestNameWorks() {
        String longest = "/" + "q".repeat(255);
        MessageQueue.open(longest, Creation.CREATE_NEW).close();
        MessageQueue.unlink(longest);
        assertThrows(IllegalArgumentException.class, () -> MessageQueue.open(longest + "q", Creation.CREATE_NEW));
    }

    @Test
    void badNumbersAreRefused() {
        String other = name + "-bad";
        assertThrows(IllegalArgumentException.class, () -> queue.trySend(new byte[1], -1));
        assertThrows(IllegalArgumentException.class, () -> queue.trySend(new byte[1], 32768));
        assertThrows(IllegalArgumentException.class, () -> MessageQueue.open(other, Creation.CREATE_NEW, 0600, 0, 64));
        assertThrows(IllegalArgumentException.class, () -> MessageQueue.open(other, Creation.CREATE_NEW, 0600, 1, -1));
        assertThrows(IllegalArgumentException.class, () -> MessageQueue.open(other, Creation.CREATE_NEW, -1, 1, 1));
    }

    @Test
    void theLimitsAreNamedWhenTheyAreExceeded() throws Exception {
        PosixException e = assertThrows(
                PosixException.class,
                () -> MessageQueue.open(name + "-big", Creation.CREATE_NEW, 0600, 1_000_000, 1 << 30));
        StringBuilder limits = new StringBuilder("EINVAL (Invalid argument): limits in /proc/sys/fs/mqueue: ");
        for (String limit : List.of("msg_max", "msgsize_max", "queues_max")) {
            limits.append(limit)
                    .append(' ')
                    .append(Children.run(List.of("cat", "/proc/sys/fs/mqueue/" + limit)))
                    .append(limit.equals("queues_max") ? "; " : ", ");
        }
        assertEquals("mq_open(\"" + name + "-big\"): " + limits + "and ulimit -q", e.getMessage());
    }

    @Test
    void anUnlinkedQueueGoesOnForItsHolders() throws Exception {
        MessageQueue.unlink(name);
        queue.send(bytes("x"), 0);
        assertEquals(1, queue.receive().bytes().length);
        assertThrows(PosixException.NotFound.class, () -> MessageQueue.open(name, Creation.OPEN));
    }

    @Test
    void eachMessageReachesExactlyOneOfManyReceivers() throws Exception {
        int each = 5000;
        List<Concurrent<Long>> receivers = new ArrayList<>();
        for (int receiver = 0; receiver < 3; receiver++) {
            receivers.add(Concurrent.start(() -> {
                long sum = 0;
                for (Message message = queue.receive(); message.bytes().length > 0; message = queue.receive()) {
                    sum += Integer.parseInt(new String(message.bytes(), UTF_8));
                }
                return sum;
            }));
        }
        List<Concurrent<Void>> senders = new ArrayList<>();
        for (int sender = 0; sender < 2; sender++) {
            senders.add(Concurrent.start(() -> {
                for (int number = 1; number <= each; number++) {
                    queue.send(bytes("" + number), 5);
                }
                return null;
            }));
        }
        for (Concurrent<Void> sender : senders) {
            sender.join();
        }
        for (int receiver = 0; receiver < 3; receiver++) {
            queue.send(new byte[0], 0);
        }
        long sum = 0;
        for (Concurrent<Long> receiver : receivers) {
            sum += receiver.join();
        }
        assertEquals(2L * each * (each + 1) / 2, sum);
    }
}
