package dev.interlock.jmh;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Mailbox;
import dev.interlock.mailbox.ObjectMailbox;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.mailbox.RendezvousMailbox;
import dev.interlock.mailbox.RingMailbox;
import dev.interlock.memory.Memory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/**
 * Messages through a mailbox, blocking, from one sender to one receiver; {@code -tg 1,2} for two senders.
 *
 * <p>{@code java -jar jmh/target/benchmarks.jar MailboxBenchmark -tg 1,1}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Group)
public class MailboxBenchmark {
    private static final int CAPACITY = 1024;

    /**
     * The mailbox; the peers are the queues of java.util.concurrent. Rendezvous: ObjectMailbox0, RendezvousMailbox,
     * LinkedTransferQueue0, which waits for the transfer, and SynchronousQueue.
     */
    @Param({
        "RingMailbox",
        "ObjectMailbox",
        "ObjectMailbox0",
        "ObjectMailboxUnbounded",
        "RendezvousMailbox",
        "PostOffice",
        "ArrayBlockingQueue",
        "LinkedBlockingQueue",
        "LinkedTransferQueue",
        "LinkedTransferQueue0",
        "SynchronousQueue"
    })
    public String impl;

    private Mailbox<Long> mailbox;
    private BlockingQueue<Long> queue;
    private LinkedTransferQueue<Long> transfer;

    /** Makes the mailbox. */
    @Setup(Level.Iteration)
    public void make() {
        mailbox = null;
        queue = null;
        transfer = null;
        switch (impl) {
            case "RingMailbox" -> mailbox = new RingMailbox<>(Memory.heap(), Codec.int64(), CAPACITY, Long.BYTES);
            case "ObjectMailbox" -> mailbox = new ObjectMailbox<>(CAPACITY);
            case "ObjectMailbox0" -> mailbox = new ObjectMailbox<>(0);
            case "ObjectMailboxUnbounded" -> mailbox = new ObjectMailbox<>(ObjectMailbox.UNBOUNDED);
            case "RendezvousMailbox" -> mailbox = new RendezvousMailbox<>(Memory.heap(), Codec.int64(), 16, Long.BYTES);
            case "PostOffice" ->
                mailbox = new PostOffice<>(Memory.heap(), Codec.int64(), 1, CAPACITY, Long.BYTES).create("box");
            case "ArrayBlockingQueue" -> queue = new ArrayBlockingQueue<>(CAPACITY);
            case "LinkedBlockingQueue" -> queue = new LinkedBlockingQueue<>(CAPACITY);
            case "LinkedTransferQueue" -> queue = new LinkedTransferQueue<>();
            case "LinkedTransferQueue0" -> {
                transfer = new LinkedTransferQueue<>();
                queue = transfer;
            }
            case "SynchronousQueue" -> queue = new SynchronousQueue<>();
            default -> throw new IllegalArgumentException("impl: " + impl);
        }
    }

    /** One sent; gives up when the iteration ends. */
    @Benchmark
    @Group("transfer")
    public boolean send(Control control) throws InterruptedException {
        while (!control.stopMeasurement) {
            if (send()) {
                return true;
            }
        }
        return false;
    }

    private boolean send() throws InterruptedException {
        if (mailbox != null) {
            return mailbox.trySend(42L, 100, TimeUnit.MILLISECONDS);
        }
        return transfer != null
                ? transfer.tryTransfer(42L, 100, TimeUnit.MILLISECONDS)
                : queue.offer(42L, 100, TimeUnit.MILLISECONDS);
    }

    /** One received; gives up when the iteration ends. */
    @Benchmark
    @Group("transfer")
    public Long receive(Control control) throws InterruptedException {
        while (!control.stopMeasurement) {
            Long message = mailbox != null
                    ? mailbox.tryReceive(100, TimeUnit.MILLISECONDS)
                    : queue.poll(100, TimeUnit.MILLISECONDS);
            if (message != null) {
                return message;
            }
        }
        return null;
    }
}
