package io.safefedllm.strategy.settings;

import java.util.List;
import java.util.Optional;

/**
 * One setting: its full key, what it may be, its default and its meaning.
 *
 * @param choices the allowed texts of a setting that is one of a list; empty otherwise
 */
record Setting(String key, SettingKind kind, List<String> choices, Optional<Object> fallback, String meaning) {
    static final String PREFIX = "safe-fedllm.";

    static Setting of(String name, SettingKind kind, Object fallback, String meaning) {
        return new Setting(PREFIX + name, kind, List.of(), Optional.of(fallback), meaning);
    }

    static Setting optional(String name, SettingKind kind, String meaning) {
        return new Setting(PREFIX + name, kind, List.of(), Optional.empty(), meaning);
    }

    static Setting choice(String name, List<String> choices, String fallback, String meaning) {
        return new Setting(PREFIX + name, SettingKind.TEXT, choices, Optional.of(fallback), meaning);
    }

    /** A key that Flower or FlowerTune names; it has no prefix and no default of ours. */
    static Setting flower(String key, SettingKind kind, String meaning) {
        return new Setting(key, kind, List.of(), Optional.empty(), meaning);
    }

    /** Returns the last part of the sentence "the setting must be ...". */
    String allowed() {
        return choices.isEmpty() ? kind.words() : "one of " + String.join(", ", choices);
    }

    /**
     * Reads a value.
     *
     * @throws SettingsException if it is not allowed; the message names the setting, the value and what is allowed
     */
    Object parse(Object raw) {
        Optional<Object> value = kind.parse(raw).filter(x -> choices.isEmpty() || choices.contains(String.valueOf(x)));
        return value.orElseThrow(() -> refusal(raw));
    }

    private SettingsException refusal(Object raw) {
        String name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
        return new SettingsException(
                choices.isEmpty()
                        ? key + " must be " + kind.words() + " but was '" + raw + "'"
                        : "unknown " + name + " '" + raw + "'; choose one of " + String.join(", ", choices));
    }

    SettingCard card() {
        return new SettingCard(key, fallback.map(Setting::text), allowed(), meaning);
    }

    private static String text(Object value) {
        if (value instanceof Boolean on) {
            return on ? "on" : "off";
        }
        return String.valueOf(value);
    }
}
