package io.safefedllm.strategy.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The values that a setting may have, and how each is read: a run config gives numbers, booleans or strings, a command line
 * only strings.
 */
enum SettingKind {
    POSITIVE("a number above 0") {
        @Override
        Optional<Object> parse(Object raw) {
            return number(raw, Double.MIN_VALUE, Double.MAX_VALUE);
        }
    },
    NOT_NEGATIVE("a number of at least 0") {
        @Override
        Optional<Object> parse(Object raw) {
            return number(raw, 0.0, Double.MAX_VALUE);
        }
    },
    FRACTION("a number from 0 to 1") {
        @Override
        Optional<Object> parse(Object raw) {
            return number(raw, 0.0, 1.0);
        }
    },
    POSITIVE_FRACTION("a number above 0 and up to 1") {
        @Override
        Optional<Object> parse(Object raw) {
            return number(raw, Double.MIN_VALUE, 1.0);
        }
    },
    AT_LEAST_ONE("a number of at least 1") {
        @Override
        Optional<Object> parse(Object raw) {
            return number(raw, 1.0, Double.MAX_VALUE);
        }
    },
    SHARE("a number of at least 0 and below 1") {
        @Override
        Optional<Object> parse(Object raw) {
            return number(raw, 0.0, Math.nextDown(1.0));
        }
    },
    OPEN_FRACTION("a number between 0 and 1") {
        @Override
        Optional<Object> parse(Object raw) {
            return number(raw, Double.MIN_VALUE, Math.nextDown(1.0));
        }
    },
    ANY_WHOLE("a whole number") {
        @Override
        Optional<Object> parse(Object raw) {
            return whole(raw, Long.MIN_VALUE, Long.MAX_VALUE);
        }
    },
    WHOLE("a whole number of at least 0") {
        @Override
        Optional<Object> parse(Object raw) {
            return whole(raw, 0, Integer.MAX_VALUE);
        }
    },
    COUNT("a whole number of at least 1") {
        @Override
        Optional<Object> parse(Object raw) {
            return whole(raw, 1, Integer.MAX_VALUE);
        }
    },
    LONG_COUNT("a whole number of at least 1") {
        @Override
        Optional<Object> parse(Object raw) {
            return whole(raw, 1, Long.MAX_VALUE);
        }
    },
    SWITCH("on or off") {
        @Override
        Optional<Object> parse(Object raw) {
            return switch (String.valueOf(raw)) {
                case "true", "on" -> Optional.of(true);
                case "false", "off" -> Optional.of(false);
                default -> Optional.empty();
            };
        }
    },
    TEXT("a text that is not empty") {
        @Override
        Optional<Object> parse(Object raw) {
            return raw instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
        }
    },
    NAMES("names separated by commas, each once") {
        @Override
        Optional<Object> parse(Object raw) {
            Stream<String> parts = raw instanceof List<?> list
                    ? list.stream().map(String::valueOf)
                    : Arrays.stream(String.valueOf(raw).split(",", -1));
            List<String> names = parts.map(String::strip).toList();
            boolean once = names.stream().distinct().count() == names.size();
            return names.isEmpty() || names.contains("") || !once ? Optional.empty() : Optional.of(names);
        }
    };

    private final String words;

    SettingKind(String words) {
        this.words = words;
    }

    /** Returns what completes the sentence "the setting must be ...". */
    String words() {
        return words;
    }

    /** Returns the value as Double, Long, Boolean, String or list of strings; nothing if it is not allowed. */
    abstract Optional<Object> parse(Object raw);

    private static Optional<Object> number(Object raw, double least, double most) {
        Optional<Double> value = raw instanceof Number number
                ? Optional.of(number.doubleValue())
                : raw instanceof String text ? parsed(text) : Optional.empty();
        return value.filter(x -> x >= least && x <= most).map(Object.class::cast);
    }

    private static Optional<Double> parsed(String text) {
        try {
            return Optional.of(Double.parseDouble(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Object> whole(Object raw, long least, long most) {
        Optional<Long> value = raw instanceof Long || raw instanceof Integer
                ? Optional.of(((Number) raw).longValue())
                : raw instanceof String text ? parsedWhole(text) : Optional.empty();
        return value.filter(x -> x >= least && x <= most).map(Object.class::cast);
    }

    private static Optional<Long> parsedWhole(String text) {
        try {
            return Optional.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
