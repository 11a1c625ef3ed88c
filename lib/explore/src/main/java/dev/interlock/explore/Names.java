package dev.interlock.explore;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Names words by the fields that lead to them, as {@code turn}, {@code flag[1]} or {@code notEmpty.word}: the shortest
 * way, and of those the first. Where the fields are not open to this module, a word is named by its number.
 */
final class Names {
    private record Place(Object object, String path) {}

    private Names() {}

    static String[] of(Object root, int cells) {
        String[] names = new String[cells];
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Place> queue = new ArrayDeque<>();
        queue.add(new Place(root, ""));
        while (!queue.isEmpty()) {
            Place place = queue.remove();
            Object object = place.object;
            if (object instanceof ExploredWord word) {
                name(names, word.cell, place.path);
            } else if (object instanceof ExploredLongWord word) {
                name(names, word.cell, place.path);
            } else if (object instanceof Object[] || object instanceof Iterable<?> && isPlain(object.getClass())) {
                Object[] elements = object instanceof Object[] array ? array : toArray((Iterable<?>) object);
                for (int i = 0; i < elements.length; i++) {
                    visit(queue, seen, elements[i], place.path + "[" + i + "]");
                }
            } else if (!isPlain(object.getClass())) {
                visitFields(queue, seen, place);
            }
        }
        for (int cell = 0; cell < cells; cell++) {
            if (names[cell] == null || names[cell].isEmpty()) {
                names[cell] = "word " + cell;
            }
        }
        return names;
    }

    private static void name(String[] names, int cell, String path) {
        if (names[cell] == null) {
            names[cell] = path;
        }
    }

    private static boolean isPlain(Class<?> type) {
        return type.getName().startsWith("java.") || type.isEnum();
    }

    private static Object[] toArray(Iterable<?> elements) {
        Deque<Object> all = new ArrayDeque<>();
        elements.forEach(element -> all.add(element == null ? "" : element));
        return all.toArray();
    }

    private static void visitFields(Deque<Place> queue, Set<Object> seen, Place place) {
        for (Class<?> type = place.object.getClass();
                type != null && type != Object.class;
                type = type.getSuperclass()) {
            Field[] fields = type.getDeclaredFields();
            Arrays.stream(fields)
                    .filter(field -> !Modifier.isStatic(field.getModifiers()))
                    .filter(field -> !field.getType().isPrimitive())
                    .forEach(field -> visit(queue, seen, read(field, place.object), join(place.path, field.getName())));
        }
    }

    /** What the compiler named, such as a captured variable, is left out. */
    private static String join(String path, String name) {
        return name.indexOf('$') >= 0 ? path : path.isEmpty() ? name : path + "." + name;
    }

    private static Object read(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (InaccessibleObjectException | IllegalAccessException e) {
            return null;
        }
    }

    private static void visit(Deque<Place> queue, Set<Object> seen, Object object, String path) {
        boolean words = object instanceof ExploredWord || object instanceof ExploredLongWord;
        boolean opaque = object == null
                || object instanceof ExploredMemory
                || object.getClass().isArray()
                        && object.getClass().getComponentType().isPrimitive();
        if (!opaque && (words || seen.add(object))) {
            queue.add(new Place(object, path));
        }
    }
}
