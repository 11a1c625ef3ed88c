package dev.interlock.explore;

import dev.interlock.memory.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A small program of up to eight parties, to be run in every way in which its steps can be interleaved.
 *
 * <pre>{@code
 * Section section = new Section();
 * Exploration.of(PetersonLock::new)
 *         .party("left", lock -> section.run(lock.party(0)))
 *         .party("right", lock -> section.run(lock.party(1)))
 *         .rounds(2)
 *         .run();
 * }</pre>
 *
 * <p><b>What is explored.</b> Each operation on a {@link dev.interlock.memory.Word} or a
 * {@link dev.interlock.memory.LongWord} is a step; steps of the parties are taken in every order. The memory is
 * sequentially consistent, whatever the access mode: orderings that are too weak are for a stress test to find. Plain
 * accesses to {@linkplain Memory#bytes payload areas} happen together with the step before them. A sleep with a deadline
 * may end at any time, and so may a spin that looks at the clock; a sleep may also end for no reason. With {@link #kills},
 * parties die at any step; {@link Memory#isAlive} says so, and from then on the others wake up again and again, as
 * {@link dev.interlock.memory.Word#sleep} promises across processes.
 *
 * <p><b>What is found.</b> See {@link Violation.Kind}. Without a violation the report says whether the search was
 * exhaustive. The schedule reported is the shortest that leads to any violation; for livelock and starvation, which are
 * looked for last, the shortest way to the cycle.
 *
 * <p><b>What bodies must be.</b> Each party runs on an object of its own, which the constructor makes anew over the same
 * memory, as processes do: what parties share, and what a body carries from one round to the next, must be in words. A
 * body must be deterministic. It is run many times over, each time only as far as something new is found, and then
 * unwound by an error that it must let pass; so it must have no effects beyond the explored memory. All of this happens
 * on the calling thread.
 *
 * <p><b>Waiting.</b> A loop that waits must call {@link Memory#pause()} or {@code await} in each round. A party that has
 * gone round once, and would see the same again, is held until a word that it looks at changes. That leaves nothing out
 * if nobody can tell how often it went round: each way from there is tried with some hundred rounds more, and where that
 * makes a difference the report has a {@linkplain Report#bounds() bound}. If the loop is counted (a spinner that goes to
 * sleep after a while), leaving it is a step that may come at any time; what happens if a word changes after more than
 * {@link #spins} rounds is left out, which is a bound, too. A loop that is not left after 20 000 equal rounds is taken to
 * be endless: to tell is beyond any run.
 *
 * <p>States are cached: a state that was reached before is not explored again. A party's local state is the history of
 * its results since its round began, so nothing but the memory is compared or guessed. Explicit states, and not partial
 * orders, because cycles are to be found too, and because states are cheap here: parties are not run for each step, but
 * once for each history.
 *
 * <ul>
 *   <li>P. Godefroid. Partial-Order Methods for the Verification of Concurrent Systems. LNCS 1032, 1996. State caching,
 *       sleep sets, and when the one needs the other.
 *   <li>C. Flanagan, P. Godefroid. Dynamic partial-order reduction for model checking software. POPL 2005. The way not
 *       taken: it needs acyclic programs, and keeps no states in which to see that nothing changes.
 *   <li>M. Musuvathi, S. Qadeer. Fair stateless model checking. PLDI 2008; Iterative context bounding for systematic
 *       testing of multithreaded programs. PLDI 2007. Fairness, pauses, and the bound on preemptions (CHESS).
 *   <li>S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte. A randomized scheduler with probabilistic guarantees of
 *       finding bugs. ASPLOS 2010. The {@linkplain #random random mode} (PCT).
 * </ul>
 *
 * @param <T> what the parties share: a primitive, or a record of several and some words
 */
public final class Exploration<T> {
    static final int FOREVER = 0;

    final Function<? super Memory, ? extends T> constructor;
    final List<Role<T>> parties = new ArrayList<>();
    final List<Check<T>> always = new ArrayList<>();
    final List<Check<T>> atEnd = new ArrayList<>();
    int kills;
    int interrupts;
    boolean spurious = true;
    boolean stops;
    int spins = 1;
    int operations = 10_000;
    int preemptions = Integer.MAX_VALUE;
    int depth = Integer.MAX_VALUE;
    int states = 5_000_000;
    Duration time = Duration.ofMinutes(10);
    long seed;
    int randomSchedules;

    EnumSet<Violation.Kind> wanted = EnumSet.allOf(Violation.Kind.class);

    private int rounds = 1;

    /**
     * What a party does in a round.
     *
     * @param <T> what the parties share
     */
    @FunctionalInterface
    public interface Body<T> {
        /**
         * Runs one round.
         *
         * @param shared the party's own object over the shared memory
         * @throws Exception to report that the party fails
         */
        void run(T shared) throws Exception;
    }

    /** A party and its part. */
    record Role<T>(String name, List<Body<? super T>> parts, int rounds, boolean mortal, boolean interruptible) {}

    /** A condition and its name. */
    record Check<T>(String name, Predicate<? super T> condition) {}

    private Exploration(Function<? super Memory, ? extends T> constructor) {
        this.constructor = Objects.requireNonNull(constructor, "constructor");
    }

    /**
     * An exploration without parties yet.
     *
     * @param constructor makes the shared object over a memory; the same each time
     * @param <T> what the parties share
     * @return the exploration
     */
    public static <T> Exploration<T> of(Function<? super Memory, ? extends T> constructor) {
        return new Exploration<>(constructor);
    }

    /**
     * Adds a party. Its {@link Memory#self()} is 1 for the first one, 2 for the next.
     *
     * <p>A round may be given in several parts, such as what comes before a lock is held and what comes after. Each part
     * begins afresh, with a new object over the same memory: nothing but the words is carried over, so the explorer need
     * not tell apart the ways on which the party came there. That makes for far fewer states.
     *
     * @param name what reports call it: no spaces, no colon, no star
     * @param parts what it does in each round, one after the other
     * @return this
     */
    @SafeVarargs
    public final Exploration<T> party(String name, Body<? super T>... parts) {
        if (parties.size() == Layout.MAX_PARTIES) {
            throw new IllegalArgumentException("more than " + Layout.MAX_PARTIES + " parties");
        }
        boolean taken = parties.stream().anyMatch(role -> role.name().equals(name));
        if (taken || !name.matches("[^\\s:*()]+")) {
            throw new IllegalArgumentException("the name of a party: '" + name + "'" + (taken ? " is taken" : ""));
        }
        if (parts.length == 0) {
            throw new IllegalArgumentException("party " + name + " does nothing");
        }
        List<Body<? super T>> inOrder = new ArrayList<>();
        for (Body<? super T> part : parts) {
            inOrder.add(Objects.requireNonNull(part, "part"));
        }
        parties.add(new Role<>(name, inOrder, rounds, true, true));
        return this;
    }

    /**
     * How often each party runs its body. Begins afresh each time, with a new object over the same memory.
     *
     * @param count from 1 to 15; once, if nothing is said
     * @return this
     */
    public Exploration<T> rounds(int count) {
        if (count < 1 || count > 15) {
            throw new IllegalArgumentException("rounds: " + count + " is not within 1 to 15");
        }
        return setRounds(count);
    }

    /**
     * Lets each party run its body again and again, so that starvation can be seen. Algorithms that count without end
     * have endlessly many states then; cycles among the states seen are found all the same.
     *
     * <p>Only here the explorer guesses: a party that waits, or whose compare-and-set has failed, where it has waited
     * or failed before in its round, is taken to be where it was before if its code behaves alike in some hundred trial
     * runs. Otherwise a party that is overtaken again and again would never be seen to come round.
     *
     * @return this
     */
    public Exploration<T> forever() {
        return setRounds(FOREVER);
    }

    private Exploration<T> setRounds(int count) {
        rounds = count;
        parties.replaceAll(role -> new Role<>(role.name(), role.parts(), count, role.mortal(), role.interruptible()));
        return this;
    }

    /**
     * Lets each party stop for good before any of its rounds: outside its critical section, where it must not be in
     * anybody's way.
     *
     * @return this
     */
    public Exploration<T> stops() {
        stops = true;
        return this;
    }

    /**
     * Lets parties die, at any step.
     *
     * @param most how many may die in one schedule
     * @param names who may; anybody, if none is named
     * @return this
     */
    public Exploration<T> kills(int most, String... names) {
        refuseStrangers(names);
        kills = most;
        parties.replaceAll(role ->
                new Role<>(role.name(), role.parts(), role.rounds(), isAmong(role, names), role.interruptible()));
        return this;
    }

    /**
     * Lets parties be interrupted, at any step: in their sleep, or between two operations. An interruption that a part
     * leaves pending ends with it.
     *
     * @param most how many interruptions there may be in one schedule
     * @param names who may be interrupted; anybody, if none is named
     * @return this
     */
    public Exploration<T> interrupts(int most, String... names) {
        refuseStrangers(names);
        interrupts = most;
        parties.replaceAll(
                role -> new Role<>(role.name(), role.parts(), role.rounds(), role.mortal(), isAmong(role, names)));
        return this;
    }

    private void refuseStrangers(String... names) {
        for (String name : names) {
            if (parties.stream().noneMatch(role -> role.name().equals(name))) {
                throw new IllegalArgumentException("no party " + name);
            }
        }
    }

    private static boolean isAmong(Role<?> role, String... names) {
        return names.length == 0 || List.of(names).contains(role.name());
    }

    /**
     * Whether sleeping parties may wake for no reason; if nothing is said, they may. Nobody relies on it: a party that
     * only this could wake counts as stuck, unless a party has died.
     *
     * @param may whether they may
     * @return this
     */
    public Exploration<T> spurious(boolean may) {
        spurious = may;
        return this;
    }

    /**
     * How many equal rounds of a counted spin loop are explored one by one. A loop that is left within so many is
     * explored completely; of a longer one the rest is skipped, and the report says so.
     *
     * @param rounds from 1, which is the default
     * @return this
     */
    public Exploration<T> spins(int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("spins: " + rounds + " is not positive");
        }
        spins = rounds;
        return this;
    }

    /**
     * Checks the shared object after every step.
     *
     * @param name what is checked
     * @param condition holds in every state; it may read words, and do nothing else
     * @return this
     */
    public Exploration<T> check(String name, Predicate<? super T> condition) {
        always.add(new Check<>(name, condition));
        return this;
    }

    /**
     * Checks the shared object when every party has ended or died.
     *
     * @param name what is checked
     * @param condition holds then; it may read words, and do nothing else
     * @return this
     */
    public Exploration<T> checkAtEnd(String name, Predicate<? super T> condition) {
        atEnd.add(new Check<>(name, condition));
        return this;
    }

    /**
     * Bounds how often a schedule takes the turn from a party that could have gone on.
     *
     * @param most how many preemptions, not negative
     * @return this
     */
    public Exploration<T> preemptions(int most) {
        preemptions = most;
        return this;
    }

    /**
     * Bounds the length of schedules.
     *
     * @param most how many steps
     * @return this
     */
    public Exploration<T> steps(int most) {
        depth = most;
        return this;
    }

    /**
     * Bounds the number of states; 5 million, if nothing is said.
     *
     * @param most how many, which take about 100 bytes each
     * @return this
     */
    public Exploration<T> states(int most) {
        states = most;
        return this;
    }

    /**
     * Bounds the time; ten minutes, if nothing is said.
     *
     * @param most how long
     * @return this
     */
    public Exploration<T> time(Duration most) {
        time = most;
        return this;
    }

    /**
     * Looks for some kinds of violation only; states that are wrong in other ways are not explored further.
     *
     * @param kinds what to look for; everything, if nothing is said
     * @return this
     */
    public Exploration<T> lookFor(Violation.Kind... kinds) {
        wanted = EnumSet.noneOf(Violation.Kind.class);
        wanted.addAll(List.of(kinds));
        return this;
    }

    /**
     * Runs random schedules instead of all, for programs that are too large for that. Priorities are drawn for the
     * parties, and changed at a few random steps. Cycles are not looked for.
     *
     * @param fromSeed the same seed, the same schedules
     * @param schedules how many
     * @return this
     */
    public Exploration<T> random(long fromSeed, int schedules) {
        seed = fromSeed;
        randomSchedules = schedules;
        return this;
    }

    /**
     * Explores, and fails if anything is wrong: for tests.
     *
     * @return what was explored
     * @throws Violation with the shortest schedule found, if anything is wrong
     */
    public Report run() {
        Report report = search();
        if (report.violation().isPresent()) {
            throw report.violation().get();
        }
        return report;
    }

    /**
     * Explores, and reports what it found.
     *
     * @return what was explored, with the violation if there is one
     */
    public Report search() {
        refuseNobody();
        boolean interrupted = Thread.interrupted();
        try {
            return randomSchedules > 0 ? new RandomSearch<>(this).run() : new Search<>(this).run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Runs one schedule.
     *
     * @param schedule as {@link Violation#schedule()} gives it
     * @return its table, and the violation that it leads to, if any
     * @throws IllegalArgumentException if the program cannot run so
     */
    public Report replay(String schedule) {
        refuseNobody();
        return new Replay<>(this).run(schedule);
    }

    /** The parties and their rounds, in words. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(parties.size()).append(parties.size() == 1 ? " party" : " parties");
        text.append(rounds == FOREVER ? " for ever" : " x " + rounds + (rounds == 1 ? " round" : " rounds"));
        if (stops) {
            text.append(" or fewer");
        }
        if (kills > 0) {
            text.append(", ").append(kills).append(kills == 1 ? " may die" : " may die in one schedule");
        }
        if (interrupts > 0) {
            text.append(", ").append(interrupts).append(interrupts == 1 ? " interruption" : " interruptions");
        }
        return text.toString();
    }

    private void refuseNobody() {
        if (parties.isEmpty()) {
            throw new IllegalStateException("no parties");
        }
    }
}
