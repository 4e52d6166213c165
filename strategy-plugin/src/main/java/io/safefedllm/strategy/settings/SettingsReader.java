package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.trust.Mode;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Typed access to given settings and their defaults. Every value is checked when the reader is made. */
final class SettingsReader {
    private final Map<String, Object> effective = new LinkedHashMap<>();
    private final Set<String> given = new HashSet<>();
    private final Mode mode;

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
        mode = mode(given.get(SettingsTable.MODE.key()));
        for (Setting setting : SettingsTable.ALL) {
            Object raw = given.get(setting.key());
            if (raw != null) {
                give(setting, setting.parse(raw));
            } else {
                setting.fallback(mode).value().ifPresent(value -> effective.put(setting.key(), value));
            }
        }
        effective.put(SettingsTable.MODE.key(), mode.key());
    }

    /** No value is a value of its own only where the mode has another one: what is written down must read the same again. */
    private void give(Setting setting, Object value) {
        given.add(setting.key());
        if (!setting.isNone(value) || !setting.fallback(mode).isNone()) {
            effective.put(setting.key(), value);
        }
    }

    private static Mode mode(@Nullable Object raw) {
        return raw == null
                ? Mode.HARDENED
                : Mode.named(String.valueOf(SettingsTable.MODE.parse(raw))).orElseThrow();
    }

    /** Returns the mode, whose only effect is the values of settings that are not given (SF-0.1). */
    Mode mode() {
        return mode;
    }

    /** Returns whether a setting was given, and not taken from the mode. */
    boolean isGiven(Setting setting) {
        return given.contains(setting.key());
    }

    /** Puts what follows from other settings in place of the mode's value. */
    void unlessGiven(Setting setting, Object value) {
        if (!isGiven(setting)) {
            effective.put(setting.key(), value);
        }
    }

    /** Takes the mode's value away. */
    void withoutUnlessGiven(Setting setting) {
        if (!isGiven(setting)) {
            effective.remove(setting.key());
        }
    }

    /** Puts what follows from other settings where neither the run nor the mode says anything. */
    void unlessSet(Setting setting, Object value) {
        effective.putIfAbsent(setting.key(), value);
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

    /** Returns every setting that has a value, given or not, in the order of the table. */
    Map<String, Object> effective() {
        Map<String, Object> ordered = new LinkedHashMap<>();
        for (Setting setting : SettingsTable.ALL) {
            Object value = effective.get(setting.key());
            if (value != null) {
                ordered.put(setting.key(), value);
            }
        }
        return Collections.unmodifiableMap(ordered);
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

    /** Returns a value as text. */
    String plain(Setting setting) {
        return get(setting, Object.class).map(String::valueOf).orElseThrow(() -> missing(setting));
    }

    List<String> names(Setting setting) {
        return get(setting, List.class).stream()
                .flatMap(list -> ((List<?>) list).stream())
                .map(String::valueOf)
                .toList();
    }

    private <T> Optional<T> get(Setting setting, Class<T> type) {
        return Optional.ofNullable(effective.get(setting.key()))
                .filter(value -> !setting.isNone(value))
                .map(type::cast);
    }

    private static IllegalStateException missing(Setting setting) {
        return new IllegalStateException(setting.key() + " has no default and must be read as optional");
    }
}
