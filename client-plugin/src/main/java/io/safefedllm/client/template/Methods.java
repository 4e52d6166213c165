package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Methods of strings and mappings. */
final class Methods {
    private Methods() {}

    /** Returns a method; what a value does not have is undefined. */
    static Object of(Object owner, String name) {
        if (owner instanceof String text) {
            return ofText(text, name);
        }
        if (owner instanceof Map<?, ?> map) {
            return ofMap(map, name);
        }
        return None.UNDEFINED;
    }

    private static Object ofText(String text, String name) {
        return switch (name) {
            case "strip" -> (Callable) arguments -> strip(text, arguments, true, true);
            case "lstrip" -> (Callable) arguments -> strip(text, arguments, true, false);
            case "rstrip" -> (Callable) arguments -> strip(text, arguments, false, true);
            case "upper" -> (Callable) arguments -> Texts.upper(text);
            case "lower" -> (Callable) arguments -> Texts.lower(text);
            case "capitalize" -> (Callable) arguments -> Texts.capitalize(text);
            case "title" -> (Callable) arguments -> Texts.title(text);
            case "split" -> (Callable) arguments -> split(text, arguments);
            case "replace" ->
                (Callable) arguments ->
                        text.replace(arguments.text(0, "old", "replace"), arguments.text(1, "new", "replace"));
            case "startswith" ->
                (Callable) arguments -> anyOf(arguments, "startswith", prefix -> text.startsWith(prefix));
            case "endswith" -> (Callable) arguments -> anyOf(arguments, "endswith", suffix -> text.endsWith(suffix));
            case "find" -> (Callable) arguments -> (long) text.indexOf(arguments.text(0, "sub", "find"));
            default -> None.UNDEFINED;
        };
    }

    private static Object ofMap(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" -> (Callable) arguments -> Filters.entries(map);
            case "keys" -> (Callable) arguments -> List.copyOf(map.keySet());
            case "values" -> (Callable) arguments -> List.copyOf(map.values());
            case "get" ->
                (Callable) arguments -> {
                    Object value = map.get(arguments.text(0, "key", "get"));
                    return value == null ? arguments.get(1, "default").orElse(None.NONE) : value;
                };
            default -> None.UNDEFINED;
        };
    }

    private static boolean anyOf(Arguments arguments, String method, Predicate<String> holds) {
        Optional<Object> given = arguments.get(0, "prefix");
        if (given.isPresent() && given.get() instanceof List<?> several) {
            return several.stream().anyMatch(one -> one instanceof String text && holds.test(text));
        }
        return holds.test(arguments.text(0, "prefix", method));
    }

    static String strip(String text, Arguments arguments, boolean left, boolean right) {
        Optional<Object> chars = arguments.get(0, "chars").filter(given -> given != None.NONE);
        int from = 0;
        int to = text.length();
        while (left && from < to && isStripped(text.charAt(from), chars)) {
            from++;
        }
        while (right && to > from && isStripped(text.charAt(to - 1), chars)) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isStripped(char c, Optional<Object> chars) {
        return chars.isEmpty() ? Texts.isSpace(c) : chars.get() instanceof String set && set.indexOf(c) >= 0;
    }

    private static List<Object> split(String text, Arguments arguments) {
        Optional<Object> separator = arguments.get(0, "sep").filter(given -> given != None.NONE);
        if (separator.isEmpty()) {
            String stripped = strip(text, Arguments.EMPTY, true, true);
            return stripped.isEmpty() ? List.of() : List.copyOf(Arrays.asList(stripped.split("\\s+", -1)));
        }
        String by = arguments.text(0, "sep", "split");
        if (by.isEmpty()) {
            throw new TemplateException("split needs a separator that is not empty");
        }
        long most = arguments
                .get(1, "maxsplit")
                .filter(Long.class::isInstance)
                .map(Long.class::cast)
                .orElse(-1L);
        List<Object> parts = new ArrayList<>();
        int from = 0;
        for (int to = text.indexOf(by); to >= 0 && parts.size() != most; to = text.indexOf(by, from)) {
            parts.add(text.substring(from, to));
            from = to + by.length();
        }
        parts.add(text.substring(from));
        return parts;
    }
}
