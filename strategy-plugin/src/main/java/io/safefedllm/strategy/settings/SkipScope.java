package io.safefedllm.strategy.settings;

import java.util.Arrays;
import java.util.Optional;

/** Who counts in the mean weight that a round is skipped by (SF-6.1, SF-7.8). */
public enum SkipScope {
    /** Clients that replied, broke no rule, and were not quarantined when the round began. */
    COUNTED("counted"),
    /** All clients that replied, whatever the reply was worth; as the paper's code, which has no absent clients. */
    SAMPLED("sampled");

    private final String key;

    SkipScope(String key) {
        this.key = key;
    }

    /** Returns the name in settings. */
    public String key() {
        return key;
    }

    /** Returns the scope of that name in settings. */
    public static Optional<SkipScope> named(String key) {
        return Arrays.stream(values()).filter(scope -> scope.key.equals(key)).findFirst();
    }
}
