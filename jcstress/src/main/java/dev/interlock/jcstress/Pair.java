package dev.interlock.jcstress;

import java.util.function.IntFunction;

/**
 * What the two actors of a stress test use.
 *
 * @param <T> its type
 */
public record Pair<T>(T first, T second) {
    /**
     * One object for both.
     *
     * @param shared the object
     * @param <T> its type
     * @return it, twice
     */
    public static <T> Pair<T> both(T shared) {
        return new Pair<>(shared, shared);
    }

    /**
     * A view of one object for each.
     *
     * @param view makes the view of a party's index
     * @param <T> the type of a view
     * @return the views of parties 0 and 1
     */
    public static <T> Pair<T> views(IntFunction<? extends T> view) {
        return new Pair<>(view.apply(0), view.apply(1));
    }
}
