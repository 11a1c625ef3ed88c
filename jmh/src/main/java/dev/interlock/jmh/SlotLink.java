package dev.interlock.jmh;

import dev.interlock.posix.Creation;
import dev.interlock.posix.EventFd;
import dev.interlock.posix.Futex;
import dev.interlock.posix.NamedSemaphore;
import dev.interlock.posix.SharedMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** One slot of shared memory for each direction; what tells that it is full or free carries no bytes itself. */
abstract class SlotLink extends ProcessLink {
    /** Room behind the slots. */
    private static final int WORDS = 4096;

    final SharedMemory memory;
    private final ByteBuffer incoming;
    private final ByteBuffer outgoing;
    private final boolean first;

    SlotLink(String name, int size, boolean first) {
        this.first = first;
        memory = SharedMemory.open(name, first ? Creation.CREATE_NEW : Creation.OPEN);
        memory.reserve(2L * size + WORDS);
        incoming = memory.map(first ? size : 0, size);
        outgoing = memory.map(first ? 0 : size, size);
    }

    abstract void awaitRoom() throws InterruptedException;

    abstract void announceMessage() throws InterruptedException;

    abstract void awaitMessage() throws InterruptedException;

    abstract void announceRoom() throws InterruptedException;

    @Override
    void send(ByteBuffer message) throws InterruptedException {
        awaitRoom();
        outgoing.clear().put(message);
        announceMessage();
    }

    @Override
    void receive(ByteBuffer message) throws InterruptedException {
        awaitMessage();
        message.put(incoming.clear());
        announceRoom();
    }

    @Override
    void closeSide() throws IOException {
        memory.close();
    }

    @Override
    void unlink() throws IOException {
        if (first) {
            SharedMemory.unlink(memory.name());
        }
    }

    /** Two named semaphores tell. */
    static final class Semaphores extends SlotLink {
        private final String name;
        private final boolean first;
        private final NamedSemaphore[] all = new NamedSemaphore[4];
        private final int mine;

        Semaphores(String name, int size, boolean echo, boolean first) throws IOException {
            super(name, size, first);
            this.name = name;
            this.first = first;
            Creation creation = first ? Creation.CREATE_NEW : Creation.OPEN;
            for (int index = 0; index < all.length; index++) {
                all[index] = NamedSemaphore.open(name + "-" + index, creation, 0600, index % 2 == 0 ? 1 : 0);
            }
            mine = first ? 0 : 2;
            if (first) {
                peer = peer(Mechanism.SEMAPHORE, name, size, echo).start();
            }
        }

        @Override
        void awaitRoom() throws InterruptedException {
            all[mine].acquire();
        }

        @Override
        void announceMessage() {
            all[mine + 1].release();
        }

        @Override
        void awaitMessage() throws InterruptedException {
            all[3 - mine].acquire();
        }

        @Override
        void announceRoom() {
            all[2 - mine].release();
        }

        @Override
        void closeSide() throws IOException {
            super.closeSide();
            for (NamedSemaphore semaphore : all) {
                semaphore.close();
            }
        }

        @Override
        void unlink() throws IOException {
            super.unlink();
            for (int index = 0; first && index < all.length; index++) {
                NamedSemaphore.unlink(name + "-" + index);
            }
        }
    }

    /** Two eventfds tell. */
    static final class EventFds extends SlotLink {
        private final EventFd[] all = new EventFd[4];
        private final int mine;

        EventFds(String name, int size, boolean echo, boolean first) throws IOException {
            super(name, size, first);
            mine = first ? 0 : 2;
            if (first) {
                peer = peer(Mechanism.EVENTFD, name, size, echo).start();
                try (BufferedReader numbers =
                        new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8))) {
                    for (int index = 0; index < all.length; index++) {
                        all[index] = EventFd.ofProcess(peer.pid(), Integer.parseInt(numbers.readLine()));
                    }
                }
            } else {
                for (int index = 0; index < all.length; index++) {
                    all[index] = EventFd.createSemaphore(index % 2 == 0 ? 1 : 0);
                    System.out.println(all[index].descriptor());
                }
            }
        }

        @Override
        void awaitRoom() throws InterruptedException {
            all[mine].take();
        }

        @Override
        void announceMessage() throws InterruptedException {
            all[mine + 1].add(1);
        }

        @Override
        void awaitMessage() throws InterruptedException {
            all[3 - mine].take();
        }

        @Override
        void announceRoom() throws InterruptedException {
            all[2 - mine].add(1);
        }

        @Override
        void closeSide() throws IOException {
            super.closeSide();
            for (EventFd eventFd : all) {
                eventFd.close();
            }
        }
    }

    /** Words tell, and their owners sleep on them: what waiting in shared memory comes down to. */
    static final class Futexes extends SlotLink {
        private static final VarHandle WORD =
                MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
        private static final int LINE = 128;
        private static final int NO = 0;
        private static final int YES = 1;
        private static final int AWAITED = 2;

        private final ByteBuffer words;
        private final Futex[] all = new Futex[4];
        private final int mine;

        Futexes(String name, int size, boolean echo, boolean first) throws IOException {
            super(name, size, first);
            mine = first ? 0 : 2;
            words = memory.map(2L * size, WORDS);
            for (int index = 0; index < all.length; index++) {
                all[index] = Futex.at(words, index * LINE);
            }
            if (first) {
                WORD.setVolatile(words, 0, YES);
                WORD.setVolatile(words, 2 * LINE, YES);
                peer = peer(Mechanism.FUTEX, name, size, echo).start();
            }
        }

        private void await(int index) throws InterruptedException {
            int place = index * LINE;
            while (!WORD.compareAndSet(words, place, YES, NO)) {
                if ((int) WORD.getVolatile(words, place) == AWAITED || WORD.compareAndSet(words, place, NO, AWAITED)) {
                    all[index].awaitInterruptibly(AWAITED, Long.MAX_VALUE);
                }
            }
        }

        private void announce(int index) {
            if ((int) WORD.getAndSet(words, index * LINE, YES) == AWAITED) {
                all[index].wake(1);
            }
        }

        @Override
        void awaitRoom() throws InterruptedException {
            await(mine);
        }

        @Override
        void announceMessage() {
            announce(mine + 1);
        }

        @Override
        void awaitMessage() throws InterruptedException {
            await(3 - mine);
        }

        @Override
        void announceRoom() {
            announce(2 - mine);
        }
    }
}
