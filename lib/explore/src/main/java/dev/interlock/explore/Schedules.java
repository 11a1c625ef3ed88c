package dev.interlock.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Schedules in print. */
final class Schedules {
    /* Implementation notes
     * Print   the parties in the order of their steps, separated by blanks: "left right*3 left:dies", where *3 is three
     *         steps in a row, and what stands after a colon is the word of a Choice. Steps in round brackets at the end
     *         are repeated for ever.
     */
    private static final Pattern TOKEN = Pattern.compile("(\\(?)([^\\s:*()]+)(?::(\\w+)|\\*(\\d+))?(\\)?)");

    /** Steps, and where the cycle begins at their end, or -1 if there is none. */
    record Path(byte[] labels, int cycle) {}

    private final List<? extends Party<?>> parties;

    Schedules(List<? extends Party<?>> parties) {
        this.parties = parties;
    }

    String print(byte[] path, int cycle) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < path.length; ) {
            int times = 1;
            Choice choice = Choice.of(path[i]);
            while (choice == Choice.STEP
                    && i + times < path.length
                    && path[i + times] == path[i]
                    && i + times != cycle) {
                times++;
            }
            text.append(text.isEmpty() ? "" : " ").append(i == cycle ? "(" : "");
            text.append(parties.get(Choice.partyOf(path[i])).name);
            text.append(choice == Choice.STEP ? times == 1 ? "" : "*" + times : ":" + choice.word());
            i += times;
        }
        return text.append(cycle < 0 ? "" : ")").toString();
    }

    Path parse(String schedule) {
        List<Byte> labels = new ArrayList<>();
        int cycle = -1;
        for (String token : schedule.strip().split("\\s+")) {
            if (token.isEmpty()) {
                continue;
            }
            Matcher matcher = TOKEN.matcher(token);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("not a step of a schedule: " + token);
            }
            if (!matcher.group(1).isEmpty()) {
                cycle = labels.size();
            }
            int party = partyOf(matcher.group(2));
            String word = matcher.group(3) == null ? "" : matcher.group(3);
            Choice choice = Arrays.stream(Choice.values())
                    .filter(each -> each.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("not a step of a schedule: " + token));
            int times = matcher.group(4) == null ? 1 : Integer.parseInt(matcher.group(4));
            for (int i = 0; i < times; i++) {
                labels.add(Choice.label(party, choice));
            }
        }
        byte[] path = new byte[labels.size()];
        for (int i = 0; i < path.length; i++) {
            path[i] = labels.get(i);
        }
        return new Path(path, cycle);
    }

    private int partyOf(String name) {
        for (Party<?> party : parties) {
            if (party.name.equals(name)) {
                return party.index;
            }
        }
        throw new IllegalArgumentException("no party " + name);
    }
}
