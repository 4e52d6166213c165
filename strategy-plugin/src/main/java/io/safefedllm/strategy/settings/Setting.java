package io.safefedllm.strategy.settings;

import io.safefedllm.strategy.trust.Mode;
import java.util.List;
import java.util.Optional;

/**
 * One setting: its full key, what it may be, what holds without it in each mode, and its meaning.
 *
 * @param choices the allowed texts of a setting that is one of a list; empty otherwise
 */
record Setting(
        String key, SettingKind kind, List<String> choices, Fallback hardened, Fallback paperFaithful, String meaning) {
    static final String PREFIX = "safe-fedllm.";

    private static final String NONE = "none";

    /** A setting with the same value in both modes. */
    static Setting of(String name, SettingKind kind, Object fallback, String meaning) {
        Fallback both = Fallback.of(fallback);
        return new Setting(PREFIX + name, kind, List.of(), both, both, meaning);
    }

    /** A setting whose value without it depends on the mode. */
    static Setting byMode(String name, SettingKind kind, Fallback hardened, Fallback paperFaithful, String meaning) {
        return new Setting(PREFIX + name, kind, List.of(), hardened, paperFaithful, meaning);
    }

    static Setting optional(String name, SettingKind kind, String meaning) {
        return new Setting(PREFIX + name, kind, List.of(), Fallback.NONE, Fallback.NONE, meaning);
    }

    static Setting choice(String name, List<String> choices, String fallback, String meaning) {
        return choice(name, choices, fallback, fallback, meaning);
    }

    static Setting choice(String name, List<String> choices, String hardened, String paperFaithful, String meaning) {
        return new Setting(
                PREFIX + name, SettingKind.TEXT, choices, Fallback.of(hardened), Fallback.of(paperFaithful), meaning);
    }

    /** A key that Flower or FlowerTune names; it has no prefix and no default of ours. */
    static Setting flower(String key, SettingKind kind, String meaning) {
        return new Setting(key, kind, List.of(), Fallback.NONE, Fallback.NONE, meaning);
    }

    Fallback fallback(Mode mode) {
        return mode == Mode.HARDENED ? hardened : paperFaithful;
    }

    /** Returns the last part of the sentence "the setting must be ...". */
    String allowed() {
        return choices.isEmpty() ? words() : "one of " + String.join(", ", choices);
    }

    private String words() {
        return takesNone() ? kind.words() + ", or none" : kind.words();
    }

    /** Returns whether the setting has no value in one mode and one in the other: then either may be asked for (SF-0.1). */
    private boolean takesNone() {
        return hardened.isNone() != paperFaithful.isNone();
    }

    /**
     * Reads a value.
     *
     * @throws SettingsException if it is not allowed; the message names the setting, the value and what is allowed
     */
    Object parse(Object raw) {
        if (isNone(raw)) {
            return NONE;
        }
        Optional<Object> value = kind.parse(raw).filter(x -> choices.isEmpty() || choices.contains(String.valueOf(x)));
        return value.orElseThrow(() -> refusal(raw));
    }

    private SettingsException refusal(Object raw) {
        String name = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
        return new SettingsException(
                choices.isEmpty()
                        ? key + " must be " + words() + " but was '" + raw + "'"
                        : "unknown " + name + " '" + raw + "'; choose one of " + String.join(", ", choices));
    }

    /** Returns whether a value says that there is none. */
    boolean isNone(Object value) {
        return takesNone() && NONE.equals(value);
    }

    SettingCard card() {
        return new SettingCard(key, hardened.words(), paperFaithful.words(), allowed(), meaning);
    }
}
