package io.safefedllm.lab.attack;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The one table of attacks: names, parameters and what they do. */
public final class Attacks {
    /** The attack of a simulation that names none. */
    public static final String DEFAULT = "harmful-data";

    private static final List<Entry> TABLE = List.of(new Entry(
            new AttackCard(
                    "harmful-data",
                    "ratio=1",
                    "Trains on compliant answers to forbidden requests; ratio is the part of the rows that is harmful.",
                    "AT-1"),
            parameters -> new HarmfulData(decimal(parameters, "ratio", BigDecimal.ONE))));

    private Attacks() {}

    /** Returns a card for each attack, in the order of the table. */
    public static List<AttackCard> cards() {
        return TABLE.stream().map(Entry::card).toList();
    }

    /**
     * Returns the attack that {@code spec} names: {@code NAME} or {@code NAME:PARAMETER=VALUE,PARAMETER=VALUE}.
     *
     * @throws IllegalArgumentException if the name, a parameter or a value is unknown; the message says which are known
     */
    public static Attack named(String spec) {
        String[] parts = spec.split(":", 2);
        Entry entry = TABLE.stream()
                .filter(row -> row.card().name().equals(parts[0]))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("unknown attack '" + parts[0] + "'; choose one of " + names()));
        Map<String, String> parameters = parts.length == 2 ? parameters(spec, parts[1]) : new LinkedHashMap<>();
        Attack attack = entry.maker().apply(parameters);
        if (!parameters.isEmpty()) {
            throw new IllegalArgumentException("unknown parameter '"
                    + parameters.keySet().iterator().next() + "' of attack '" + parts[0] + "'; it knows "
                    + entry.card().parameters());
        }
        return attack;
    }

    private static String names() {
        return TABLE.stream().map(row -> row.card().name()).sorted().collect(Collectors.joining(", "));
    }

    private static Map<String, String> parameters(String spec, String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : text.split(",", -1)) {
            String[] keyValue = pair.split("=", -1);
            if (keyValue.length != 2 || parameters.put(keyValue[0].strip(), keyValue[1].strip()) != null) {
                throw new IllegalArgumentException(
                        "cannot read attack '" + spec + "'; write NAME or NAME:PARAMETER=VALUE, each parameter once");
            }
        }
        return parameters;
    }

    private static BigDecimal decimal(Map<String, String> parameters, String key, BigDecimal fallback) {
        String text = parameters.remove(key);
        if (text == null) {
            return fallback;
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " must be a number but was '" + text + "'", e);
        }
    }

    private record Entry(AttackCard card, Function<Map<String, String>, Attack> maker) {}
}
