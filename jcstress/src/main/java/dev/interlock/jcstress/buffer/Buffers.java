package dev.interlock.jcstress.buffer;

import dev.interlock.buffer.BoundedBuffer;
import dev.interlock.buffer.MonitorBuffer;
import dev.interlock.buffer.SemaphoreBuffer;
import dev.interlock.buffer.SpscBuffer;
import dev.interlock.jcstress.BufferProperties;
import dev.interlock.jcstress.BufferProperties.Fifo;
import dev.interlock.jcstress.BufferProperties.Interrupted;
import dev.interlock.jcstress.BufferProperties.Publication;
import dev.interlock.jcstress.BufferProperties.TimedOut;
import dev.interlock.jcstress.BufferProperties.TimedOutEmpty;
import dev.interlock.jcstress.generator.Keeps;
import java.util.concurrent.BlockingQueue;

/** The buffers of references under stress. Run one with {@code -t SpscBufferStress}. */
final class Buffers {
    private Buffers() {}

    @Keeps(BufferProperties.class)
    static BlockingQueue<int[]> boundedBuffer() {
        return new BoundedBuffer<>(2);
    }

    @Keeps(BufferProperties.class)
    static BlockingQueue<int[]> semaphoreBuffer() {
        return new SemaphoreBuffer<>(2);
    }

    @Keeps(BufferProperties.class)
    static BlockingQueue<int[]> monitorBuffer() {
        return new MonitorBuffer<>(2);
    }

    /** One producer and one consumer. */
    @Keeps({Publication.class, Fifo.class, TimedOut.class, TimedOutEmpty.class, Interrupted.class})
    static BlockingQueue<int[]> spscBuffer() {
        return new SpscBuffer<>(2);
    }
}
