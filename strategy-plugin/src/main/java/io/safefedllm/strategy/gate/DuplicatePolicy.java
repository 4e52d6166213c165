package io.safefedllm.strategy.gate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What becomes of updates that somebody else made; the setting {@code duplicates} (SF-7.6). */
public enum DuplicatePolicy {
    /** Nothing. */
    OFF,
    /** Equal updates of a round share one weight. */
    SHARE,
    /**
     * They share one weight, and the round counts as harmful for each of them; so it does for an update that is another's but
     * for its length, and for one that repeats a step of the server (ours, beyond SF-7.6).
     */
    STRIKE;

    /** Returns the name in settings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the policy of that name in settings. */
    public static Optional<DuplicatePolicy> named(String key) {
        return Arrays.stream(values())
                .filter(policy -> policy.key().equals(key))
                .findFirst();
    }

    /** Returns the names in settings, in alphabetical order. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(DuplicatePolicy::key).sorted().toList();
    }
}
