package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class SignalsTest {
    private final long self = ProcessHandle.current().pid();
    private final Semaphore received = new Semaphore(0);

    private boolean isReceived() throws InterruptedException {
        return received.tryAcquire(30, TimeUnit.SECONDS);
    }

    @Test
    void aHandlerRunsUntilItIsClosed() throws Exception {
        try (Signals.Handler usual = Signals.handle(Signal.USR1, () -> received.release(1000))) {
            try (Signals.Handler handler = Signals.handle(Signal.USR1, received::release)) {
                Signals.send(self, Signal.USR1);
                assertTrue(isReceived());
                Signals.queue(self, Signal.USR1, 5);
                assertTrue(isReceived());
                assertEquals(0, received.availablePermits());
                assertEquals("handler of USR1", handler.toString());
            }
            Signals.send(self, Signal.USR1);
            assertTrue(received.tryAcquire(1000, 30, TimeUnit.SECONDS));
            assertEquals("handler of USR1", usual.toString());
        }
    }

    @Test
    void theShellSignalsTheJvm() throws Exception {
        try (Signals.Handler handler = Signals.handle(Signal.WINCH, received::release)) {
            Children.run(List.of("sh", "-c", "kill -WINCH " + self));
            assertTrue(isReceived(), handler::toString);
        }
    }

    @Test
    void theSignalsOfTheJvmAreRefusedWithTheList() {
        for (Signal signal : Signals.reserved()) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> Signals.handle(signal, received::release));
            assertTrue(e.getMessage().contains("SEGV"), e.getMessage());
            assertTrue(e.getMessage().contains(signal.name()), e.getMessage());
        }
        assertTrue(Signals.reserved()
                .containsAll(List.of(Signal.SEGV, Signal.QUIT, Signal.KILL, Signal.STOP, Signal.USR2)));
        assertThrows(
                UnsupportedOperationException.class, () -> Signals.reserved().clear());
    }

    @Test
    void aProcessIsEndedBySignals() throws Exception {
        Process child = Children.start(List.of("sleep", "60"));
        Signals.send(child.pid(), Signal.TERM);
        assertTrue(child.waitFor(30, TimeUnit.SECONDS));
        PosixException e = assertThrows(PosixException.class, () -> Signals.send(child.pid(), Signal.TERM));
        assertEquals("ESRCH", e.errnoName());
        assertEquals("process " + child.pid(), e.object());
    }

    @Test
    void groupsAndNonsenseAreRefused() {
        for (long bad : new long[] {0, -1, 1L << 32}) {
            assertThrows(IllegalArgumentException.class, () -> Signals.send(bad, Signal.TERM));
        }
        assertThrows(IllegalArgumentException.class, () -> Signals.queue(self, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> Signals.queue(self, 65, 1));
    }
}
