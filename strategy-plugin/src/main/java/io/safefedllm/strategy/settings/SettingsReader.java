package io.safefedllm.strategy.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Typed access to given settings and their defaults. Every value is checked when the reader is made. */
final class SettingsReader {
    private final Map<String, Object> effective = new LinkedHashMap<>();

    /**
     * Checks all values.
     *
     * @throws SettingsException if a key with our prefix is unknown, or a value is not allowed
     */
    SettingsReader(Map<String, Object> given) {
        for (String key : given.keySet().stream().sorted().toList()) {
            if (key.startsWith(Setting.PREFIX)
                    && SettingsTable.ALL.stream()
                            .noneMatch(setting -> setting.key().equals(key))) {
                throw unknown(key);
            }
        }
        for (Setting setting : SettingsTable.ALL) {
            Object raw = given.get(setting.key());
            if (raw != null) {
                effective.put(setting.key(), setting.parse(raw));
            } else {
                setting.fallback().ifPresent(value -> effective.put(setting.key(), value));
            }
        }
    }

    private static SettingsException unknown(String key) {
        String known = SettingsTable.ALL.stream()
                .map(Setting::key)
                .filter(name -> name.startsWith(Setting.PREFIX))
                .map(name -> name.substring(Setting.PREFIX.length()))
                .sorted()
                .collect(Collectors.joining(", "));
        return new SettingsException(
                "unknown setting '" + key + "'; known are, each after '" + Setting.PREFIX + "': " + known);
    }

    /** Returns every setting that has a value, given or default, in the order of the table. */
    Map<String, Object> effective() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(effective));
    }

    boolean flag(Setting setting) {
        return get(setting, Boolean.class).orElseThrow(() -> missing(setting));
    }

    double number(Setting setting) {
        return get(setting, Double.class).orElseThrow(() -> missing(setting));
    }

    long whole(Setting setting) {
        return get(setting, Long.class).orElseThrow(() -> missing(setting));
    }

    int count(Setting setting) {
        return Math.toIntExact(whole(setting));
    }

    String text(Setting setting) {
        return get(setting, String.class).orElseThrow(() -> missing(setting));
    }

    Optional<String> optionalText(Setting setting) {
        return get(setting, String.class);
    }

    OptionalDouble optionalNumber(Setting setting) {
        Optional<Double> value = get(setting, Double.class);
        return value.isPresent() ? OptionalDouble.of(value.get()) : OptionalDouble.empty();
    }

    OptionalLong optionalWhole(Setting setting) {
        Optional<Long> value = get(setting, Long.class);
        return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
    }

    OptionalInt optionalCount(Setting setting) {
        OptionalLong value = optionalWhole(setting);
        return value.isPresent() ? OptionalInt.of(Math.toIntExact(value.getAsLong())) : OptionalInt.empty();
    }

    List<String> names(Setting setting) {
        return get(setting, List.class).stream()
                .flatMap(list -> ((List<?>) list).stream())
                .map(String::valueOf)
                .toList();
    }

    private <T> Optional<T> get(Setting setting, Class<T> type) {
        return Optional.ofNullable(effective.get(setting.key())).map(type::cast);
    }

    private static IllegalStateException missing(Setting setting) {
        return new IllegalStateException(setting.key() + " has no default and must be read as optional");
    }
}
