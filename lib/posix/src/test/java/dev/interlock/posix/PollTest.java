package dev.interlock.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.posix.Poll.Event;
import dev.interlock.posix.Poll.Ready;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@SuppressWarnings("try") // closing early is what is tested
class PollTest {
    private final Poll poll = new Poll();
    private final Pipe pipe = Pipe.open();

    @AfterEach
    void close() {
        poll.close();
        pipe.close();
    }

    private List<Ready> look() throws InterruptedException {
        return poll.await(0, TimeUnit.SECONDS);
    }

    @Test
    void everyKindIsReportedAndStaysSoUntilRead(@TempDir Path directory) throws Exception {
        String name = Children.name("poll");
        Fifo fifo = Fifo.create(directory.resolve("fifo"));
        try (EventFd counter = EventFd.create(0);
                MessageQueue queue = MessageQueue.open(name, Creation.CREATE_NEW);
                PipeSource source = fifo.openSourceNonBlocking();
                PipeSink sink = fifo.openSinkNonBlocking()) {
            poll.add(pipe.source(), Event.READ);
            poll.add(counter, Event.READ);
            poll.add(queue, Event.READ);
            poll.add(source, Event.READ);
            assertEquals(List.of(), look());
            pipe.sink().write(ByteBuffer.allocate(1));
            assertEquals(List.of(new Ready(pipe.source(), true, false, false, false)), poll.await());
            counter.add(1);
            queue.send(new byte[0], 0);
            sink.write(ByteBuffer.allocate(1));
            assertEquals(4, look().size());
            assertEquals(4, look().size());
            counter.take();
            queue.receive();
            assertEquals(2, look().size());
        } finally {
            MessageQueue.unlink(name);
        }
    }

    @Test
    void roomToWriteIsReported() throws Exception {
        poll.add(pipe.sink(), Event.WRITE);
        assertEquals(List.of(new Ready(pipe.sink(), false, true, false, false)), look());
        pipe.sink().configureBlocking(false);
        pipe.sink().write(ByteBuffer.allocate(1 << 20));
        assertEquals(List.of(), look());
        pipe.source().read(ByteBuffer.allocate(1 << 16));
        assertEquals(1, look().size());
    }

    @Test
    void aHangUpAndABrokenSinkAreReportedUnasked() throws Exception {
        poll.add(pipe.source(), Event.READ);
        pipe.sink().close();
        assertTrue(look().get(0).isHangUp());
        try (Pipe other = Pipe.open()) {
            poll.add(other.sink(), Event.WRITE);
            other.source().close();
            assertTrue(look().get(1).isError());
        }
    }

    @Test
    void aTimedWaitEndsNotBeforeItsTime() throws Exception {
        poll.add(pipe.source(), Event.READ);
        long start = System.nanoTime();
        assertEquals(List.of(), poll.await(30, TimeUnit.MILLISECONDS));
        assertTrue(System.nanoTime() - start >= 30_000_000);
    }

    @Test
    void wakeupEndsThePresentWaitOrTheNext() throws Exception {
        poll.wakeup();
        assertEquals(List.of(), poll.await());
        Concurrent<List<Ready>> waiter = Concurrent.start(() -> poll.await());
        waiter.awaitBlocked();
        poll.wakeup();
        assertEquals(List.of(), waiter.join());
        assertEquals(List.of(), poll.await(1, TimeUnit.MILLISECONDS));
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        Concurrent<List<Ready>> waiter = Concurrent.start(() -> poll.await());
        waiter.awaitBlocked();
        waiter.thread.interrupt();
        assertThrows(InterruptedException.class, waiter::join);
    }

    @Test
    void closingThePollEndsTheWait() throws Exception {
        poll.add(pipe.source(), Event.READ);
        Concurrent<List<Ready>> waiter = Concurrent.start(() -> poll.await());
        waiter.awaitBlocked();
        poll.close();
        assertThrows(IllegalStateException.class, waiter::join);
        assertThrows(IllegalStateException.class, () -> poll.add(pipe.sink(), Event.WRITE));
        assertTrue(pipe.source().isOpen());
    }

    @Test
    void aWaitGoesOnWithWhatIsAddedAndWithoutWhatIsRemovedOrClosed() throws Exception {
        try (Pipe closed = Pipe.open();
                EventFd removed = EventFd.create(0)) {
            poll.add(closed.source(), Event.READ);
            poll.add(removed, Event.READ);
            Concurrent<List<Ready>> waiter = Concurrent.start(() -> poll.await());
            waiter.awaitBlocked();
            closed.source().close();
            poll.remove(removed);
            removed.add(1);
            poll.add(pipe.source(), Event.READ);
            pipe.sink().write(ByteBuffer.allocate(1));
            List<Ready> ready = waiter.join();
            assertSame(pipe.source(), ready.get(0).object());
            assertEquals(1, ready.size());
            assertEquals(1, poll.size());
            assertThrows(IllegalStateException.class, () -> poll.add(closed.source(), Event.READ));
        }
    }

    @Test
    void twoThreadsWaitOneAfterTheOther() throws Exception {
        poll.add(pipe.source(), Event.READ);
        List<Concurrent<List<Ready>>> waiters =
                List.of(Concurrent.start(() -> poll.await()), Concurrent.start(() -> poll.await()));
        pipe.sink().write(ByteBuffer.allocate(1));
        for (Concurrent<List<Ready>> waiter : waiters) {
            assertEquals(1, waiter.join().size());
        }
    }

    @Test
    void thousandsOfDescriptorsAreWatched() throws Exception {
        List<EventFd> counters = new ArrayList<>();
        try {
            for (int index = 0; index < 3000; index++) {
                EventFd counter = EventFd.create(0);
                counters.add(counter);
                poll.add(counter, Event.READ);
            }
            Random random = new Random(1);
            for (int round = 0; round < 50; round++) {
                Set<Pollable> expected = new HashSet<>();
                for (int index = 0; index < 5; index++) {
                    EventFd counter = counters.get(random.nextInt(counters.size()));
                    counter.add(1);
                    expected.add(counter);
                }
                Set<Pollable> seen = new HashSet<>();
                for (Ready ready : poll.await()) {
                    seen.add(ready.object());
                    assertTrue(((EventFd) ready.object()).tryTake() > 0);
                }
                assertEquals(expected, seen);
            }
        } finally {
            counters.forEach(EventFd::close);
        }
        assertEquals(List.of(), look());
        assertEquals(0, poll.size());
    }

    @Test
    void aClosedObjectIsClosedForGoodThoughItWasPolled() throws Exception {
        long before = Leaks.descriptors();
        for (int round = 0; round < 100; round++) {
            EventFd counter = EventFd.create(0);
            poll.add(counter, Event.READ);
            Concurrent<List<Ready>> waiter = Concurrent.start(() -> poll.await());
            counter.close();
            poll.wakeup();
            assertFalse(waiter.join().stream().anyMatch(ready -> ready.object() == counter));
        }
        look();
        Leaks.assertNoMoreDescriptorsThan(before);
    }
}
