package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parts of lists and strings, as Python cuts them; strings count in code points. */
final class Slices {
    /** Longest list that a template may make by counting. */
    static final int LONGEST = 100_000;

    private Slices() {}

    /** The characters of a text, one string a code point. */
    static List<String> characters(String text) {
        return text.codePoints().mapToObj(Character::toString).toList();
    }

    /** Cuts [start:stop:step]; parts that are left out are empty. */
    static Object cut(Object owner, List<Optional<Object>> parts) {
        if (owner instanceof String text) {
            return String.join("", cutList(characters(text), parts));
        }
        if (owner instanceof List<?> list) {
            return cutList(list, parts);
        }
        throw new TemplateException("a " + Values.kind(owner) + " cannot be sliced");
    }

    private static <T> List<T> cutList(List<T> list, List<Optional<Object>> parts) {
        long step = parts.size() > 2 ? number(parts.get(2)).orElse(1L) : 1;
        if (step == 0) {
            throw new TemplateException("the step of a slice must not be 0");
        }
        long size = list.size();
        Optional<Long> from = number(parts.get(0));
        Optional<Long> to = number(parts.get(1));
        long start = from.map(at -> bound(at, size, step)).orElse(step > 0 ? 0 : size - 1);
        long stop = to.map(at -> bound(at, size, step)).orElse(step > 0 ? size : -1L);
        List<T> cut = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            cut.add(list.get((int) i));
        }
        return cut;
    }

    private static long bound(long at, long size, long step) {
        long index = at < 0 ? at + size : at;
        return step > 0 ? Math.max(0, Math.min(size, index)) : Math.max(-1, Math.min(size - 1, index));
    }

    private static Optional<Long> number(Optional<Object> part) {
        if (part.isEmpty() || part.get() == None.NONE) {
            return Optional.empty();
        }
        if (part.get() instanceof Long number) {
            return Optional.of(number);
        }
        throw new TemplateException("a slice counts in whole numbers but has a " + Values.kind(part.get()));
    }

    /** Python's range. */
    static List<Object> range(Arguments arguments) {
        List<Long> given = arguments.positional().stream()
                .map(value -> number(Optional.of(value)).orElse(0L))
                .toList();
        if (given.isEmpty() || given.size() > 3) {
            throw new TemplateException("range takes 1 to 3 numbers but has " + given.size());
        }
        long start = given.size() == 1 ? 0 : given.get(0);
        long stop = given.size() == 1 ? given.get(0) : given.get(1);
        long step = given.size() == 3 ? given.get(2) : 1;
        if (step == 0) {
            throw new TemplateException("the step of a range must not be 0");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            if (numbers.size() == LONGEST) {
                throw new TemplateException("a range must have at most " + LONGEST + " numbers");
            }
            numbers.add(i);
        }
        return numbers;
    }
}
