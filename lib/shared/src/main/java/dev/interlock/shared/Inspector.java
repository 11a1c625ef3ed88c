package dev.interlock.shared;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads what the words of objects say, by FORMAT.md, without taking part: it writes nothing, and holds no lock. */
final class Inspector {
    /** Reads an object of one kind. */
    private interface Kind {
        void read(Words words, Status status, int... parameters);
    }

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("Mutex", LockKinds::mutex),
            Map.entry("ReentrantMutex", LockKinds::reentrantMutex),
            Map.entry("ReadWriteMutex", LockKinds::readWriteMutex),
            Map.entry("MutexCondition", LockKinds::condition),
            Map.entry("CountingSemaphore", LockKinds::countingSemaphore),
            Map.entry("BinarySemaphore", LockKinds::binarySemaphore),
            Map.entry("PermitPool", LockKinds::permitPool),
            Map.entry("TasLock", LockKinds::spinLock),
            Map.entry("TtasLock", LockKinds::spinLock),
            Map.entry("BackoffLock", LockKinds::spinLock),
            Map.entry("TicketLock", LockKinds::ticketLock),
            Map.entry("AndersonLock", LockKinds::andersonLock),
            Map.entry("LockVariable", LockKinds::lockVariable),
            Map.entry("PetersonLock", LockKinds::petersonLock),
            Map.entry("FilterLock", LockKinds::filterLock),
            Map.entry("BakeryLock", LockKinds::bakeryLock),
            Map.entry("StrictAlternation", LockKinds::strictAlternation),
            Map.entry("CentralBarrier", BarrierKinds::central),
            Map.entry("DisseminationBarrier", BarrierKinds::dissemination),
            Map.entry("TournamentBarrier", BarrierKinds::tournament),
            Map.entry("TurnstileBarrier", BarrierKinds::turnstile),
            Map.entry("Rendezvous", BarrierKinds::rendezvous),
            Map.entry("MessageRing", MessageKinds::ring),
            Map.entry("RingMailbox", MessageKinds::ring),
            Map.entry("UnboundedMailbox", MessageKinds::postMailbox),
            Map.entry("RendezvousMailbox", MessageKinds::postMailbox),
            Map.entry("PostOffice", MessageKinds::postOffice));

    private final Mapping mapping;

    Inspector(Mapping mapping) {
        this.mapping = mapping;
    }

    List<HostedObject> describe() {
        List<HostedObject> objects = new ArrayList<>();
        for (int i = 0; i < Format.ENTRIES; i++) {
            Entry entry = new Entry(mapping.segment(), i);
            try {
                if (entry.state() == Format.READY) {
                    objects.add(describe(entry));
                }
            } catch (SegmentException e) {
                if (e.reason() != SegmentException.Reason.CORRUPTED) {
                    throw e;
                }
                objects.add(new HostedObject(
                        entry.name(), entry.kind(), List.of(), 0, e.getMessage(), List.of(), false, -1, -1, 0));
            }
        }
        return objects;
    }

    private HostedObject describe(Entry entry) {
        Status status = new Status();
        List<Integer> parameters = new ArrayList<>();
        for (int parameter : entry.parameters()) {
            parameters.add(parameter);
        }
        Kind kind = KINDS.get(entry.kind());
        if (kind != null) {
            Words words = new Words(mapping.segment().buffer(), entry.start(), entry.length());
            try {
                kind.read(words, status, entry.parameters());
            } catch (IndexOutOfBoundsException e) {
                status.sayOnly("corrupted: " + e.getMessage());
            }
        }
        List<HostedObject.Holder> holders = new ArrayList<>();
        for (int party : status.holders()) {
            holders.add(holder(party));
        }
        return new HostedObject(
                entry.name(),
                entry.kind(),
                parameters,
                entry.length(),
                status.state(),
                holders,
                status.hasWaiters(),
                status.used(),
                status.capacity(),
                entry.deaths());
    }

    private HostedObject.Holder holder(int party) {
        int slot = Slots.slotOf(party);
        int pid = mapping.slots().pid(slot);
        return new HostedObject.Holder(
                slot, Slots.numberOf(party), Integer.toUnsignedLong(pid), mapping.isAlive(party));
    }
}
