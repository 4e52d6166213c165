package io.safefedllm.strategy.trust;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the defence scores. */
public enum Level {
    /** Nothing: every client has weight 1 (SF-4.9). */
    NONE,
    /** Every local step, with a Beta trust (SF-4.2, SF-7.3). */
    STEP,
    /** The submitted update, with a running mean (SF-4.3, SF-7.3). */
    CLIENT,
    /** The answer to a second task that starts at the first adapter (SF-4.4, SF-7.3). */
    SHADOW,
    /** The answer to a second task until a client has earned trust, audits afterwards (SF-4.5, SF-7.10). */
    EVIDENCE,
    /** The submitted update beside those of the other clients of the round (SF-14). */
    ADAPTER;

    /** Returns the name in settings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the level of that name in settings. */
    public static Optional<Level> named(String key) {
        return Arrays.stream(values()).filter(level -> level.key().equals(key)).findFirst();
    }

    /** Returns the names in settings, in alphabetical order. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(Level::key).sorted().toList();
    }
}
