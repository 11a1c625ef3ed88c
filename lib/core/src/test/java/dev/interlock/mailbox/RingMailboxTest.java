package dev.interlock.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.MailboxContractTest;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.nio.ByteBuffer;
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
        Mailbox<String> mailbox = new RingMailbox<>(Memory.heap(), new Liar(), 2, 8);
        assertThrows(IllegalArgumentException.class, () -> mailbox.send("short"));
        assertThrows(RuntimeException.class, () -> mailbox.send("long"));
        assertThrows(ArithmeticException.class, () -> mailbox.send("broken"));
        for (int i = 0; i < 3; i++) {
            assertNull(mailbox.tryReceive());
            assertTrue(mailbox.trySend("honest"));
            assertEquals("honest", mailbox.tryReceive());
        }
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
                    target.putInt(0);
            }
        }

        @Override
        public String decode(ByteBuffer source) {
            return "honest";
        }
    }
}
