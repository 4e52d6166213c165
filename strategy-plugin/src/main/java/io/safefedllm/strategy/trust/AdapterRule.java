package io.safefedllm.strategy.trust;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the adapter level places the cut between benign and harmful logits of a round (SF-14). */
public enum AdapterRule {
    /**
     * The lower of two cuts: {@link #MAD}, and 2.25 deviations sigma0 above the lower quartile of the round but never below
     * q0. Stands up to three hostile quarters (ours, beyond SF-14).
     */
    GUARDED,
    /** Three robust deviations above the median of the round (SF-14.2). */
    MAD,
    /** The lowest wide gap with at least three logits below it; stands a hostile half (SF-14.3). */
    GAP,
    /** The quantile of updates that the server itself trains on benign texts (SF-14.4). */
    CANARY;

    /** Returns the name in settings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the rule of that name in settings. */
    public static Optional<AdapterRule> named(String key) {
        return Arrays.stream(values()).filter(rule -> rule.key().equals(key)).findFirst();
    }

    /** Returns the names in settings, in alphabetical order. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(AdapterRule::key).sorted().toList();
    }
}
