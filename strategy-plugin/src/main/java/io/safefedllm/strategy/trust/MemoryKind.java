package io.safefedllm.strategy.trust;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What carries a client's past into its weight (SF-7.4). */
public enum MemoryKind {
    /** One trust value for every level: fast down, slow up. */
    TRUST,
    /** Each level's own state, as in the paper. */
    PAPER;

    /** Returns the name in settings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the kind of that name in settings. */
    public static Optional<MemoryKind> named(String key) {
        return Arrays.stream(values()).filter(kind -> kind.key().equals(key)).findFirst();
    }

    /** Returns the names in settings, in alphabetical order. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(MemoryKind::key).sorted().toList();
    }
}
