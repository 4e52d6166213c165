package io.safefedllm.client.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What stands behind a bar: filters of Jinja and transformers. */
final class Filters {
    private static final Set<String> KNOWN = Set.of(
            "capitalize",
            "count",
            "d",
            "default",
            "first",
            "int",
            "items",
            "join",
            "last",
            "length",
            "list",
            "lower",
            "map",
            "reject",
            "rejectattr",
            "replace",
            "reverse",
            "safe",
            "select",
            "selectattr",
            "string",
            "title",
            "tojson",
            "trim",
            "upper");

    private Filters() {}

    static void require(String name) {
        if (!KNOWN.contains(name)) {
            throw new TemplateException("filter '" + name + "' is not supported; known: "
                    + KNOWN.stream().sorted().collect(Collectors.joining(", ")));
        }
    }

    static Object apply(String name, Object input, Arguments arguments) {
        return switch (name) {
            case "default", "d" -> orDefault(input, arguments);
            case "tojson" -> PythonJson.write(input, arguments);
            case "length", "count" -> length(input);
            case "list" -> new ArrayList<>(Values.items(input));
            case "items" -> input instanceof Map<?, ?> map ? entries(map) : List.of();
            case "first" -> first(Values.items(input));
            case "last" -> last(Values.items(input));
            case "reverse" -> reversed(input);
            case "join" -> joined(input, arguments);
            case "int" -> whole(input, arguments);
            case "string", "safe" -> Values.print(input);
            case "select", "reject", "selectattr", "rejectattr", "map" -> through(name, input, arguments);
            default -> ofText(name, Values.print(input), arguments);
        };
    }

    private static Object ofText(String name, String text, Arguments arguments) {
        return switch (name) {
            case "upper" -> Texts.upper(text);
            case "lower" -> Texts.lower(text);
            case "capitalize" -> Texts.capitalize(text);
            case "title" -> Texts.title(text);
            case "replace" -> text.replace(arguments.text(0, "old", name), arguments.text(1, "new", name));
            default -> Methods.strip(text, arguments, true, true);
        };
    }

    private static Object orDefault(Object input, Arguments arguments) {
        boolean falsyToo = arguments.get(1, "boolean").map(Values::isTrue).orElse(false);
        boolean missing = input == None.UNDEFINED || (falsyToo && !Values.isTrue(input));
        return missing ? arguments.get(0, "default_value").orElse("") : input;
    }

    private static long length(Object input) {
        if (input instanceof Map<?, ?> map) {
            return map.size();
        }
        return Values.items(input).size();
    }

    private static Object first(List<?> items) {
        return items.isEmpty() ? None.UNDEFINED : items.get(0);
    }

    private static Object last(List<?> items) {
        return items.isEmpty() ? None.UNDEFINED : items.get(items.size() - 1);
    }

    private static Object reversed(Object input) {
        List<Object> items = new ArrayList<>(Values.items(input));
        Collections.reverse(items);
        return input instanceof String ? items.stream().map(Values::print).collect(Collectors.joining()) : items;
    }

    private static String joined(Object input, Arguments arguments) {
        String between = arguments.get(0, "d").map(Values::print).orElse("");
        return Values.items(input).stream().map(Values::print).collect(Collectors.joining(between));
    }

    private static Object whole(Object input, Arguments arguments) {
        if (input instanceof Number number) {
            return number.longValue();
        }
        String text = Values.print(input).strip();
        return text.matches("[-+]?\\d{1,18}")
                ? Long.valueOf(text)
                : arguments.get(0, "default").orElse(0L);
    }

    private static Object through(String name, Object input, Arguments arguments) {
        List<?> items = Values.items(input);
        if (name.equals("map")) {
            return items.stream().map(item -> mapped(item, arguments)).toList();
        }
        boolean wanted = name.startsWith("select");
        int used = name.endsWith("attr") ? 1 : 0;
        List<Object> rest = arguments.positional();
        String test = rest.size() > used ? text(rest.get(used)) : "true-like";
        Arguments operands = new Arguments(rest.subList(Math.min(rest.size(), used + 1), rest.size()), Map.of());
        List<Object> chosen = new ArrayList<>();
        for (Object item : items) {
            Object tested = used == 1 ? Values.item(item, arguments.text(0, "attribute", name)) : item;
            boolean holds = test.equals("true-like") ? Values.isTrue(tested) : Tests.holds(test, tested, operands);
            if (holds == wanted) {
                chosen.add(item);
            }
        }
        return chosen;
    }

    private static Object mapped(Object item, Arguments arguments) {
        Object attribute = arguments.named().get("attribute");
        if (attribute != null) {
            return Values.item(item, attribute);
        }
        String filter = arguments.text(0, "filter", "map");
        require(filter);
        List<Object> rest =
                arguments.positional().subList(1, arguments.positional().size());
        return apply(filter, item, new Arguments(rest, Map.of()));
    }

    private static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new TemplateException("a test is named by a string but was a " + Values.kind(value));
    }

    /** Keys and values as pairs. */
    static List<Object> entries(Map<?, ?> map) {
        List<Object> entries = new ArrayList<>();
        map.forEach((key, value) -> entries.add(List.of(key, value)));
        return entries;
    }
}
