package dev.interlock.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.MailboxContractTest;
import dev.interlock.contract.MortalMemory;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RingMailboxTest extends MailboxContractTest {
    @Override
    protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
        return new RingMailbox<>(Memory.heap(), Codec.int64(), capacity, Long.BYTES, waiting);
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        for (int capacity : new int[] {0, -1, Integer.MAX_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> mailbox(capacity, WaitStrategy.PARK));
        }
        assertThrows(IllegalArgumentException.class, () -> new RingMailbox<>(Memory.heap(), Codec.int64(), 1, -1));
        assertThrows(NullPointerException.class, () -> new RingMailbox<Long>(Memory.heap(), null, 1, 8));
    }

    @Test
    void aMessageTooLongIsRefusedBeforeAnythingIsWritten() throws InterruptedException {
        Mailbox<String> mailbox = new RingMailbox<>(Memory.heap(), Codec.utf8(), 2, 4);
        assertThrows(IllegalArgumentException.class, () -> mailbox.send("12345"));
        assertThrows(IllegalArgumentException.class, () -> mailbox.trySend("a\u20ac\u20ac"));
        assertNull(mailbox.tryReceive());
        mailbox.send("\ud83d\ude00");
        assertEquals("\ud83d\ude00", mailbox.receive());
    }

    @Test
    void aCodecThatFailsLeavesTheMailboxAsItWas() {
        Mailbox<String> mailbox = new RingMailbox<>(Memory.heap(), new Liar(), 4, 8);
        assertThrows(IllegalArgumentException.class, () -> mailbox.send("short"));
        assertThrows(RuntimeException.class, () -> mailbox.send("long"));
        assertThrows(ArithmeticException.class, () -> mailbox.send("broken"));
        for (int i = 0; i < 3; i++) {
            assertNull(mailbox.tryReceive());
            assertTrue(mailbox.trySend("honest"));
            assertEquals("honest", mailbox.tryReceive());
        }
    }

    @Test
    void whatAReceiverHadNotHandledWhenItDiedIsDeliveredAgain() throws InterruptedException {
        MortalMemory memory = new MortalMemory();
        RingMailbox<String> mailbox = new RingMailbox<>(memory, Codec.utf8(), 4, 8);
        mailbox.send("first");
        mailbox.send("second");
        memory.runAndDie(() -> {
            try {
                mailbox.accept().close();
                assertEquals("second", mailbox.accept().message());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        mailbox.close();
        try (Delivery<String> delivery = mailbox.tryAccept(1, TimeUnit.DAYS)) {
            assertEquals("second", delivery.message());
            assertEquals(memory.self(), delivery.sender());
            assertTrue(delivery.redelivered());
        }
        assertThrows(MailboxClosedException.class, mailbox::accept);
    }

    @Test
    void aMessageThatCannotBeDecodedIsGoneAfterOneFailure() throws InterruptedException {
        RingMailbox<Long> mailbox = new RingMailbox<>(Memory.heap(), Codec.int64(), 1, 8);
        assertNull(mailbox.tryAccept(0, TimeUnit.SECONDS));
        mailbox.send(7L);
        try (Delivery<Long> delivery = mailbox.accept()) {
            assertEquals(7L, delivery.message());
            assertFalse(delivery.redelivered());
            assertFalse(mailbox.trySend(8L), "not received yet");
        }
        assertTrue(mailbox.trySend(8L));
        RingMailbox<String> broken = new RingMailbox<>(Memory.heap(), new Liar(), 1, 8);
        assertTrue(broken.trySend("broken on arrival"));
        assertThrows(ArithmeticException.class, broken::accept);
        assertNull(broken.tryReceive());
        assertTrue(broken.trySend("honest"));
        assertEquals("honest", broken.receive());
    }

    private static final class Liar implements Codec<String> {
        @Override
        public int length(String message) {
            return 4;
        }

        @Override
        public void encode(String message, ByteBuffer target) {
            switch (message) {
                case "short":
                    target.putShort((short) 0);
                    break;
                case "long":
                    target.putLong(0);
                    break;
                case "broken":
                    throw new ArithmeticException();
                default:
                    target.putInt(message.startsWith("broken") ? 1 : 0);
            }
        }

        @Override
        public String decode(ByteBuffer source) {
            if (source.getInt() != 0) {
                throw new ArithmeticException();
            }
            return "honest";
        }
    }
}
