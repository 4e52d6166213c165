package io.safefedllm.strategy.exchange;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What happens to a client whose evidence is missing or contradicts its reply (SF-7.1). */
public enum EvidencePolicy {
    /** It is a violation: weight 0 and a harmful round. */
    REJECT,
    /** It is believed, as the authors do: what was not seen counts as benign. */
    TRUST;

    /** Returns the name in settings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the policy of that name in settings. */
    public static Optional<EvidencePolicy> named(String key) {
        return Arrays.stream(values())
                .filter(policy -> policy.key().equals(key))
                .findFirst();
    }

    /** Returns the names in settings, in alphabetical order. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(EvidencePolicy::key).sorted().toList();
    }
}
