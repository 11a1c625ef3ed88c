package dev.interlock.examples;

import dev.interlock.mailbox.Codec;
import dev.interlock.mailbox.Delivery;
import dev.interlock.mailbox.MailboxClosedException;
import dev.interlock.mailbox.PostOffice;
import dev.interlock.memory.Memory;

/**
 * Two ways of naming. Directly: anna sends to bert and receives from bert, whoever else writes. Indirectly: anybody puts jobs into
 * a mailbox, and each is taken by one of those who take them, until its owner closes it.
 *
 * <pre>
 * anna hears from bert: it is you I waited for
 * anna hears next: carl was first
 * jobs done: 6
 * the mailbox 'jobs' is closed, and gone: [anna]
 * bert has left: nobody is called 'bert' in this office
 * </pre>
 *
 * <p>In a segment the same office serves processes: {@code segment.postOffice("office", Codec.utf8(), 4, 16, 64)}.
 */
public final class PostOffices {
    private static final int JOBS = 6;

    private PostOffices() {}

    /**
     * Sends and receives.
     *
     * @param args none
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        PostOffice<String> office = new PostOffice<>(Memory.heap(), Codec.utf8(), 4, 16, 64);
        try (PostOffice<String>.Correspondent anna = office.join("anna")) {
            direct(office, anna);
            indirect(office);
            try {
                anna.send("bert", "are you there?");
            } catch (MailboxClosedException e) {
                System.out.println("bert has left: " + e.getMessage());
            }
        }
    }

    private static void direct(PostOffice<String> office, PostOffice<String>.Correspondent anna)
            throws InterruptedException {
        try (PostOffice<String>.Correspondent bert = office.join("bert");
                PostOffice<String>.Correspondent carl = office.join("carl")) {
            carl.send("anna", "carl was first");
            Parties parties = new Parties().start("bert", () -> {
                if (bert.receive("anna").equals("write to me")) {
                    bert.send("anna", "it is you I waited for");
                }
            });
            anna.send("bert", "write to me");
            System.out.println("anna hears from bert: " + anna.receive("bert"));
            System.out.println("anna hears next: " + anna.receive());
            parties.join();
        }
    }

    private static void indirect(PostOffice<String> office) throws InterruptedException {
        int[] done = new int[2];
        PostOffice<String>.Box jobs = office.create("jobs", 2);
        Parties parties = new Parties();
        for (int i = 0; i < done.length; i++) {
            int me = i;
            PostOffice<String>.Box found = office.find("jobs");
            parties.start("worker " + me, () -> done[me] = work(found));
        }
        for (int i = 0; i < JOBS; i++) {
            jobs.send("job " + i);
        }
        jobs.close();
        parties.join();
        System.out.println("jobs done: " + (done[0] + done[1]));
        System.out.println("the mailbox 'jobs' is closed, and gone: " + office.names());
    }

    /** A job whose worker dies before it has closed the delivery is delivered again. */
    private static int work(PostOffice<String>.Box jobs) throws InterruptedException {
        int done = 0;
        try {
            for (; ; ) {
                try (Delivery<String> job = jobs.accept()) {
                    done += job.redelivered() ? 0 : 1;
                }
            }
        } catch (MailboxClosedException e) {
            return done;
        }
    }
}
