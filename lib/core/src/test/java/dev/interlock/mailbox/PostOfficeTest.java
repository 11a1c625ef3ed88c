package dev.interlock.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.interlock.contract.Crew;
import dev.interlock.contract.MailboxContractTest;
import dev.interlock.contract.MortalMemory;
import dev.interlock.memory.Memory;
import dev.interlock.memory.WaitStrategy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Its mailboxes, bounded ones, keep the contract of all; and names. */
class PostOfficeTest extends MailboxContractTest {
    private final PostOffice<String> office = office(Memory.heap(), WaitStrategy.ADAPTIVE);

    private static PostOffice<String> office(Memory memory, WaitStrategy waiting) {
        return new PostOffice<>(memory, Codec.utf8(), 4, 8, 16, waiting);
    }

    @Override
    protected Mailbox<Long> mailbox(int capacity, WaitStrategy waiting) {
        return new PostOffice<>(Memory.heap(), Codec.int64(), 2, 100, 8, waiting).create("box", capacity);
    }

    @Test
    void aCorrespondentReceivesWhatIsSentToItByName() throws InterruptedException {
        PostOffice<String>.Correspondent anna = office.join("anna");
        PostOffice<String>.Correspondent bert = office.join("bert");
        PostOffice<String>.Correspondent carl = office.join("carl");
        bert.send("anna", "b1");
        carl.send("anna", "c1");
        assertTrue(bert.trySend("anna", "b2"));
        assertTrue(carl.trySend("anna", "c2", 1, TimeUnit.DAYS));
        assertEquals("c1", anna.receive("carl"), "the first of carl's, and the others stay");
        assertEquals("b1", anna.receive());
        assertEquals("c2", anna.tryReceive("carl"));
        assertNull(anna.tryReceive("carl"));
        assertNull(anna.tryReceive("carl", 1, TimeUnit.MILLISECONDS));
        assertEquals("b2", anna.tryReceive("bert", 1, TimeUnit.DAYS));
        assertNull(bert.box().tryReceive());
        bert.send("bert", "note to myself");
        try (Delivery<String> delivery = bert.box().accept()) {
            assertEquals("bert", delivery.from());
            assertEquals(Memory.heap().self(), delivery.sender());
            assertFalse(delivery.redelivered());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverWaitsForTheOneItNames(WaitStrategy waiting) throws InterruptedException {
        PostOffice<String> waited = office(Memory.heap(), waiting);
        PostOffice<String>.Correspondent anna = waited.join("anna");
        PostOffice<String>.Correspondent bert = waited.join("bert");
        PostOffice<String>.Correspondent carl = waited.join("carl");
        try (Crew crew = new Crew()) {
            Crew.Member<String> patient = crew.start("anna", () -> anna.receive("bert"));
            Crew.giveTime(5);
            carl.send("anna", "not this");
            Crew.giveTime(5);
            bert.send("anna", "this");
            assertEquals("this", patient.result());
        }
        assertEquals("not this", anna.receive());
    }

    @Test
    void whoWaitsForOneThatLeavesIsTold() {
        PostOffice<String>.Correspondent anna = office.join("anna");
        PostOffice<String>.Correspondent bert = office.join("bert");
        bert.trySend("anna", "the last");
        try (Crew crew = new Crew()) {
            crew.start("anna", () -> {
                assertEquals("the last", anna.receive("bert"));
                return assertThrows(MailboxClosedException.class, () -> anna.receive("bert"));
            });
            Crew.giveTime(10);
            bert.close();
            bert.close();
        }
        assertThrows(MailboxClosedException.class, () -> anna.send("bert", "too late"));
        assertThrows(MailboxClosedException.class, () -> anna.trySend("nobody", "ever"));
        assertThrows(MailboxClosedException.class, () -> bert.receive());
        assertEquals(List.of("anna"), office.names());
        assertNotNull(office.join("bert"), "its name is free");
        assertTrue(anna.trySend("bert", "welcome"));
    }

    @Test
    void aMailboxIsFoundByItsNameAndSharedByAll() throws InterruptedException {
        assertNull(office.find("jobs"));
        PostOffice<String>.Box jobs = office.create("jobs");
        assertThrows(IllegalStateException.class, () -> office.create("jobs"));
        assertThrows(IllegalStateException.class, () -> office.join("jobs"));
        office.find("jobs").send("grind");
        office.join("anna").send("jobs", "brew");
        assertEquals("grind", jobs.receive());
        try (Delivery<String> brew = office.find("jobs").tryAccept(1, TimeUnit.DAYS)) {
            assertEquals("anna", brew.from());
            assertEquals(1, jobs.size(), "until it is released");
        }
        assertEquals(0, jobs.size());
        assertThrows(IllegalStateException.class, () -> office.find("jobs").close());
        assertFalse(jobs.isClosed());
        assertEquals("jobs", jobs.name());
        assertTrue(office.toString().contains("0 of 8 letters"), office::toString);
    }

    @Test
    void aMailboxThatItsOwnerClosesIsGoneWhenItIsEmpty() throws InterruptedException {
        PostOffice<String>.Box jobs = office.create("jobs");
        PostOffice<String>.Box found = office.find("jobs");
        jobs.send("one");
        jobs.send("two");
        Delivery<String> first = found.accept();
        jobs.close();
        assertThrows(MailboxClosedException.class, () -> found.send("late"));
        assertThrows(IllegalStateException.class, () -> office.create("jobs"), "not empty");
        assertEquals("two", found.receive());
        assertThrows(MailboxClosedException.class, found::receive);
        assertEquals(List.of("jobs"), office.names(), "one is not released");
        first.close();
        assertEquals(List.of(), office.names());
        PostOffice<String>.Box next = office.create("jobs");
        first.close();
        next.send("three");
        assertThrows(MailboxClosedException.class, found::tryReceive, "that was another mailbox");
        assertTrue(jobs.isClosed());
        assertEquals("three", next.tryReceive());
    }

    @Test
    void theOfficeDeletesAMailboxAndThoseWhoWaitAreTold() {
        PostOffice<String>.Box empty = office.create("empty");
        PostOffice<String>.Box full = office.create("full", 1);
        PostOffice<String>.Box rendezvous = office.create("rendezvous", 0);
        assertTrue(full.trySend("lost"));
        try (Crew crew = new Crew()) {
            crew.start("receiver", () -> assertThrows(MailboxClosedException.class, empty::receive));
            crew.start("sender", () -> assertThrows(MailboxClosedException.class, () -> full.send("x")));
            crew.start("partner", () -> assertThrows(MailboxClosedException.class, () -> rendezvous.send("x")));
            Crew.giveTime(10);
            assertTrue(office.delete("empty"));
            assertTrue(office.delete("full"));
            assertTrue(office.delete("rendezvous"));
        }
        assertFalse(office.delete("full"));
        assertEquals(List.of(), office.names());
        assertTrue(office.toString().contains("0 of 8 letters"), office::toString);
        assertThrows(MailboxClosedException.class, full::tryReceive);
    }

    @Test
    void whoSendsWaitsForALetterOfTheOffice() throws InterruptedException {
        PostOffice<String>.Box jobs = office.create("jobs");
        PostOffice<String>.Box other = office.create("other");
        for (int i = 0; i < 8; i++) {
            assertTrue(jobs.trySend("job " + i));
        }
        assertFalse(other.trySend("no letter"));
        assertFalse(other.trySend("no letter", 1, TimeUnit.MILLISECONDS));
        try (Crew crew = new Crew()) {
            crew.start("sender", () -> {
                other.send("patient");
                return null;
            });
            Crew.giveTime(10);
            assertEquals("job 0", jobs.receive());
            assertEquals("patient", other.receive());
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> office.create(""));
        assertThrows(IllegalArgumentException.class, () -> office.join("\u20ac".repeat(17)));
        assertThrows(IllegalArgumentException.class, () -> office.find("x".repeat(49)));
        assertThrows(IllegalArgumentException.class, () -> office.create("box", -1));
        assertThrows(NullPointerException.class, () -> office.create(null));
        assertNotNull(office.create("\u20ac".repeat(16)));
        assertThrows(IllegalArgumentException.class, () -> office.find("\u20ac".repeat(16))
                .send("x".repeat(17)));
        assertThrows(IllegalArgumentException.class, () -> office.find("\u20ac".repeat(16))
                .receiveFrom(0));
        for (int i = 1; i < 4; i++) {
            office.create("box " + i);
        }
        assertTrue(assertThrows(IllegalStateException.class, () -> office.create("box 4"))
                .getMessage()
                .contains("all 4 boxes"));
        for (int wrong : new int[] {0, -1, Integer.MAX_VALUE}) {
            assertThrows(
                    IllegalArgumentException.class, () -> new PostOffice<>(Memory.heap(), Codec.utf8(), wrong, 1, 1));
            assertThrows(
                    IllegalArgumentException.class, () -> new PostOffice<>(Memory.heap(), Codec.utf8(), 1, wrong, 1));
        }
        assertThrows(IllegalArgumentException.class, () -> new PostOffice<>(Memory.heap(), Codec.utf8(), 1, 1, -1));
        assertThrows(NullPointerException.class, () -> new PostOffice<String>(Memory.heap(), null, 1, 1, 1));
        assertThrows(NullPointerException.class, () -> new PostOffice<>(Memory.heap(), Codec.utf8(), 1, 1, 1, null));
    }

    @Test
    void whoeverCorrespondsWithTheDeadIsTold() {
        MortalMemory memory = new MortalMemory();
        PostOffice<String> mortal = office(memory, WaitStrategy.ADAPTIVE);
        PostOffice<String>.Correspondent anna = mortal.join("anna");
        AtomicReference<PostOffice<String>.Box> box = new AtomicReference<>();
        memory.runAndDie(() -> {
            PostOffice<String>.Correspondent bert = mortal.join("bert");
            bert.trySend("anna", "my last words");
            box.set(mortal.create("inheritance"));
            box.get().trySend("gold");
        });
        try (Crew crew = new Crew()) {
            crew.start("anna", () -> {
                assertEquals("my last words", anna.receive("bert"));
                return assertThrows(MailboxClosedException.class, () -> anna.receive("bert"));
            });
            crew.start("heir", () -> {
                PostOffice<String>.Box inheritance = mortal.find("inheritance");
                assertEquals("gold", inheritance.receive());
                return assertThrows(MailboxClosedException.class, inheritance::receive);
            });
        }
        assertThrows(MailboxClosedException.class, () -> anna.send("bert", "are you there?"));
        PostOffice<String>.Correspondent successor = mortal.join("bert");
        assertTrue(anna.trySend("bert", "hello again"));
        assertEquals("hello again", successor.tryReceive("anna"));
    }

    @Test
    void whoOnlySendsFindsOutThatTheOwnerIsDead() {
        MortalMemory memory = new MortalMemory();
        PostOffice<String> mortal = office(memory, WaitStrategy.PARK);
        PostOffice<String>.Correspondent anna = mortal.join("anna");
        memory.runAndDie(() -> mortal.join("bert"));
        anna.trySend("bert", "into the void");
        Crew.giveTime(100);
        assertThrows(MailboxClosedException.class, () -> anna.trySend("bert", "late"));
    }
}
