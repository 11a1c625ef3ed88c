package dev.interlock.explore;

import java.util.ArrayList;
import java.util.List;

/** Numbers the sections of an exploration in the order of their first use. */
final class Sections {
    private final List<Section> sections = new ArrayList<>();

    int numberOf(Section section) {
        int number = 0;
        while (number < sections.size() && sections.get(number) != section) {
            number++;
        }
        if (number == Layout.MAX_SECTIONS) {
            throw new IllegalStateException("more than " + Layout.MAX_SECTIONS + " sections in an exploration");
        }
        if (number == sections.size()) {
            sections.add(section);
        }
        return number;
    }

    Section get(int number) {
        return sections.get(number);
    }

    boolean areUsed() {
        return !sections.isEmpty();
    }
}
