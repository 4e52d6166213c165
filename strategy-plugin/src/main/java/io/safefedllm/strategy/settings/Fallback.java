package io.safefedllm.strategy.settings;

import java.util.List;
import java.util.Optional;

/**
 * What holds in one mode where a setting is not given.
 *
 * @param value the value; nothing where there is none, or where it follows from something else
 * @param words the value as people read it; empty where there is none
 */
record Fallback(Optional<Object> value, String words) {
    /** There is no value. */
    static final Fallback NONE = new Fallback(Optional.empty(), "");

    static Fallback of(Object value) {
        return new Fallback(Optional.of(value), text(value));
    }

    /** Returns whether there is no value, and none that follows from something else. */
    boolean isNone() {
        return value.isEmpty() && words.isEmpty();
    }

    /** A value that follows from something else, as the words say. */
    static Fallback derived(String words) {
        return new Fallback(Optional.empty(), words);
    }

    private static String text(Object value) {
        if (value instanceof Boolean on) {
            return on ? "on" : "off";
        }
        if (value instanceof List<?> names) {
            return String.join(",", names.stream().map(String::valueOf).toList());
        }
        return String.valueOf(value);
    }
}
